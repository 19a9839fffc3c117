import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { present } from '../../../src-main/base/assert'
import { LIMITS } from '../../../src-main/contract/limits'
import type { RunFork } from '../../../src-main/contract/run-fork'
import type { SeedSource, SimulationOutline } from '../../../src-main/contract/simulation'
import { seedStage } from '../../../src-main/simulator/playback/seed-stage'
import { Survey } from '../../../src-main/simulator/playback/survey'
import { useForkWords } from '../../../src-renderer/components/simulation/forks'
import { useFork } from '../../../src-renderer/composables/useFork'
import { createMessages } from '../../../src-renderer/i18n'
import { exportName } from '../../../src-renderer/model/export-name'
import { eventOf, faultFrom, forkedFrom, forkRefusal, parentOf } from '../../../src-renderer/model/run-forks'
import { simulatorCommand } from '../../../src-renderer/model/run-order'
import { useSimulationStore } from '../../../src-renderer/stores/simulation'
import { createFakeSimulation, type FakeSimulation } from '../../support/fake-simulation'

const SEED: SeedSource = { kind: 'seed', seed: 7, operations: 400 }
const strike = (event: number): RunFork => ({ event, change: { kind: 'strike', name: 'crash' } })
const FAULTS = [10, 20, 20, 35].map((event) => ({ event, atMs: event * 2, name: 'cut', hits: [] }))

function outlineOf(run: SeedSource, forks?: { fromEvent: number; untilEvent: number; faults: readonly string[] }): SimulationOutline {
  const world = { hash: '', hosts: 1, stations: 0, ...(forks === undefined ? {} : { forks }) }
  return { run, start: { event: 0, atMs: 0 }, end: { event: 50, atMs: 100 }, world, faults: FAULTS, takeovers: [], violations: [] }
}

describe('a fork that a person wants', () => {
  const window = { fromEvent: 5, untilEvent: 40, faults: ['crash'] }

  it('is possible while faults strike', () => {
    const outline = outlineOf(SEED, window)
    expect([4, 5, 40, 41].map((event) => forkRefusal(outline, event))).toEqual(['outside', undefined, undefined, 'outside'])
    expect(forkRefusal(outlineOf(SEED), 10)).toBe('outside')
    const full = { ...SEED, forks: Array.from({ length: LIMITS.playedForks }, () => strike(10)) }
    expect(forkRefusal(outlineOf(full, window), 10)).toBe('too-many')
    expect(forkRefusal(outlineOf(full, window), 9)).toBeUndefined()
    expect(forkRefusal({ ...outline, run: { kind: 'recording', name: 'x' } }, 10)).toBe('recording')
  })

  it('is about the fault that strikes there, or the next one', () => {
    expect([0, 10, 11, 20, 36].map((event) => faultFrom({ run: SEED, faults: FAULTS }, event)?.number)).toEqual([0, 0, 1, 1, undefined])
    const without = { kind: 'without', fault: 1 } as const
    expect(eventOf(without, 20, FAULTS[1])).toBe(19)
    expect(eventOf(without, 12, FAULTS[1])).toBe(12)
    expect(eventOf({ kind: 'strike', name: 'crash' }, 20, FAULTS[1])).toBe(20)
  })

  it('is about none that a change has struck, and counts those no more whose changes go', () => {
    const fault = (event: number, name: string) => ({ event, atMs: event, name, hits: [] })
    const faults = [fault(10, 'cut'), fault(15, 'crash'), fault(30, 'hang'), fault(40, 'cut')]
    const numberIn = (forks: readonly RunFork[], event: number) => faultFrom({ run: { ...SEED, forks }, faults }, event)?.number
    const struck = [strike(15)]
    // At the strike, or after it, it stays; before it, it goes.
    expect([15, 16].map((event) => numberIn(struck, event))).toEqual([2, 2])
    expect([11, 14].map((event) => numberIn(struck, event))).toEqual([1, 1])
    expect(numberIn(struck, 9)).toBe(0)
    const without: RunFork = { event: 20, change: { kind: 'without', fault: 2 } }
    expect([19, 20].map((event) => numberIn([without], event))).toEqual([3, 2])
    expect(numberIn([...struck, without], 31)).toBe(3)
    expect(numberIn([...struck, without], 14)).toBe(2)
  })

  it('leaves out in the simulator what a person chose, also before an earlier change', () => {
    const order = { seed: 3, operations: 100 }
    const outlineWith = (forks: readonly RunFork[]) => {
      const survey = new Survey(seedStage({ ...order, forks }))
      while (survey.step());
      return survey.outline()
    }
    const planned = outlineWith([])
    const [first, next] = [present(planned.faults[0], 'the first fault'), present(planned.faults[1], 'the next')]
    expect(next.event - first.event).toBeGreaterThan(20)
    const between = first.event + 10
    const once = outlineWith([{ event: between, change: { kind: 'strike', name: 'cut' } }])
    for (const at of [between, between - 5]) {
      const chosen = present(faultFrom(once, at), 'a fault of the plan')
      const change = { kind: 'without', fault: chosen.number } as const
      const { run } = once
      if (run.kind !== 'seed') throw new Error('no seed')
      const forked = forkedFrom(run, { event: eventOf(change, at, chosen.fault), change })
      expect(chosen.fault.name).toBe(next.name)
      expect(outlineWith(present(forked.forks, 'forks')).world?.parted?.leftOut).toBe(next.name)
    }
  })

  it('keeps earlier changes, drops later ones, and has a way back', () => {
    const once = forkedFrom(SEED, strike(10))
    expect(once.forks).toEqual([strike(10)])
    const twice = forkedFrom(once, strike(30))
    expect(twice.forks).toEqual([strike(10), strike(30)])
    expect(forkedFrom(twice, strike(20)).forks).toEqual([strike(10), strike(20)])
    expect(parentOf(twice)).toEqual(once)
    expect(parentOf(once)).toEqual(SEED)
  })

  it('has a command and a file of its own', () => {
    const forked = forkedFrom(SEED, { event: 12, change: { kind: 'instead', fault: 1, name: 'hang', controller: 'b' } })
    expect(simulatorCommand(forked)).toBe('npm run sim -- --seed 7 --operations 400 --fork 12:instead=1/hang@b')
    expect(exportName(forked, 'report')).toBe('takeover-lab-seed-7-400-fork-12-report.html')
  })
})

describe('the dialog of a fork', () => {
  let fake: FakeSimulation
  let pinia: ReturnType<typeof createPinia>

  beforeEach(async () => {
    vi.stubGlobal('requestAnimationFrame', () => 1)
    vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
    pinia = createPinia()
    setActivePinia(pinia)
    fake = createFakeSimulation()
    const saveFile = () => Promise.resolve(undefined)
    useSimulationStore().attach({
      api: fake.api as never,
      kind: 'browser',
      linkState: () => 'open',
      onLinkState: () => () => undefined,
      saveFile,
    })
    await fake.api.simulate({ order: 'open', seed: 7, operations: 400 })
    while ((await fake.api.simulation()).state.phase === 'scanning') fake.advance(10)
  })

  afterEach(() => vi.unstubAllGlobals())

  async function inApp<T>(use: () => T): Promise<T> {
    let used: T | undefined
    const app = createSSRApp({
      setup() {
        used = use()
        return () => ''
      },
    })
    await renderToString(app.use(pinia).use(createMessages()))
    return present(used, 'what was used')
  }

  it('leaves out the fault that the player stands at, from before it on', async () => {
    const { faults } = present(useSimulationStore().outline, 'outline')
    const second = present(faults[1], 'the hang')
    await fake.api.simulate({ order: 'seek', event: second.event })
    const fork = await inApp(useFork)
    expect(fork.struck.value).toMatchObject({ number: 1, fault: { name: 'hang' } })
    expect(await fork.run()).toBe(true)
    const event = second.event - 1
    expect(fake.orders.at(-1)).toEqual({
      order: 'open',
      seed: 7,
      operations: 400,
      forks: [{ event, change: { kind: 'without', fault: 1 } }],
      at: event,
    })
  })

  it('changes what a person chooses, and offers no fault where none is left', async () => {
    const { end } = present(useSimulationStore().outline, 'outline')
    await fake.api.simulate({ order: 'seek', event: end.event })
    const fork = await inApp(useFork)
    expect(fork.kinds.value.filter(({ off }) => off).map(({ kind }) => kind)).toEqual(['without', 'instead'])
    expect(fork.kind.value).toBe('strike')
    fork.controller.value = 'b'
    await fork.run()
    expect(fake.orders.at(-1)).toMatchObject({ forks: [{ change: { kind: 'strike', name: 'crash', controller: 'b' } }] })
  })

  it('tells a fork in words', async () => {
    const words = await inApp(useForkWords)
    expect(words.change({ kind: 'without', fault: 2 })).toBe('without fault 3')
    expect(words.change({ kind: 'instead', fault: 2, name: 'hang', controller: 'a' }, 'crash')).toBe('Hang (A) instead of Crash')
    expect(words.change({ kind: 'strike', name: 'cut' })).toBe('also Cut')
    expect(words.change({ kind: 'policy', policy: 'heartbeat-ms', value: '25' })).toBe('Heartbeats: every 25 ms')
    expect(words.fork({ event: 1200, change: { kind: 'policy', policy: 'cache-policy', value: 'write-through' } })).toBe(
      'Writes while alone: write-through (event 1,200)',
    )
    expect(words.source(SEED)).toBe('Seed 7')
  })
})
