import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSSRApp, type Component } from 'vue'
import { renderToString } from 'vue/server-renderer'
import ControllerNode from '../../../src-renderer/components/topology/ControllerNode.vue'
import InterconnectLink from '../../../src-renderer/components/topology/InterconnectLink.vue'
import RunPlaceholder from '../../../src-renderer/components/simulation/RunPlaceholder.vue'
import RunSummary from '../../../src-renderer/components/simulation/RunSummary.vue'
import FaultMarks from '../../../src-renderer/components/simulation/FaultMarks.vue'
import MarkTable from '../../../src-renderer/components/simulation/MarkTable.vue'
import ViolationBanner from '../../../src-renderer/components/simulation/ViolationBanner.vue'
import ViolationMarks from '../../../src-renderer/components/simulation/ViolationMarks.vue'
import { SCENE } from '../../../src-renderer/composables/useScene'
import { createMessages } from '../../../src-renderer/i18n'
import { useSimulatedEventStore } from '../../../src-renderer/stores/events'
import { useSimulationStore } from '../../../src-renderer/stores/simulation'
import { present } from '../../../src-main/base/assert'
import { createFakeLab } from '../../support/fake-lab'
import { createFakeSimulation, type FakeSimulation, type FakeViolations } from '../../support/fake-simulation'

const VIOLATIONS: FakeViolations = [
  { checker: 'blocks', sentence: 'a later write was acknowledged', event: 400, atMs: 330, place: 'controller-b' },
  { checker: 'liveness', sentence: 'still no answer', event: 900, atMs: 740 },
]
let pinia: ReturnType<typeof createPinia>

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', () => 1)
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
  vi.stubGlobal('document', { documentElement: { dataset: {} } })
  pinia = createPinia()
  setActivePinia(pinia)
})
afterEach(() => vi.unstubAllGlobals())

function attach(simulation: FakeSimulation): ReturnType<typeof useSimulationStore> {
  const store = useSimulationStore()
  store.attach({
    api: { ...createFakeLab().api, ...simulation.api },
    kind: 'browser',
    linkState: () => 'open',
    onLinkState: () => () => undefined,
    saveFile: () => Promise.resolve(undefined),
  })
  return store
}

/** Opened, and its first pass done. */
async function opened(simulation: FakeSimulation): Promise<ReturnType<typeof useSimulationStore>> {
  const store = attach(simulation)
  await store.load()
  await store.order({ order: 'open', seed: 7, operations: 1000 })
  while (store.state.phase === 'scanning') simulation.advance(0)
  return store
}

async function textOf(component: Component, props: Record<string, unknown> = {}): Promise<string> {
  const store = useSimulationStore()
  const app = createSSRApp(component, props).use(pinia).use(createMessages())
  app.provide(SCENE, { lab: store, events: useSimulatedEventStore(), clock: store.clock, mayAct: false, openTable: () => undefined })
  return (await renderToString(app))
    .replaceAll(/<!--.*?-->/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
}

describe('the simulation as the window knows it', () => {
  it('goes through the first pass and then stands at its beginning, with its whole course known', async () => {
    const simulation = createFakeSimulation()
    const store = attach(simulation)
    await store.load()
    await store.order({ order: 'open', seed: 7, operations: 1000 })
    simulation.advance(0)
    expect(store.state).toMatchObject({ phase: 'scanning', run: { seed: 7 }, scanned: { done: 50, of: 1000 } })
    expect(store.isOpen).toBe(false)
    expect(await textOf(RunPlaceholder)).toMatch(/Running seed 7 from start to end .*50 of 1,000 operations .* Cancel/)
    while (store.state.phase === 'scanning') simulation.advance(0)
    expect(store.isOpen).toBe(true)
    expect(store.state.now.event).toBe(0)
    expect(store.marks.map(({ kind }) => kind)).toEqual(['fault', 'takeover', 'fault', 'takeover'])
  })

  it('has as its events those up to the moment, also after a step back', async () => {
    const store = await opened(createFakeSimulation())
    const events = useSimulatedEventStore()
    await store.order({ order: 'step', events: 3 })
    expect(events.all()).toHaveLength(3)
    const [first, second] = events.all()
    await store.order({ order: 'step', events: -1 })
    expect(events.all()).toEqual([first, second])
    expect(store.state.now.event).toBe(2)
  })

  it('plays by its clock, which stands when it pauses', async () => {
    const simulation = createFakeSimulation()
    const store = await opened(simulation)
    expect(store.clock.isRunning()).toBe(false)
    await store.order({ order: 'play', speed: 0.5 })
    expect(store.clock.isRunning()).toBe(true)
    simulation.advance(2000)
    expect(store.state.now.atMs).toBeGreaterThan(900)
    await store.order({ order: 'pause' })
    expect(store.clock.isRunning()).toBe(false)
  })

  it('is found again by a window that comes later', async () => {
    const simulation = createFakeSimulation()
    const first = await opened(simulation)
    await first.order({ order: 'seek', event: 500 })
    setActivePinia((pinia = createPinia()))
    const later = attach(simulation)
    await later.load()
    expect(later.state.now.event).toBe(500)
    expect(later.isOpen).toBe(true)
    expect(useSimulatedEventStore().all()).toHaveLength(500)
  })

  it('is closed by a cancelled first pass', async () => {
    const simulation = createFakeSimulation()
    const store = attach(simulation)
    await store.load()
    await store.order({ order: 'open', seed: 7, operations: 1000 })
    await store.order({ order: 'close' })
    expect(store.state.phase).toBe('none')
    expect(await textOf(RunPlaceholder)).toContain('No run is open')
  })

  it('says of what its thread died, and offers to open the seed again', async () => {
    const simulation = createFakeSimulation()
    const store = await opened(simulation)
    simulation.die('RangeError: no more memory')
    expect(store.isOpen).toBe(false)
    expect(await textOf(RunPlaceholder)).toMatch(/The player ended with an error RangeError: no more memory .* Open seed 7 again/)
  })

  it('passes on what is refused, in words', async () => {
    const store = attach(createFakeSimulation())
    await store.load()
    expect(await store.order({ order: 'step', events: 1 })).toMatchObject({ ok: false, error: { message: 'No run is open.' } })
  })
})

describe('its picture', () => {
  it('is that of the pair at the moment, without what would break or mend it', async () => {
    const store = await opened(createFakeSimulation())
    expect(await textOf(ControllerNode, { id: 'a' })).toContain('Serving')
    const takeover = store.marks.find(({ kind }) => kind === 'takeover')
    await store.order({ order: 'seek', event: (takeover?.event ?? 0) + 1 })
    expect(await textOf(ControllerNode, { id: 'a' })).toContain('Down')
    expect(await textOf(ControllerNode, { id: 'b' })).not.toMatch(/Kill|Restart/)
    expect(await textOf(InterconnectLink)).not.toContain('Cut')
  })

  it('shows a fault on what it has struck, as long as it holds', async () => {
    const store = await opened(createFakeSimulation())
    const crash = present(
      store.marks.find(({ kind }) => kind === 'fault'),
      'a fault',
    )
    await store.order({ order: 'seek', event: crash.event - 1 })
    expect(await textOf(FaultMarks)).not.toContain('Crash')
    await store.order({ order: 'seek', event: crash.event })
    expect(await textOf(FaultMarks)).toContain('controller A: Crash')
    await store.order({ order: 'seek-time', atMs: crash.atMs + 1900 })
    expect(await textOf(FaultMarks)).toContain('controller A: Crash')
    await store.order({ order: 'seek-time', atMs: crash.atMs + 2100 })
    expect(await textOf(FaultMarks)).not.toContain('Crash')
  })

  it('shows a violation at its place from its moment on', async () => {
    const store = await opened(createFakeSimulation({ violations: VIOLATIONS }))
    await store.order({ order: 'seek', event: 399 })
    expect(await textOf(ViolationMarks)).not.toContain('iolation')
    await store.order({ order: 'seek', event: 400 })
    expect(await textOf(ViolationMarks)).toContain('Violation found by checker “blocks”')
  })
})

describe('what is said of a run', () => {
  it('counts what happened, and says that no checker was violated', async () => {
    await opened(createFakeSimulation())
    const text = await textOf(RunSummary)
    expect(text).toMatch(/No checker found a violation operations 1,000 faults 2 takeovers 2 virtual seconds 12\.0 hosts 2 station 1/)
    expect(text).toContain('c0ffee01')
    expect(await textOf(ViolationBanner)).not.toContain('iolation')
  })

  it('tells checker, sentence, place, time and event of a violation', async () => {
    await opened(createFakeSimulation({ violations: VIOLATIONS }))
    expect(await textOf(RunSummary)).toContain('2 violations found')
    const banner = await textOf(ViolationBanner)
    expect(banner).toMatch(/Violation found by checker “blocks” a later write was acknowledged/)
    expect(banner).toMatch(/was acknowledged At controller B, 00:00\.330\.000, event 400 .* 1 of 2 .* Go there/)
  })

  it('lists every mark with time, what and where', async () => {
    await opened(createFakeSimulation({ violations: VIOLATIONS }))
    const text = await textOf(MarkTable)
    expect(text).toMatch(/00:00\.330 “blocks” violation controller B 00:00\.740 “liveness” violation the pair as a whole/)
    expect(text).toMatch(/the pair as a whole 00:02\.950 Crash controller A 00:03\.118 B takes over controller B/)
  })
})
