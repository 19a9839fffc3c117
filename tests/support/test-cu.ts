/** What libiscsi's `iscsi-test-cu` prints in its normal mode, in numbers. */

export interface TestCuSummary {
  readonly ran: number
  readonly failed: number
  /** "Suite, Test" of each test with failures. The families of the program overlap, so a test may run more than once. */
  readonly failures: readonly string[]
  /** How many lines give each reason for something that was skipped. */
  readonly skipped: Readonly<Record<string, number>>
  readonly skippedLines: number
}

const RUN_LINE = /^\s*tests\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+\d+\s*$/m

/** Undefined if the program did not come to its end. */
export function parseTestCu(output: string): TestCuSummary | undefined {
  const run = RUN_LINE.exec(output)
  if (run === null) return undefined
  const skipped: Record<string, number> = {}
  let skippedLines = 0
  for (const [, reason = ''] of output.matchAll(/\[SKIPPED\] (.*)/g)) {
    skipped[reason.trim()] = (skipped[reason.trim()] ?? 0) + 1
    skippedLines++
  }
  const failures = [...output.matchAll(/Suite (\S+), Test (\S+) had failures:/g)].map(([, suite, test]) => `${suite}, ${test}`)
  return { ran: Number(run[2]), failed: Number(run[4]), failures: [...new Set(failures)].sort(), skipped, skippedLines }
}
