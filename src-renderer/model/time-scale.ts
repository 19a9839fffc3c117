/** Maps a span of time to pixels of a line, with an inset at both ends. */
export interface TimeScale {
  readonly startMs: number
  readonly endMs: number
  xOf(atMs: number): number
  /** Never outside the span. */
  msOf(x: number): number
}

export function timeScale(options: {
  readonly startMs: number
  readonly endMs: number
  readonly width: number
  readonly inset: number
}): TimeScale {
  const { startMs, inset } = options
  // A run of no length has a line all the same.
  const endMs = Math.max(startMs + 1e-3, options.endMs)
  const room = Math.max(1, options.width - 2 * inset)
  return {
    startMs,
    endMs,
    xOf: (atMs) => inset + ((atMs - startMs) / (endMs - startMs)) * room,
    msOf: (x) => startMs + (Math.min(room, Math.max(0, x - inset)) / room) * (endMs - startMs),
  }
}
