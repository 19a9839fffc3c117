import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { Stretch } from '../model/run-sums'
import { following, moved, within, zoomed, type TimeWindow } from '../model/time-window'
import { useSimulationStore } from './simulation'

/** What the timeline of the run shows: which part of it, and the stretch that was chosen for its sums. Both last as long as the run. */
export const useTimelineStore = defineStore('timeline', () => {
  const simulation = useSimulationStore()
  const chosenWindow = shallowRef<TimeWindow>()
  const stretch = shallowRef<Stretch>()
  /** One end of a stretch, while the other is looked for by keyboard. */
  const anchorMs = shallowRef<number>()

  const whole = computed<TimeWindow>(() => {
    const { start, end } = simulation.outline ?? { start: { atMs: 0 }, end: { atMs: 0 } }
    return { fromMs: start.atMs, toMs: end.atMs }
  })
  const window = computed(() => chosenWindow.value ?? whole.value)
  const isZoomed = computed(() => chosenWindow.value !== undefined)

  function show(next: TimeWindow): void {
    chosenWindow.value = next.fromMs <= whole.value.fromMs && next.toMs >= whole.value.toMs ? undefined : next
  }

  /** A part of that length, or the whole where that is shorter. */
  function showFrom(fromMs: number, lengthMs: number): void {
    show(within({ fromMs, toMs: fromMs + lengthMs }, whole.value))
  }

  function zoom(factor: number, atMs: number): void {
    show(zoomed(window.value, { factor, atMs, whole: whole.value }))
  }

  function move(byMs: number): void {
    if (isZoomed.value) show(moved(window.value, byMs, whole.value))
  }

  /** Between two moments, in any order. */
  function choose(oneMs: number, otherMs: number): void {
    stretch.value = { fromMs: Math.min(oneMs, otherMs), toMs: Math.max(oneMs, otherMs) }
  }

  /** The first call sets one end of a stretch, the second the other. */
  function mark(atMs: number): void {
    if (anchorMs.value === undefined) {
      anchorMs.value = atMs
      stretch.value = undefined
    } else {
      choose(anchorMs.value, atMs)
      anchorMs.value = undefined
    }
  }

  function clear(): void {
    anchorMs.value = undefined
    stretch.value = undefined
  }

  watch(
    () => simulation.outline,
    () => {
      chosenWindow.value = undefined
      clear()
    },
  )
  watch(
    () => simulation.state.now.atMs,
    (nowMs) => {
      if (isZoomed.value) show(following(window.value, nowMs, whole.value))
    },
  )

  return {
    whole,
    window,
    isZoomed,
    stretch,
    anchorMs,
    showFrom,
    zoom,
    move,
    showAll: () => (chosenWindow.value = undefined),
    choose,
    mark,
    clear,
  }
})
