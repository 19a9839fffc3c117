import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RECORDING_VERSION } from '../../../src-main/contract/recording'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { createRecorder, headOf } from '../../../src-main/lab/recorder'
import { listRecordings, readRecording } from '../../../src-main/platform/recording-files'
import { openTraceFiles } from '../../../src-main/platform/trace-files'
import { createFakeLab } from '../../support/fake-lab'

const LAB = { id: 'lab', folder: '/labs/one', version: '1.2.3', targetName: 'iqn.x:y', startedAtMs: 1_700_000_000_000 }
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
    expect(lines).toEqual([`${JSON.stringify({ frame: now })}\n`])
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
    const contents = ['trace-000001.ndjson', 'trace-000002.ndjson'].map((name) => fs.readFileSync(path.join(folder, name), 'utf8'))
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

  it('are read whole, or refused with a sentence', () => {
    const file = path.join(folder, 'trace-000001.ndjson')
    expect(readRecording(file)).toMatchObject({ ok: false, error: expect.stringContaining('any more') as unknown })
    fs.writeFileSync(file, at(1))
    const read = readRecording(file)
    expect(read.ok && Buffer.from(read.value).toString('utf8')).toBe(at(1))
    expect(JSON.parse(at(1).split('\n', 1)[0] ?? '')).toEqual({ recording: RECORDING_VERSION, lab: LAB, fromMs: 1 })
    expect(readRecording(folder)).toMatchObject({ ok: false, error: expect.stringContaining('not a file') as unknown })
  })
})
