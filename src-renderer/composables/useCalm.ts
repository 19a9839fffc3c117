import { getCurrentScope, onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'

/** How long a figure stands at least: what changes more often cannot be read. */
const CALM_MS = 500

/**
 * Follows the source, at once after a pause, and otherwise no more often than people can read. Never lags more than that. All figures
 * with the same pace change in the same moment, since each time costs the drawing of the picture.
 */
export function useCalm<T>(source: () => T, everyMs = CALM_MS): Readonly<ShallowRef<T>> {
  const shown = shallowRef(source())
  let changedAtMs = Number.NEGATIVE_INFINITY
  let timer: ReturnType<typeof setTimeout> | undefined

  function show(): void {
    timer = undefined
    changedAtMs = performance.now()
    shown.value = source()
  }

  watch(source, () => {
    if (timer !== undefined) return
    const nowMs = performance.now()
    if (nowMs - changedAtMs >= everyMs) show()
    else timer = setTimeout(show, everyMs - (nowMs % everyMs))
  })
  if (getCurrentScope() !== undefined) onScopeDispose(() => clearTimeout(timer))
  return shown
}
