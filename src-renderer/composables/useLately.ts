import { getCurrentScope, onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'

/** What is in a list now, or was there a short time ago: what comes and goes many times a second is shown as there. */
export function useLately<T>(source: () => readonly T[], staysMs: number): Readonly<ShallowRef<readonly T[]>> {
  const shown = shallowRef<readonly T[]>([])
  const seenAtMs = new Map<T, number>()
  let timer: ReturnType<typeof setTimeout> | undefined

  function look(): void {
    clearTimeout(timer)
    timer = undefined
    const nowMs = performance.now()
    for (const one of source()) seenAtMs.set(one, nowMs)
    for (const [one, atMs] of seenAtMs) if (nowMs - atMs >= staysMs) seenAtMs.delete(one)
    if (shown.value.length !== seenAtMs.size || shown.value.some((one) => !seenAtMs.has(one))) shown.value = [...seenAtMs.keys()]
    if (seenAtMs.size > 0) timer = setTimeout(look, staysMs)
  }

  watch(source, look, { immediate: true })
  if (getCurrentScope() !== undefined) onScopeDispose(() => clearTimeout(timer))
  return shown
}
