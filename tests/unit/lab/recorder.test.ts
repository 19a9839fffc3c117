import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LIMITS } from '../../../src-main/contract/limits'
import { RECORDING_VERSION, RECORDINGS_MIB } from '../../../src-main/contract/recording'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { createRecorder, headOf, recordingBounds } from '../../../src-main/lab/recorder'
import { listRecordings, readNextRecording, readRecording } from '../../../src-main/platform/recording-files'
import { openTraceFiles } from '../../../src-main/platform/trace-files'
import { withoutChecks } from '../../support/checked-lines'
import { createFakeLab } from '../../support/fake-lab'

const LAB = { id: 'lab', folder: '/labs/one', version: '1.2.3', targetName: 'iqn.x:y', startedAtMs: 1_700_000_000_000 }
/** What stands of it in a recording. */
const RECORDED = { ...LAB, folder: 'one' }
const picture = await createFakeLab().api.snapshot()

describe('a recorder', () => {
  let lines: string[]
  let now: LabSnapshot
  let happen: (events: readonly TraceEvent[]) => void

  beforeEach(() => {
    vi.useFakeTimers()
    lines = []
    now = { ...picture, lab: LAB, timeMs: 0 }
    happen = () => undefined
  })
  afterEach(() => vi.useRealTimers())

  function recorder() {
    return createRecorder({
      sink: { append: (line) => lines.push(line) },
      compose: () => now,
      onEvents: (listener) => {
        happen = listener
        return () => undefined
      },
    })
  }

  it('adds a frame each second in which something happened, and none to a lab at rest', () => {
    recorder()
    vi.advanceTimersByTime(5000)
    expect(lines).toEqual([])
    happen([])
    vi.advanceTimersByTime(5000)
    const drives = now.drives.map((drive) => ({ ...drive, file: path.basename(drive.file) }))
    expect(lines).toEqual([`${JSON.stringify({ frame: { ...now, lab: RECORDED, drives } })}\n`])
  })

  it('names no folder of this machine, in the head or in a frame', () => {
    const files = now.drives.map((drive) => ({ ...drive, file: `/labs/one/drives/drive-${drive.index}.img` }))
    now = { ...now, drives: files }
    const made = recorder()
    made.look()
    const text = `${headOf(now)}${lines.join('')}`
    expect(text).toContain('"file":"drive-0.img"')
    expect(text).not.toContain('/labs')
  })

  it('adds a frame at once for each phase of a takeover', () => {
    const made = recorder()
    const phases = [
      { phase: 'detect', endedAtMs: 140, durationMs: 40 },
      { phase: 'fence', endedAtMs: 145, durationMs: 5 },
    ] as const
    const takeover = { number: 1, survivor: 'b', dead: 'a', reason: 'crash', startedAtMs: 100, totalMs: 40, volumes: [] } as const
    for (const count of [0, 1, 1, 2]) {
      now = { ...now, takeovers: [{ ...takeover, phases: phases.slice(0, count) }] }
      made.look()
    }
    expect(lines).toHaveLength(3)
    made.close()
  })

  it('adds a frame at once when the pair changes, and one at the end', () => {
    const made = recorder()
    made.look()
    made.look()
    expect(lines).toHaveLength(1)
    now = { ...now, timeMs: 5, controllers: { ...now.controllers, a: { ...now.controllers.a, state: 'down' } } }
    made.look()
    made.look()
    expect(lines).toHaveLength(2)
    made.close()
    vi.advanceTimersByTime(5000)
    expect(lines).toHaveLength(3)
  })
})

it('recordings have the room that a person gives them, in whatever number of files', () => {
  expect(recordingBounds(RECORDINGS_MIB.usual)).toEqual({ bytes: LIMITS.traceBytes, files: LIMITS.traceFiles })
  expect(recordingBounds(4096)).toEqual({ bytes: 2 ** 32, files: 256 })
})

describe('recordings in a folder', () => {
  let folder: string
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(tmpdir(), 'recordings-'))
  })
  afterEach(() => fs.rmSync(folder, { recursive: true }))
  const at = (timeMs: number): string => headOf({ ...picture, lab: LAB, timeMs })

  it('each begin with a head and a frame, in a file of a later session as well as in the next one of a session', async () => {
    for (const timeMs of [10, 20]) {
      const files = openTraceFiles(folder, () => at(timeMs))
      files.append('first\n')
      await files.flushed()
      files.append('second\n')
      files.close()
    }
    const contents = ['trace-000001.ndjson', 'trace-000002.ndjson'].map((name) =>
      withoutChecks(fs.readFileSync(path.join(folder, name), 'utf8')),
    )
    expect(contents).toEqual([`${at(10)}first\nsecond\n`, `${at(20)}first\nsecond\n`])
  })

  it('are listed with their time, without what is none of them', () => {
    fs.writeFileSync(path.join(folder, 'trace-000002.ndjson'), at(4000))
    fs.writeFileSync(path.join(folder, 'trace-000001.ndjson'), at(1000))
    fs.writeFileSync(path.join(folder, 'trace-000003.ndjson'), '{"id":1}\n')
    fs.writeFileSync(path.join(folder, 'trace-000004.ndjson'), '')
    fs.mkdirSync(path.join(folder, 'trace-000005.ndjson'))
    fs.writeFileSync(path.join(folder, 'notes.txt'), at(1))
    expect(listRecordings(folder, 'trace-000002.ndjson')).toMatchObject([
      { name: 'trace-000001.ndjson', begunAtMs: LAB.startedAtMs + 1000, isCurrent: false },
      { name: 'trace-000002.ndjson', begunAtMs: LAB.startedAtMs + 4000, isCurrent: true },
    ])
  })

  it('are listed when a newer version made them, which alone can open them', () => {
    fs.writeFileSync(path.join(folder, 'trace-000001.ndjson'), `{"recording":${RECORDING_VERSION + 1},"place":"unknown"}\n`)
    expect(listRecordings(folder, undefined)).toMatchObject([{ name: 'trace-000001.ndjson', head: undefined, isPinned: false }])
  })

  it('are listed from the oldest to the newest, whatever they are called', () => {
    const begun = { 'pinned-000002.ndjson': 3000, 'trace-000003.ndjson': 2000, 'trace-000001.ndjson': 4000, 'trace-000002.ndjson': 2000 }
    for (const [name, timeMs] of Object.entries(begun)) fs.writeFileSync(path.join(folder, name), at(timeMs))
    expect(listRecordings(folder, undefined).map(({ name }) => name)).toEqual([
      'trace-000002.ndjson',
      'trace-000003.ndjson',
      'pinned-000002.ndjson',
      'trace-000001.ndjson',
    ])
  })

  it('are followed by the next one, also if that is kept', () => {
    const file = (name: string) => path.join(folder, name)
    for (const [timeMs, name] of ['trace-000001.ndjson', 'pinned-000002.ndjson', 'trace-000003.ndjson'].entries())
      fs.writeFileSync(file(name), at(timeMs))
    const next = (name: string) => Buffer.from(readNextRecording(file(name)) ?? []).toString('utf8')
    expect(['trace-000001.ndjson', 'pinned-000002.ndjson', 'trace-000003.ndjson', 'notes.txt'].map(next)).toEqual([at(1), at(2), '', ''])
  })

  it('are read whole, or refused with a sentence', () => {
    const file = path.join(folder, 'trace-000001.ndjson')
    expect(readRecording(file)).toMatchObject({ ok: false, error: expect.stringContaining('any more') as unknown })
    fs.writeFileSync(file, at(1))
    const read = readRecording(file)
    expect(read.ok && Buffer.from(read.value).toString('utf8')).toBe(at(1))
    expect(JSON.parse(at(1).split('\n', 1)[0] ?? '')).toEqual({ recording: RECORDING_VERSION, lab: RECORDED, fromMs: 1 })
    expect(readRecording(folder)).toMatchObject({ ok: false, error: expect.stringContaining('not a file') as unknown })
  })
})
