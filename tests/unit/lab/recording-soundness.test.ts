import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RECORDING_VERSION } from '../../../src-main/contract/recording'
import { listRecordings } from '../../../src-main/platform/recording-files'
import { RecordingJudge, soundnessOf } from '../../../src-main/lab/recording-soundness'
import { openTraceFiles } from '../../../src-main/platform/trace-files'

const LAB = { id: 'lab-1', folder: '/labs/one', version: '1.2.3', targetName: 'iqn.x', startedAtMs: 1_000_000 }
const head = (recording: number) => `${JSON.stringify({ recording, lab: LAB, fromMs: 5 })}\n`
const NAME = 'trace-000001.ndjson'

let folder: string
let file: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'sound-'))
  file = path.join(folder, NAME)
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

/** As a lab writes it: pieces, each with a check at its end, one of them longer than what is read at once. */
async function record(): Promise<void> {
  const files = openTraceFiles(folder, () => head(RECORDING_VERSION))
  for (const line of ['{"id":1}', `{"id":2,"text":"${'x'.repeat(300_000)}"}`, '{"id":3}']) {
    files.append(`${line}\n`)
    await files.flushed()
  }
  files.close()
}

function change(at: number): void {
  const bytes = fs.readFileSync(file)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  fs.writeFileSync(file, bytes)
}

describe('the soundness of a recording', () => {
  it('is whole as it was written', async () => {
    await record()
    expect(await soundnessOf(file)).toBe('whole')
  })

  it('is altered, wherever one bit is another one', async () => {
    await record()
    const { size } = fs.statSync(file)
    for (const at of [20, 400, 150_000, 280_000, size - 30]) {
      change(at)
      expect(await soundnessOf(file), `byte ${at}`).toBe('altered')
      change(at)
    }
    expect(await soundnessOf(file)).toBe('whole')
  })

  it('is cut short within a line, within a check, and between a line and its check', async () => {
    await record()
    const bytes = fs.readFileSync(file)
    const lastCheck = bytes.lastIndexOf('{"crc32c":')
    for (const length of [bytes.length - 1, lastCheck + 4, lastCheck, lastCheck - 3, 300_000, 40]) {
      fs.writeFileSync(file, bytes.subarray(0, length))
      expect(await soundnessOf(file), `${length} bytes`).toBe('cut-short')
    }
    fs.writeFileSync(file, Buffer.concat([bytes, Buffer.from('{"id":4}\n')]))
    expect(await soundnessOf(file)).toBe('cut-short')
  })

  it('cannot be told of what is not there', async () => {
    expect(await soundnessOf(path.join(folder, 'none'))).toBe('unproven')
  })
})

describe('the list of recordings', () => {
  const judgedBy = (judge: RecordingJudge) => judge.judged(listRecordings(folder, undefined)).map(({ soundness }) => soundness)

  it('says of each what is known, and finds out the rest once', async () => {
    await record()
    fs.writeFileSync(path.join(folder, 'trace-000002.ndjson'), head(2))
    fs.writeFileSync(path.join(folder, 'trace-000003.ndjson'), head(RECORDING_VERSION + 1))
    const judge = new RecordingJudge(folder)
    expect(judgedBy(judge).toSorted()).toEqual(['unproven', undefined, undefined])
    await vi.waitFor(() => expect(judgedBy(judge)).toContain('whole'))
    const open = vi.spyOn(fs.promises, 'open')
    fs.renameSync(file, path.join(folder, 'pinned-000001.ndjson'))
    expect(judgedBy(judge)).toContain('whole')
    expect(open).not.toHaveBeenCalled()
    fs.appendFileSync(path.join(folder, 'pinned-000001.ndjson'), '{"id":')
    expect(judgedBy(judge)).not.toContain('whole')
    await vi.waitFor(() => expect(judgedBy(judge)).toContain('cut-short'))
    open.mockRestore()
  })

  it('says nothing of the one that goes on', async () => {
    await record()
    expect(new RecordingJudge(folder).judged(listRecordings(folder, NAME))[0]?.soundness).toBeUndefined()
  })
})
