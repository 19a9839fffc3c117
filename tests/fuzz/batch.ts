import * as fc from 'fast-check'
import { heldAtRest } from './memory'
import { Finding, Growth, type FuzzBench, type FuzzTarget } from './target'

export interface Batch {
  readonly target: FuzzTarget
  readonly seed: number
  readonly cases: readonly unknown[]
}

export interface BatchFinding {
  /** The last case that ran. */
  readonly at: number
  readonly message: string
  /** No case can be left out. */
  readonly isGrowth: boolean
}

export interface BatchWatch {
  /** Called before each case. */
  begins(index: number): void
}

const UNWATCHED: BatchWatch = { begins: () => undefined }
/** Below this, what the collector finds is a matter of luck. */
const MIN_CASES_FOR_GROWTH = 64

/** The same seed gives the same cases in every process. */
export function drawBatch(target: FuzzTarget, seed: number, count: number = target.casesPerBench): Batch {
  // As they would come from a file.
  const cases = JSON.parse(JSON.stringify(fc.sample(target.cases, { seed, numRuns: count }))) as unknown[]
  return { target, seed, cases }
}

/** Runs all cases on one bench, until something is found. */
export async function runBatch({ target, seed, cases }: Batch, watch: BatchWatch = UNWATCHED): Promise<BatchFinding | undefined> {
  let at = 0
  let bench: FuzzBench | undefined
  try {
    bench = await target.open(seed)
    let firstMib: number | undefined
    for (; at < cases.length; at++) {
      watch.begins(at)
      await runCase(bench, target, cases[at])
      if (cases.length >= MIN_CASES_FOR_GROWTH && at === cases.length >>> 2) firstMib = await heldAtRest()
    }
    at--
    await bench.finish()
    if (firstMib !== undefined) judgeGrowth(target, (await heldAtRest()) - firstMib)
    await bench.close()
    return undefined
  } catch (error) {
    await closeAfterFailure(bench)
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { at, message, isGrowth: error instanceof Growth }
  }
}

async function runCase(bench: FuzzBench, { slowMs }: FuzzTarget, item: unknown): Promise<void> {
  const startedMs = performance.now()
  const before = process.cpuUsage()
  await bench.run(item)
  if (performance.now() - startedMs < slowMs) return
  // Other programs on the machine are not the lab's fault.
  const { user, system } = process.cpuUsage(before)
  const cpuMs = (user + system) / 1000
  if (cpuMs >= slowMs) throw new Finding(`the case took ${Math.round(cpuMs)} ms of computing, at most ${slowMs} are allowed`)
}

function judgeGrowth({ growthMib }: FuzzTarget, grownMib: number): void {
  if (grownMib > growthMib) throw new Growth(`memory grew by ${Math.round(grownMib)} MiB, at most ${growthMib} are allowed`)
}

async function closeAfterFailure(bench: FuzzBench | undefined): Promise<void> {
  try {
    await bench?.close()
  } catch {
    // What made it fail is told.
  }
}
