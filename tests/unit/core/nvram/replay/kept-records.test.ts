import { expect, it } from 'vitest'
import { keptRecords } from '../../../../../src-main/core/nvram/replay/kept-records'
import type { LogRecord } from '../../../../../src-main/core/nvram/log/record'

function recordOf(sequence: number, firstBlock: number, blockCount: number, rest: Partial<LogRecord> = {}): LogRecord {
  const data = new Uint8Array((rest.parityBlocks ?? blockCount) * 512).fill(sequence)
  return { sequence, logEpoch: 1, volumeId: 0, volumeEpoch: 1, firstBlock, blockCount, data, ...rest }
}

/** The sequence of each record, with the first byte of each block. */
function told(records: readonly LogRecord[]): readonly (readonly number[])[] {
  return keptRecords(records).map(({ sequence, data }) => [
    sequence,
    ...Array.from({ length: data.length / 512 }, (_, at) => data[at * 512] ?? -1),
  ])
}

it('each write has the newest data of its blocks, and that of other volumes and blocks stays its own', () => {
  expect(told([recordOf(1, 7, 3), recordOf(2, 8, 1), recordOf(3, 8, 1, { volumeId: 1 }), recordOf(4, 9, 2)])).toEqual([
    [1, 1, 2, 4],
    [2, 2],
    [3, 3],
    [4, 4, 4],
  ])
})

it('of the partial parity of one update only that of its last try is kept', () => {
  const parity = { parityBlocks: 1 }
  const records = [
    recordOf(1, 7, 2, parity),
    recordOf(2, 7, 3, parity),
    recordOf(3, 7, 2, parity),
    recordOf(4, 7, 2, { ...parity, volumeId: 1 }),
  ]
  expect(told(records)).toEqual([
    [2, 2],
    [3, 3],
    [4, 4],
  ])
})
