import { computed, shallowRef, watch } from 'vue'
import type { ComparableSource } from '../../src-main/contract/simulation'
import { wholeOf, windowIn, type ComparedRuns } from '../model/run-comparison'
import { lengthOf, moved, zoomed, type TimeWindow } from '../model/time-window'
import { timeScale } from '../model/time-scale'
import { useSimulationStore } from '../stores/simulation'
import { useTransport } from './useTransport'

const INSET = 14
const STEP_SHARE = 0.15
const NOTHING: TimeWindow = { fromMs: 0, toMs: 0 }

/** Two runs side by side: which part of them is shown, and what can be done with them. */
export function useComparison() {
  const simulation = useSimulationStore()
  const transport = useTransport()
  const chosen = shallowRef<TimeWindow>()
  const width = shallowRef(800)

  const runs = computed<ComparedRuns | undefined>(() => {
    const { outline: here, compared: there, comparison } = simulation
    if (here === undefined || there === undefined || comparison?.aligned === undefined) return undefined
    return { here, there, aligned: comparison.aligned }
  })
  const whole = computed(() => (runs.value === undefined ? NOTHING : wholeOf(runs.value)))
  const window = computed(() => chosen.value ?? whole.value)
  const isZoomed = computed(() => chosen.value !== undefined)
  const scales = computed(() => {
    const { here, there } = runs.value?.aligned ?? { here: { atMs: 0 }, there: { atMs: 0 } }
    return { here: scaleOf(here.atMs), there: scaleOf(there.atMs), relative: scaleOf(0) }
  })

  function scaleOf(alignedMs: number) {
    const { fromMs, toMs } = windowIn(window.value, alignedMs)
    return timeScale({ startMs: fromMs, endMs: toMs, width: width.value, inset: INSET })
  }

  function show(next: TimeWindow): void {
    chosen.value = lengthOf(next) >= lengthOf(whole.value) ? undefined : next
  }

  /** Around the moment at which they are aligned, as long as it is shown. */
  function zoom(factor: number): void {
    const { fromMs, toMs } = window.value
    const atMs = fromMs <= 0 && toMs >= 0 ? 0 : (fromMs + toMs) / 2
    show(zoomed(window.value, { factor, atMs, whole: whole.value }))
  }

  function move(forward: boolean): void {
    if (isZoomed.value) show(moved(window.value, (forward ? 1 : -1) * STEP_SHARE * lengthOf(window.value), whole.value))
  }

  watch(
    () => simulation.comparison?.aligned,
    (aligned) => {
      if (aligned !== undefined) chosen.value = undefined
    },
  )

  const begin = (other: ComparableSource) => transport.compare(other)
  const align = (here: number, there: number) => transport.align(here, there)

  /** Out of the comparison, to an event of one of the two in the player. */
  async function goTo(side: 'here' | 'there', event: number): Promise<void> {
    if (await (side === 'here' ? transport.seekEvent(event) : transport.swap(event))) simulation.isComparing = false
  }

  return { runs, whole, window, isZoomed, width, scales, zoom, move, showAll: () => (chosen.value = undefined), begin, align, goTo }
}

export type ComparisonTools = ReturnType<typeof useComparison>
