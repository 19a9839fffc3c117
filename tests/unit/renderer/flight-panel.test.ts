import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { createMessages } from '../../../src-renderer/i18n'
import { useSimulationStore } from '../../../src-renderer/stores/simulation'
import FlightPanel from '../../../src-renderer/views/FlightPanel.vue'
import type { FlightRow } from '../../../src-main/contract/flight-rows'
import { hashText } from '../../../src-renderer/components/events/flight-text'
import { FLIGHT_KINDS } from '../../../src-main/contract/flight'
import type { LabApi } from '../../../src-main/contract/lab-api'
import type { SimulationOrder, SimulationPush } from '../../../src-main/contract/simulation'
import { createFakeLab } from '../../support/fake-lab'
import { createFakeSimulation } from '../../support/fake-simulation'

let pinia: ReturnType<typeof createPinia>

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', () => 1)
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
  pinia = createPinia()
  setActivePinia(pinia)
})
afterEach(() => vi.unstubAllGlobals())

/** Told to the window, besides what the fake one tells. */
let tell: (push: SimulationPush) => void

/** The panel of the run that this order opens, after what is told then. */
async function htmlAfter(order: SimulationOrder, ...told: readonly SimulationPush[]): Promise<string> {
  const simulation = createFakeSimulation()
  const store = useSimulationStore()
  const onSimulation: LabApi['onSimulation'] = (listener) => {
    tell = listener
    return simulation.api.onSimulation(listener)
  }
  store.attach({
    api: { ...createFakeLab().api, ...simulation.api, onSimulation },
    kind: 'browser',
    linkState: () => 'open',
    onLinkState: () => () => undefined,
    saveFile: () => Promise.resolve(undefined),
  })
  await store.load()
  await store.order(order)
  while (store.state.phase === 'scanning') simulation.advance(0)
  if (told.length > 0) await store.order({ order: 'flight', atMs: 0, kinds: [...FLIGHT_KINDS] })
  for (const push of told) tell(push)
  return rendered()
}

function rendered(): Promise<string> {
  return renderToString(createSSRApp(FlightPanel).use(pinia).use(createMessages()))
}

/** What it says. */
async function textAfter(order: SimulationOrder, ...told: readonly SimulationPush[]): Promise<string> {
  const html = await htmlAfter(order, ...told)
  return html
    .replaceAll(/<!--.*?-->/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
}

describe('the flight recorder below the player', () => {
  it('lists what the ports saw, from where to where, in words', async () => {
    const text = await textAfter({ order: 'open-recording', name: 'trace-000001.ndjson' })
    expect(text).toContain('host → portal-a SCSI Command WRITE(10) LUN 0 · block 1,024, count 8 · tag 0x11 4,144 cafef00d')
    expect(text).toContain('controller-a → controller-b nvram-append #12 4,160 12345678')
    expect(text).toContain('controller-a → drive-2 WRITE · block 99, count 8 · slot 0, epoch 1 · 0.12 ms 4,096')
    expect(text).toContain('controller-b → midplane Reset line of A asked for')
    expect(text).toContain('4 shown of 4 · 3 came too fast to be kept · There are more: go to another moment.')
  })

  it('marks the newest that has happened, and what is yet to come', async () => {
    await htmlAfter({ order: 'open-recording', name: 'trace-000001.ndjson' })
    const store = useSimulationStore()
    const times = (store.flight?.rows ?? []).map(({ atMs }) => atMs)
    const marksAt = async (atMs: number) => {
      tell({ type: 'state', state: { ...store.state, now: { event: 1, atMs } } })
      const html = await rendered()
      const rows = [...html.slice(html.indexOf('<tbody')).matchAll(/<tr[^>]*>/g)]
      return rows.map(([row]) => (row.includes('ahead') ? 'ahead' : row.includes('aria-current="true"') ? 'now' : 'before'))
    }
    expect(times).toHaveLength(4)
    expect(await marksAt(times[1] ?? 0)).toEqual(['before', 'now', 'ahead', 'ahead'])
    expect(await marksAt((times[2] ?? 0) + 0.001)).toEqual(['before', 'before', 'now', 'ahead'])
    expect(await marksAt(0)).toEqual(['ahead', 'ahead', 'ahead', 'ahead'])
  })

  it('writes a hash with all its digits', () => {
    expect([hashText({ hash: 0xab } as FlightRow), hashText({} as FlightRow)]).toEqual(['000000ab', ''])
  })

  it('forgets what it listed when a seed changes places with the recording', async () => {
    const start = { event: 0, atMs: 0 }
    const run = { kind: 'seed', seed: 1, operations: 100 } as const
    const outline = { run, start, end: start, faults: [], takeovers: [], violations: [] }
    const text = await textAfter({ order: 'open-recording', name: 'trace-000001.ndjson' }, { type: 'outline', outline })
    expect(text).toContain('A simulated pair has no flight recorder.')
    expect(text).not.toContain('SCSI Command')
  })

  it('says why there is nothing of a seed', async () => {
    expect(await textAfter({ order: 'open', seed: 1, operations: 100 })).toContain('A simulated pair has no flight recorder.')
  })
})
