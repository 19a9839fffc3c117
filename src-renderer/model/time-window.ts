/** The part of a run that the timeline shows. */
export interface TimeWindow {
  readonly fromMs: number
  readonly toMs: number
}

/** Less cannot be told apart: the trace is timed in microseconds. */
const LEAST_MS = 0.05
/** Where the current moment stands after the window has moved on with it. */
const AHEAD_SHARE = 0.2

export function lengthOf({ fromMs, toMs }: TimeWindow): number {
  return toMs - fromMs
}

/** `factor`: of its length, below 1 to see more closely. The moment `atMs` stays where it is. Never more than the whole. */
export function zoomed(
  window: TimeWindow,
  options: { readonly factor: number; readonly atMs: number; readonly whole: TimeWindow },
): TimeWindow {
  const { factor, whole } = options
  const atMs = Math.min(window.toMs, Math.max(window.fromMs, options.atMs))
  const length = Math.max(LEAST_MS, lengthOf(window) * factor)
  if (length >= lengthOf(whole)) return whole
  const share = lengthOf(window) === 0 ? 0.5 : (atMs - window.fromMs) / lengthOf(window)
  return within({ fromMs: atMs - share * length, toMs: atMs + (1 - share) * length }, whole)
}

export function moved({ fromMs, toMs }: TimeWindow, byMs: number, whole: TimeWindow): TimeWindow {
  return within({ fromMs: fromMs + byMs, toMs: toMs + byMs }, whole)
}

/** The same if the moment is in it, or else one of that length around the moment. */
export function following(window: TimeWindow, nowMs: number, whole: TimeWindow): TimeWindow {
  if (nowMs >= window.fromMs && nowMs <= window.toMs) return window
  const fromMs = nowMs - AHEAD_SHARE * lengthOf(window)
  return within({ fromMs, toMs: fromMs + lengthOf(window) }, whole)
}

/** Of the same length, moved into the whole. */
export function within({ fromMs, toMs }: TimeWindow, whole: TimeWindow): TimeWindow {
  const backMs = Math.max(0, toMs - whole.toMs)
  const length = toMs - fromMs
  const start = Math.max(whole.fromMs, fromMs - backMs)
  return { fromMs: start, toMs: Math.min(whole.toMs, start + length) }
}
