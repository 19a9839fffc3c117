import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import type { SimulationOutline } from '../../../src-main/contract/simulation'
import { useSimulationStore } from '../../../src-renderer/stores/simulation'
import { useTimelineStore } from '../../../src-renderer/stores/timeline'

const outline: SimulationOutline = {
  run: { kind: 'seed', seed: 1, operations: 100 },
  start: { event: 0, atMs: 0 },
  end: { event: 10, atMs: 1000 },
  faults: [],
  takeovers: [],
  violations: [],
}

beforeEach(() => {
  setActivePinia(createPinia())
  useSimulationStore().outline = outline
})

describe('the timeline of a run', () => {
  it('has a stretch between two moments, in whatever order they were chosen', () => {
    const timeline = useTimelineStore()
    timeline.choose(300, 100)
    expect(timeline.stretch).toEqual({ fromMs: 100, toMs: 300 })
    timeline.mark(500)
    expect([timeline.stretch, timeline.anchorMs]).toEqual([undefined, 500])
    timeline.mark(200)
    expect([timeline.stretch, timeline.anchorMs]).toEqual([{ fromMs: 200, toMs: 500 }, undefined])
  })

  it('moves on with the moment that is shown where it does not show the whole run', async () => {
    const [simulation, timeline] = [useSimulationStore(), useTimelineStore()]
    const goTo = async (atMs: number) => {
      simulation.state = { ...simulation.state, now: { event: 1, atMs } }
      await nextTick()
    }
    await goTo(900)
    expect(timeline.window).toEqual({ fromMs: 0, toMs: 1000 })
    timeline.zoom(0.1, 500)
    expect(timeline.window).toEqual({ fromMs: 450, toMs: 550 })
    await goTo(520)
    expect(timeline.window).toEqual({ fromMs: 450, toMs: 550 })
    await goTo(800)
    expect(timeline.window).toEqual({ fromMs: 780, toMs: 880 })
  })

  it('shows the whole of another run, without what was chosen in the one before', async () => {
    const [simulation, timeline] = [useSimulationStore(), useTimelineStore()]
    timeline.zoom(0.1, 500)
    timeline.choose(100, 300)
    timeline.mark(400)
    simulation.outline = { ...outline, end: { event: 10, atMs: 50 } }
    await nextTick()
    expect(timeline.isZoomed).toBe(false)
    expect(timeline.window).toEqual({ fromMs: 0, toMs: 50 })
    expect([timeline.stretch, timeline.anchorMs]).toEqual([undefined, undefined])
  })
})
