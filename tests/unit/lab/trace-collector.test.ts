import { pbkdf2 } from 'node:crypto'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LIMITS } from '../../../src-main/contract/limits'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { createTraceCollector } from '../../../src-main/lab/trace-collector'
import { RECORDINGS_MIB } from '../../../src-main/contract/recording'
import { recordingBounds } from '../../../src-main/lab/recorder'
import { openTraceFiles } from '../../../src-main/platform/trace-files'
import { createTraceRing } from '../../../src-main/platform/trace-ring'
import { createTraceWriter } from '../../../src-main/platform/trace-writer'
import { withoutChecks } from '../../support/checked-lines'

const FOUR = { files: 4, bytes: LIMITS.traceBytes + 1024 }
let folder: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'trace-collector-'))
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

function lines(): string[] {
  return fs
    .readdirSync(folder)
    .sort()
    .flatMap((name) =>
      withoutChecks(fs.readFileSync(path.join(folder, name), 'utf8'))
        .split('\n')
        .slice(0, -1),
    )
}

describe('trace collector', () => {
  it('brings the events of all writers into the order of time, in memory and on disk', () => {
    const clock = { nowMs: 0 }
    const rings = [1, 2].map((writer) => ({ memory: createTraceRing(65_536), writer }))
    const [a, b] = rings.map((setup) => createTraceWriter({ setup, now: () => clock.nowMs, place: 'midplane' }))
    const collector = createTraceCollector({
      rings: rings.map(({ memory }) => memory),
      now: () => clock.nowMs,
      files: openTraceFiles(folder, () => ''),
    })
    const told: TraceEvent[] = []
    collector.onEvents((events) => told.push(...events))
    for (clock.nowMs = 1; clock.nowMs <= 10; clock.nowMs++)
      (clock.nowMs % 3 === 0 ? b : a)?.record({ place: 'midplane', kind: 'portal.login' })
    collector.close()
    const times = Array.from({ length: 10 }, (_, index) => index + 1)
    expect(told.map(({ timeMs }) => timeMs)).toEqual(times)
    expect(collector.recent(3).map(({ timeMs }) => timeMs)).toEqual([8, 9, 10])
    expect(lines().map((line) => (JSON.parse(line) as TraceEvent).timeMs)).toEqual(times)
    expect(collector.counts()).toMatchObject({ recorded: 10, omitted: 0, overwritten: 0 })
  })
})

describe('trace files', () => {
  it('are whole and in order as soon as they are closed, also with a write that the thread pool has not begun', async () => {
    const busy = Array.from({ length: 8 }, () => promisify(pbkdf2)('', '', 50_000, 64, 'sha512'))
    const files = openTraceFiles(folder, () => '', FOUR)
    for (const line of ['first', 'second', 'third']) files.append(`${line}\n`)
    files.close()
    const content = () => withoutChecks(fs.readFileSync(path.join(folder, 'trace-000001.ndjson'), 'utf8'))
    expect(content()).toBe('first\nsecond\nthird\n')
    await Promise.all(busy)
    expect(content()).toBe('first\nsecond\nthird\n')
    expect(files.dropped).toBe(0)
  })

  it('begins a new file for each session and keeps the newest four', () => {
    for (let session = 1; session <= 6; session++) {
      const files = openTraceFiles(folder, () => '', FOUR)
      files.append(`${session}\n`)
      files.close()
    }
    expect(fs.readdirSync(folder).sort()).toEqual([3, 4, 5, 6].map((number) => `trace-00000${number}.ndjson`))
  })

  it('keeps what is pinned, whatever comes after it, also the file that goes on; what is let go makes room again', () => {
    const first = openTraceFiles(folder, () => '', FOUR)
    first.append('first\n')
    expect(first.setPinned(first.currentName, true)).toEqual({ ok: true, value: null })
    expect(first.currentName).toBe('pinned-000001.ndjson')
    first.append('second\n')
    first.close()
    expect(withoutChecks(fs.readFileSync(path.join(folder, 'pinned-000001.ndjson'), 'utf8'))).toBe('first\nsecond\n')
    for (let session = 2; session <= 7; session++) openTraceFiles(folder, () => '', FOUR).close()
    const last = openTraceFiles(folder, () => '', FOUR)
    const names = () => fs.readdirSync(folder).sort()
    expect(names()).toEqual(['pinned-000001.ndjson', ...[5, 6, 7, 8].map((number) => `trace-00000${number}.ndjson`)])
    expect(last.setPinned('trace-000077.ndjson', true)).toMatchObject({ ok: false })
    expect(last.setPinned('trace-000006.ndjson', true)).toEqual({ ok: true, value: null })
    expect(last.setPinned('pinned-000006.ndjson', true)).toEqual({ ok: true, value: null })
    expect(last.setPinned('pinned-000001.ndjson', false)).toEqual({ ok: true, value: null })
    last.close()
    expect(names()).toEqual(['pinned-000006.ndjson', ...[1, 5, 7, 8].map((number) => `trace-00000${number}.ndjson`)])
  })

  it('keeps so many and no more that are pinned', () => {
    const names = Array.from({ length: LIMITS.pinnedRecordings }, (_, index) => `pinned-${String(index + 1).padStart(6, '0')}.ndjson`)
    for (const name of names) fs.writeFileSync(path.join(folder, name), '')
    const files = openTraceFiles(folder, () => '', FOUR)
    const { currentName } = files
    expect(files.setPinned(currentName, true)).toMatchObject({ ok: false, error: expect.stringContaining('At most 64') as string })
    expect(files.setPinned('pinned-000001.ndjson', false)).toEqual({ ok: true, value: null })
    expect(files.setPinned(currentName, true)).toEqual({ ok: true, value: null })
    files.close()
  })

  it('have nothing but whole lines once they are closed, whatever a write that failed has left behind', async () => {
    const files = openTraceFiles(folder, () => '', FOUR)
    files.append('first\n')
    await files.flushed()
    const file = path.join(folder, files.currentName)
    fs.appendFileSync(file, '{"torn')
    files.close()
    expect(withoutChecks(fs.readFileSync(file, 'utf8'))).toBe('first\n')
  })

  it('that is let go by mistake can be pinned again, since room is made only for the next file', () => {
    const first = openTraceFiles(folder, () => '', FOUR)
    first.setPinned(first.currentName, true)
    first.close()
    for (let session = 2; session <= 5; session++) openTraceFiles(folder, () => '', FOUR).close()
    const last = openTraceFiles(folder, () => '', FOUR)
    expect(last.setPinned('pinned-000001.ndjson', false)).toEqual({ ok: true, value: null })
    expect(last.setPinned('trace-000001.ndjson', true)).toEqual({ ok: true, value: null })
    last.setPinned('pinned-000001.ndjson', false)
    last.close()
    openTraceFiles(folder, () => '', FOUR).close()
    expect(fs.readdirSync(folder).sort()).toEqual([4, 5, 6, 7].map((number) => `trace-00000${number}.ndjson`))
  })

  it('that a person put into the folder of a running lab can be pinned', () => {
    const files = openTraceFiles(folder, () => '', FOUR)
    fs.writeFileSync(path.join(folder, 'trace-000077.ndjson'), '')
    fs.mkdirSync(path.join(folder, 'trace-000078.ndjson'))
    expect(files.setPinned('trace-000077.ndjson', true)).toEqual({ ok: true, value: null })
    expect(files.setPinned('trace-000078.ndjson', true)).toMatchObject({ ok: false })
    files.close()
    expect(fs.existsSync(path.join(folder, 'pinned-000077.ndjson'))).toBe(true)
  })

  it('goes on in new files, one for each that is full, although an old one cannot be deleted', async () => {
    for (let session = 1; session <= 3; session++) openTraceFiles(folder, () => '', FOUR).close()
    const files = openTraceFiles(folder, () => '', FOUR)
    fs.rmSync(path.join(folder, 'trace-000001.ndjson'))
    fs.mkdirSync(path.join(folder, 'trace-000001.ndjson'))
    const chunk = `${'x'.repeat(1024 * 1024 - 1)}\n`
    for (let mib = 0; mib < 20; mib += 4) {
      files.append(chunk.repeat(4))
      await files.flushed()
    }
    expect(files.dropped).toBe(0)
    expect(files.currentName).toBe('trace-000005.ndjson')
    files.close()
  })

  it('stay as long as all of them have less than the bound, however many sessions there were', () => {
    const few = { files: 64, bytes: LIMITS.traceFileBytes + 1000 }
    for (let session = 1; session <= 8; session++) {
      const files = openTraceFiles(folder, () => '', few)
      files.append(`${'x'.repeat(299)}\n`)
      files.close()
    }
    expect(fs.readdirSync(folder).sort()).toEqual([5, 6, 7, 8].map((number) => `trace-00000${number}.ndjson`))
  })

  it('go at once that are too much when there is less room, the oldest first, and the one that goes on never', () => {
    for (let session = 1; session <= 4; session++) {
      const files = openTraceFiles(folder, () => '')
      files.append(`${'x'.repeat(299)}\n`)
      files.close()
    }
    const files = openTraceFiles(folder, () => '')
    const names = () => fs.readdirSync(folder).sort()
    expect(names()).toHaveLength(5)
    files.setBounds({ files: 64, bytes: LIMITS.traceFileBytes + 1000 })
    expect(names()).toEqual([2, 3, 4, 5].map((number) => `trace-00000${number}.ndjson`))
    files.setBounds({ files: 64, bytes: 1 })
    expect(names()).toEqual([files.currentName])
    files.close()
  })

  it.each(['trace-999999999999.ndjson', 'trace-99999999999999999999999.ndjson'])('are begun each time beside a file named %s', (name) => {
    fs.writeFileSync(path.join(folder, name), '')
    for (let start = 0; start < 3; start++) openTraceFiles(folder, () => '', FOUR).close()
    const next = ['trace-000001.ndjson', 'trace-000002.ndjson', 'trace-000003.ndjson']
    expect(fs.readdirSync(folder).sort()).toEqual([...next, name].sort())
  })

  it('goes on beyond its size for what belongs together, up to a bound, and within the room of all', async () => {
    const files = openTraceFiles(folder, () => '', recordingBounds(RECORDINGS_MIB.min))
    const names = () => fs.readdirSync(folder).sort()
    const append = async (mib: number): Promise<void> => {
      for (let written = 0; written < mib; written += 4) {
        files.append(`${'x'.repeat(1024 * 1024 - 1)}\n`.repeat(4))
        await files.flushed()
      }
    }
    await append(16)
    expect(files.currentName).toBe('trace-000002.ndjson')
    await append(12)
    files.keepTogether(true)
    await append(12)
    files.append('a\n')
    files.append('b\n')
    files.keepTogether(false)
    await files.flushed()
    expect(names()).toEqual(['trace-000002.ndjson', 'trace-000003.ndjson'])
    expect(withoutChecks(fs.readFileSync(path.join(folder, 'trace-000002.ndjson'), 'utf8'))).toMatch(/a\nb\n$/)
    files.keepTogether(true)
    await append(24)
    expect(names()).toEqual(['trace-000003.ndjson'])
    await append(4)
    expect(names()).toEqual(['trace-000003.ndjson', 'trace-000004.ndjson'])
    expect(files.dropped).toBe(0)
    files.close()
  })

  it('goes on in a new file when one is full, and stays within its bound', async () => {
    const files = openTraceFiles(folder, () => '', FOUR)
    const chunk = `${'x'.repeat(1024 * 1024 - 1)}\n`
    for (let mib = 0; mib < 100; mib += 4) {
      files.append(chunk.repeat(4))
      const before = files.byteCount
      await expect.poll(() => files.byteCount !== before || files.dropped > 0).toBe(true)
    }
    files.close()
    expect(fs.readdirSync(folder)).toHaveLength(4)
    expect(files.byteCount).toBeLessThanOrEqual(4 * 20 * 1024 * 1024)
  })
})
