export interface DelayLine<T> {
  /** Comes out after `delayMs`, and never before what was added earlier. At once if nothing is in there and there is no delay. */
  add(item: T, delayMs: number): void
  /** What is in there never comes out. */
  clear(): void
}

/** Holds what goes through it for a time, in its order, also where the time becomes shorter meanwhile. */
export function createDelayLine<T>(out: (item: T) => void): DelayLine<T> {
  let held: { readonly item: T; readonly dueMs: number }[] = []
  let timer: NodeJS.Timeout | undefined

  function next(): void {
    timer = undefined
    const nowMs = performance.now()
    while (held[0] !== undefined && held[0].dueMs <= nowMs) {
      const [first] = held
      held.shift()
      out(first.item)
    }
    const [waiting] = held
    if (waiting !== undefined) timer ??= setTimeout(next, Math.max(0, waiting.dueMs - nowMs))
  }

  return {
    add(item, delayMs) {
      if (delayMs === 0 && held.length === 0) return out(item)
      // Whatever is before it comes out first, also if its own time is over.
      held.push({ item, dueMs: performance.now() + delayMs })
      timer ??= setTimeout(next, delayMs)
    },
    clear() {
      clearTimeout(timer)
      timer = undefined
      held = []
    },
  }
}
