import { shallowRef, watch, onScopeDispose, type ShallowRef } from 'vue'

/** Time for a sentence to be spoken. */
const SPOKEN_MS = 3000

/**
 * What a screen reader is given to say: the newest of the sentences, no more often than they can be spoken. Of those that came in
 * between only the last is said; nothing is said of silence.
 */
export function useSpokenLine(source: () => string | undefined, everyMs = SPOKEN_MS): Readonly<ShallowRef<string>> {
  const spoken = shallowRef('')
  let saidAtMs = Number.NEGATIVE_INFINITY
  let timer: ReturnType<typeof setTimeout> | undefined

  function say(): void {
    timer = undefined
    const sentence = source() ?? ''
    if (sentence === spoken.value) return
    if (sentence !== '') saidAtMs = performance.now()
    spoken.value = sentence
  }

  watch(
    source,
    () => {
      if (timer !== undefined) return
      const leftMs = saidAtMs + everyMs - performance.now()
      if (leftMs <= 0) say()
      else timer = setTimeout(say, leftMs)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return spoken
}
