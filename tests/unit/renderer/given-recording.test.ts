import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failure } from '../../../src-main/base/result'
import { LIMITS } from '../../../src-main/contract/limits'
import type { RecordingEntry } from '../../../src-main/contract/recording'
import { useFileDrop } from '../../../src-renderer/composables/useFileDrop'
import { useGivenRecording } from '../../../src-renderer/composables/useGivenRecording'
import { parseRoom, tooMany } from '../../../src-renderer/model/recordings'
import { useAnnouncementStore } from '../../../src-renderer/stores/announcements'
import { useSimulationStore } from '../../../src-renderer/stores/simulation'
import { createFakeLab } from '../../support/fake-lab'
import { createFakeSimulation, type FakeSimulation } from '../../support/fake-simulation'
import { composed } from './composed'

let simulation: FakeSimulation
let open: (file: File) => Promise<void>
let compare: (file: File) => Promise<void>
const said = () => useSimulationStore().givenProblem

function attach(): void {
  useSimulationStore().attach({
    api: { ...createFakeLab().api, ...simulation.api },
    kind: 'browser',
    linkState: () => 'open',
    onLinkState: () => () => undefined,
    saveFile: () => Promise.resolve(undefined),
  })
}

beforeEach(async () => {
  vi.stubGlobal('requestAnimationFrame', () => 1)
  const pinia = createPinia()
  setActivePinia(pinia)
  simulation = createFakeSimulation()
  attach()
  ;({ open, compare } = await composed(pinia, useGivenRecording))
})
afterEach(() => vi.unstubAllGlobals())

describe('a recording from elsewhere', () => {
  it('goes to the player in pieces, and is shown as one that is none of the lab', async () => {
    const bytes = Uint8Array.from({ length: LIMITS.givenPieceBytes + 5 }, (_, index) => index % 251)
    await open(new File([bytes], 'trace-000001.ndjson'))
    expect(simulation.given.map(({ name, byteCount, at }) => [name, byteCount, at])).toEqual([
      ['trace-000001.ndjson', bytes.length, 0],
      ['trace-000001.ndjson', bytes.length, LIMITS.givenPieceBytes],
    ])
    const together = Buffer.concat(simulation.given.map(({ base64 }) => Buffer.from(base64, 'base64')))
    expect(together.equals(bytes)).toBe(true)
    expect(useSimulationStore().state.run).toEqual({ kind: 'recording', name: 'trace-000001.ndjson', given: true })
    expect(useSimulationStore().giving).toBeUndefined()
  })

  it('has a name that may be said: no path, and not without end', async () => {
    await open(new File(['x'], `a/b\\c\n${'x'.repeat(300)}`))
    expect(simulation.given[0]?.name).toMatch(/^x{200}$/)
  })

  it('is not sent that is empty or too large', async () => {
    await open(new File([], 'empty.ndjson'))
    expect(said()).toBe('empty.ndjson was not opened. The file is empty.')
    const large = new File(['x'], 'large.ndjson')
    Object.defineProperty(large, 'size', { value: LIMITS.recordingBytes + 1 })
    await open(large)
    expect(simulation.given).toEqual([])
    expect(said()).toMatch(/^large.ndjson was not opened\. .* has 48 MiB at most\.$/)
  })

  it('that the lab refuses, or that is gone, is said', async () => {
    const refused = failure({ code: 'failed' as const, message: 'This recording has format 99.' })
    vi.spyOn(simulation.api, 'giveRecording').mockResolvedValue(refused)
    attach()
    await open(new File(['x'], 'newer.ndjson'))
    expect(said()).toBe('newer.ndjson was not opened. This recording has format 99.')
    const gone = new File(['x'], 'gone.ndjson')
    gone.slice = () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) as unknown as Blob
    await open(gone)
    expect(said()).toBe('gone.ndjson was not opened. The file cannot be read any more. Choose it again.')
  })
})

it('is set beside the run in the player, which stays', async () => {
  const store = useSimulationStore()
  await store.order({ order: 'open', seed: 7, operations: 1000 })
  while (store.state.phase === 'scanning') simulation.advance(0)
  await compare(new File(['xy'], 'other.ndjson'))
  expect(simulation.given).toMatchObject([{ name: 'other.ndjson', at: 0, isBeside: true }])
  expect(store.outline?.run).toMatchObject({ kind: 'seed', seed: 7 })
  expect(store.comparison?.run).toEqual({ kind: 'recording', name: 'other.ndjson', given: true })
})

it('that is refused while a run is shown is announced, and what was said goes once something is opened', async () => {
  await open(new File([], 'empty.ndjson'))
  await useSimulationStore().order({ order: 'open', seed: 7, operations: 1000 })
  expect(said()).toBeUndefined()
  while (useSimulationStore().state.phase === 'scanning') simulation.advance(0)
  await open(new File([], 'empty.ndjson'))
  expect(said()).toBeUndefined()
  expect(useAnnouncementStore().shown).toMatchObject([{ title: 'empty.ndjson was not opened', detail: 'The file is empty.' }])
})

describe('what is dropped', () => {
  const event = (part: object): DragEvent => ({ preventDefault: vi.fn(), ...part }) as unknown as DragEvent

  it('is taken if it is a file, and nothing shows that it could be where it is none', () => {
    const take = vi.fn<(file: File) => void>()
    const { isOver, over, drop } = useFileDrop(take)
    const text = event({ dataTransfer: { types: ['text/plain'], files: [] } })
    over(text)
    drop(text)
    expect(isOver.value).toBe(false)
    expect(text.preventDefault).not.toHaveBeenCalled()
    const file = new File(['x'], 'a.ndjson')
    const held = event({ dataTransfer: { types: ['Files'], files: [file] } })
    over(held)
    expect(isOver.value).toBe(true)
    drop(held)
    expect(take).toHaveBeenCalledExactlyOnceWith(file)
    expect(isOver.value).toBe(false)
  })
})

describe('the room for recordings', () => {
  const recording = (mib: number, part: Partial<RecordingEntry> = {}): RecordingEntry => ({
    ...{ name: 'trace-000001.ndjson', head: undefined, byteCount: mib * 2 ** 20, begunAtMs: 0, writtenAtMs: 0 },
    ...{ isCurrent: false, isPinned: false, ...part },
  })

  it.each([
    ['64', 64],
    ['16,384', 16_384],
    ['47', undefined],
    ['16385', undefined],
    ['', undefined],
    ['-64', undefined],
    ['1e3', undefined],
  ])('is read from "%s" as %s', (text, mib) => expect(parseRoom(text)).toBe(mib))

  it('says how many of the oldest have to go: those that are kept never, and the newest counts as full', () => {
    const recordings = [recording(16), recording(16, { isPinned: true }), recording(16), recording(8), recording(1, { isCurrent: true })]
    expect(tooMany(recordings, 56)).toBe(0)
    expect(tooMany(recordings, 55)).toBe(1)
    expect(tooMany(recordings, 32)).toBe(2)
    expect(tooMany([], 32)).toBe(0)
  })
})
