import { runBatch, type Batch, type BatchFinding } from './batch'

/** So many runs of a batch at most: what is left then is small enough to read. */
const MAX_RUNS = 400
const MAX_MS = 60_000

export interface Shrunk {
  readonly cases: readonly unknown[]
  readonly finding: BatchFinding
}

/** Leaves out cases, and then parts of those that are left, as long as something is still found. */
export async function shrink(batch: Batch, finding: BatchFinding): Promise<Shrunk> {
  const endMs = performance.now() + MAX_MS
  let runs = 0
  let best: Shrunk = { cases: batch.cases.slice(0, finding.at + 1), finding }
  const isStillFound = async (cases: readonly unknown[]): Promise<boolean> => {
    if (++runs > MAX_RUNS || performance.now() > endMs) return false
    const found = await runBatch({ ...batch, cases })
    if (found !== undefined) best = { cases, finding: found }
    return found !== undefined
  }
  await isStillFound(best.cases.slice(-1))
  await shrinkList(best.cases, isStillFound)
  for (let index = 0; index < best.cases.length; index++) {
    for (;;) {
      const smaller = smallerValues(best.cases[index])
      const { cases } = best
      let isSmaller = false
      for (const value of smaller) isSmaller ||= await isStillFound(cases.with(index, value))
      if (!isSmaller) break
    }
  }
  return best
}

/** Leaves out ever smaller parts of a list. */
async function shrinkList(list: readonly unknown[], isStillFound: (shorter: readonly unknown[]) => Promise<boolean>): Promise<void> {
  let left = list
  for (let size = left.length >>> 1; size >= 1; size >>>= 1) {
    for (let from = 0; from < left.length;) {
      const shorter = [...left.slice(0, from), ...left.slice(from + size)]
      if (shorter.length > 0 && (await isStillFound(shorter))) left = shorter
      else from += size
    }
  }
}

/** The value with one element less in one of its arrays of objects. Numbers and texts stay: they are readable as they are. */
export function smallerValues(value: unknown): unknown[] {
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value
    const shorter = list.every((item) => typeof item === 'object' && item !== null) ? list.map((_, index) => list.toSpliced(index, 1)) : []
    return [...shorter, ...list.flatMap((item, index) => smallerValues(item).map((smaller) => list.with(index, smaller)))]
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => smallerValues(item).map((smaller) => ({ ...value, [key]: smaller })))
}
