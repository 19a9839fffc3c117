/** A stretch of time. */
export interface TimeSpan {
  readonly fromMs: number
  readonly toMs: number
}

/** In order of time, with what is no further apart than that put together. */
export function merged(spans: readonly TimeSpan[], apartMs = 0): readonly TimeSpan[] {
  const together: { readonly fromMs: number; toMs: number }[] = []
  for (const { fromMs, toMs } of spans.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const last = together.at(-1)
    if (last !== undefined && fromMs <= last.toMs + apartMs) last.toMs = Math.max(last.toMs, toMs)
    else together.push({ fromMs, toMs })
  }
  return together
}

/** What of `spans` is in none of `holes`. Both merged. */
export function without(spans: readonly TimeSpan[], holes: readonly TimeSpan[]): readonly TimeSpan[] {
  const left: TimeSpan[] = []
  let hole = 0
  for (const { fromMs, toMs } of spans) {
    let atMs = fromMs
    while ((holes[hole]?.toMs ?? Number.POSITIVE_INFINITY) <= atMs) hole++
    for (let index = hole; (holes[index]?.fromMs ?? Number.POSITIVE_INFINITY) < toMs; index++) {
      const { fromMs: holeFromMs, toMs: holeToMs } = holes[index] ?? { fromMs: toMs, toMs }
      if (holeFromMs > atMs) left.push({ fromMs: atMs, toMs: holeFromMs })
      atMs = Math.max(atMs, holeToMs)
    }
    if (atMs < toMs) left.push({ fromMs: atMs, toMs })
  }
  return left
}

/** The part of each that is in a stretch. What is not in it at all is left out. */
export function clipped(spans: readonly TimeSpan[], { fromMs, toMs }: TimeSpan): readonly TimeSpan[] {
  return spans
    .map((span) => ({ fromMs: Math.max(fromMs, span.fromMs), toMs: Math.min(toMs, span.toMs) }))
    .filter((span) => span.toMs > span.fromMs)
}

/** The longest ones, at most so many, in their order, and from which length on all are there. */
export function longest(
  spans: readonly TimeSpan[],
  { max, leastMs }: { readonly max: number; readonly leastMs: number },
): { readonly spans: readonly TimeSpan[]; readonly leastMs: number } {
  const long = spans.filter((span) => lengthOf(span) >= leastMs)
  if (long.length <= max) return { spans: long, leastMs }
  const bound = long.map(lengthOf).sort((one, other) => other - one)[max] ?? leastMs
  return { spans: long.filter((span) => lengthOf(span) > bound), leastMs: bound }
}

function lengthOf({ fromMs, toMs }: TimeSpan): number {
  return toMs - fromMs
}
