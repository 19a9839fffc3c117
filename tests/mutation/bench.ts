/**
 * A process with Vitest in it, which runs tests against a changed source file. The change is only in what Vitest loads: no file is
 * written. The process is ended from outside when a change makes a loop that never ends.
 */
import { createVitest, type TestCase, type TestModule, type TestSequencer, type TestSpecification } from 'vitest/node'
import type { BenchAnswer, BenchOrder } from './bench-protocol'

const HEAP_MB = 1024

let mutated: { readonly path: string; readonly text: string } | undefined

/** The nearest tests come first. */
class AsGiven implements TestSequencer {
  sort(tests: TestSpecification[]): TestSpecification[] {
    return tests
  }

  shard(tests: TestSpecification[]): TestSpecification[] {
    return tests
  }
}

const vitest = await createVitest(
  'test',
  {
    config: false,
    watch: false,
    environment: 'node',
    pool: 'forks',
    execArgv: [`--max-old-space-size=${HEAP_MB}`],
    maxWorkers: 1,
    bail: 1,
    isolate: false,
    sequence: { sequencer: AsGiven },
    include: ['tests/*/**/*.test.ts'],
    testTimeout: 30_000,
    setupFiles: ['tests/mutation/first-failure.ts'],
    reporters: [{ onTestCaseResult: (test) => answer(caseEnd(test)), onTestModuleEnd: (module) => answer(moduleEnd(module)) }],
  },
  { plugins: [{ name: 'mutation', enforce: 'pre', load: (id) => (id === mutated?.path ? mutated.text : undefined) }] },
)
await vitest.standalone()
answer({ type: 'ready' })

process.on('message', (order: BenchOrder) => void carryOut(order))
process.on('disconnect', () => process.exit())

async function carryOut({ mutation, tests, testName }: BenchOrder): Promise<void> {
  mutated = mutation
  if (mutation !== undefined) vitest.invalidateFile(mutation.path)
  const project = vitest.getRootProject()
  const terms = testName === undefined ? {} : { testNamePattern: new RegExp(`^${testName.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')}$`) }
  try {
    const { unhandledErrors } = await vitest.runTestSpecifications(tests.map((test) => project.createSpecification(test, terms)))
    answer({ type: 'done', errors: unhandledErrors.map(String) })
  } finally {
    mutated = undefined
    if (mutation !== undefined) vitest.invalidateFile(mutation.path)
  }
}

function caseEnd(test: TestCase): BenchAnswer {
  return test.result().state === 'failed' ? { type: 'failed', test: test.fullName } : { type: 'alive' }
}

function moduleEnd(module: TestModule): BenchAnswer {
  return { type: 'module', path: module.relativeModuleId, ok: module.ok() }
}

function answer(message: BenchAnswer): void {
  process.send?.(message)
}
