import { expect, it } from 'vitest'
import { encodeRecord } from '../../../../../src-main/core/nvram/log/record'
import { readDirty } from '../../../../../src-main/core/nvram/destage/dirty-read'
import { ExtentMap } from '../../../../../src-main/core/nvram/destage/extent-map'
import type { LiveRecord, VolumePlace } from '../../../../../src-main/core/nvram/log/live-record'
import { CacheBench, VOLUME } from '../../../../support/cache-bench'

const BLOCK = 512

/** Blocks of one value. */
function chunk(value: number, blockCount: number): Uint8Array {
  return new Uint8Array(blockCount * BLOCK).fill(value)
}

function recordOf(firstBlock: number, value: number): LiveRecord {
  const head = { sequence: 1, logEpoch: 1, volumeId: VOLUME, volumeEpoch: 1, firstBlock, blockCount: 1 }
  return { firstBlock, endBlock: firstBlock + 1, bytes: encodeRecord(head, [chunk(value, 1)]) } as LiveRecord
}

it('lays dirty data over each of the chunks that the drives give', () => {
  const extents = new ExtentMap<LiveRecord>()
  for (const record of [recordOf(10, 1), recordOf(13, 2), recordOf(15, 3)]) {
    extents.insert({ firstBlock: record.firstBlock, endBlock: record.endBlock, source: record }, () => undefined)
  }
  const drives = [chunk(0, 2), chunk(0, 3), chunk(0, 1)]
  const io = { read: (_: unknown, done: (outcome: unknown) => void) => done({ ok: true, value: drives }) }
  const place = { ...new CacheBench().place, io } as unknown as VolumePlace
  let seen: number[] = []
  readDirty({ volumeId: VOLUME, firstBlock: 10, blockCount: 6, place, trace: undefined }, extents, (outcome) => {
    seen = outcome.ok
      ? outcome.value.flatMap((bytes) => Array.from({ length: bytes.length / BLOCK }, (_, at) => bytes[at * BLOCK] ?? -1))
      : []
  })
  expect(seen).toEqual([1, 0, 0, 2, 0, 3])
})
