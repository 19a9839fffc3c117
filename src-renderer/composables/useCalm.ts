import { getCurrentScope, onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'

/** How long a figure stands at least: what changes more often cannot be read. */
const CALM_MS = 400

/** Follows the source, at once after a pause, and otherwise no more often than people can read. Never lags more than that. */
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
    const leftMs = changedAtMs + everyMs - performance.now()
    if (leftMs <= 0) show()
    else timer = setTimeout(show, leftMs)
  })
  if (getCurrentScope() !== undefined) onScopeDispose(() => clearTimeout(timer))
  return shown
}
