import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { present } from '../../../src-main/base/assert'
import type { RecordingEntry } from '../../../src-main/contract/recording'
import { SLOW_MOTION, useReplay } from '../../../src-renderer/composables/useReplay'
import { createMessages } from '../../../src-renderer/i18n'
import { recordingOf } from '../../../src-renderer/model/recordings'
import { useAnnouncementStore } from '../../../src-renderer/stores/announcements'
import { useLabStore } from '../../../src-renderer/stores/lab'
import { useSimulationStore } from '../../../src-renderer/stores/simulation'
import { useTimelineStore } from '../../../src-renderer/stores/timeline'
import { createFakeLab } from '../../support/fake-lab'
import { createFakeSimulation, type FakeSimulation } from '../../support/fake-simulation'

let pinia: ReturnType<typeof createPinia>
let simulation: FakeSimulation
let replay: ReturnType<typeof useReplay>

beforeEach(async () => {
  vi.stubGlobal('requestAnimationFrame', () => 1)
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
  vi.stubGlobal('document', { documentElement: { dataset: {} } })
  pinia = createPinia()
  setActivePinia(pinia)
  simulation = createFakeSimulation()
  const { api } = createFakeLab()
  useSimulationStore().attach({
    api: { ...api, ...simulation.api },
    kind: 'browser',
    linkState: () => 'open',
    onLinkState: () => () => undefined,
    saveFile: () => Promise.resolve(undefined),
  })
  useLabStore().snapshot = await api.snapshot()
  const setup = () => {
    replay = useReplay()
    return () => ''
  }
  await renderToString(createSSRApp({ setup }).use(pinia).use(createMessages()))
})
afterEach(() => vi.unstubAllGlobals())

async function readAll(): Promise<void> {
  while (useSimulationStore().state.phase === 'scanning') simulation.advance(0)
  await new Promise((resolve) => setTimeout(resolve, 0))
}
const untilReading = () => expect.poll(() => useSimulationStore().state.phase).toBe('scanning')
const orderNames = () => simulation.orders.map(({ order }) => order)

describe('a takeover watched again', () => {
  it('is opened in the recording of this run of the lab, and played slowly from shortly before it', async () => {
    const watching = replay.watchAgain(3000)
    await untilReading()
    await readAll()
    await watching
    expect(simulation.orders).toEqual([
      { order: 'open-recording', name: 'trace-000002.ndjson' },
      { order: 'seek-time', atMs: 2980 },
      { order: 'play', speed: SLOW_MOTION },
    ])
    expect(useTimelineStore().window).toEqual({ fromMs: 2960, toMs: 3960 })
  })

  it('leaves a seed alone that is opened while the recording is read', async () => {
    const watching = replay.watchAgain(3000)
    await untilReading()
    await useSimulationStore().order({ order: 'close' })
    await useSimulationStore().order({ order: 'open', seed: 7, operations: 1000 })
    await readAll()
    await watching
    expect(orderNames()).toEqual(['open-recording', 'close', 'open'])
  })

  it('is told to be gone where no recording has it any more', async () => {
    const lab = useLabStore()
    const before = present(lab.snapshot, 'a snapshot')
    lab.snapshot = { ...before, lab: { ...before.lab, id: 'another' } }
    await replay.watchAgain(3000)
    lab.snapshot = before
    const watching = replay.watchAgain(1e9)
    await untilReading()
    await readAll()
    await watching
    expect(orderNames()).toEqual(['open-recording'])
    const gone = { tone: 'bad', title: 'This takeover cannot be watched again' }
    expect(useAnnouncementStore().shown).toMatchObject([gone, gone])
  })
})

describe('the recording of a moment', () => {
  const lab = { id: 'one', folder: '', version: '', targetName: '', startedAtMs: 5000 }
  const entry = (name: string, fromMs: number, of = lab): RecordingEntry => {
    const head = { recording: 1, lab: of, fromMs } as const
    return { name, head, byteCount: 1, begunAtMs: of.startedAtMs + fromMs, writtenAtMs: 0, isCurrent: false, isPinned: false }
  }
  const recordings = [
    entry('earlier', 0, { ...lab, startedAtMs: 1000 }),
    entry('first', 0),
    entry('second', 100),
    entry('foreign', 150, { ...lab, id: 'two' }),
    entry('third', 200),
  ]

  it('is the last that was begun before it, of the same lab and the same run', () => {
    expect([50, 160, 300].map((atMs) => recordingOf(recordings, { lab, atMs })?.name)).toEqual(['first', 'second', 'third'])
    expect(recordingOf(recordings.slice(2), { lab, atMs: 50 })).toBeUndefined()
  })
})
