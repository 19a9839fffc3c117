import { describe, expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../../../../src-main/base/units'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import { encodeRecord, type RecordHead } from '../../../../../src-main/core/nvram/log/record'
import { NvramSlot } from '../../../../../src-main/core/nvram/log/slot'
import { DriveMedium } from '../../../../../src-main/simulator/drive-medium'
import { firstState } from '../../../../../src-main/simulator/first-state'
import { MemoryNvram } from '../../../../support/memory-nvram'

const STATE: ArrayState = firstState(Array.from({ length: 6 }, (_, index) => new DriveMedium(index, 32_768)))
const [ALPHA] = STATE.configuration.volumes
const BLOCKS = ALPHA?.blockCount ?? 0

/** What counts of a log with these records, by first block. */
function counting(records: readonly Partial<RecordHead>[]): readonly number[] {
  const slot = new NvramSlot(new MemoryNvram(64 * 1024), 'a')
  slot.log.reset({ stamp: { base: 0, newest: 0 } })
  for (const record of records) {
    const head = {
      sequence: slot.log.nextSequence,
      logEpoch: slot.log.logEpoch,
      ...{ volumeId: 0, volumeEpoch: 1, firstBlock: 0, blockCount: 2 },
      ...record,
    }
    slot.log.append(encodeRecord(head, [new Uint8Array((record.parityBlocks ?? 2) * BLOCK_BYTES)]))
  }
  return slot.valid('log', STATE).map(({ firstBlock }) => firstBlock)
}

describe('Records of an NVRAM slot whose checksums are right', () => {
  it('count up to the end of their volume', () => {
    expect(counting([{ firstBlock: 4 }, { firstBlock: BLOCKS - 2 }])).toEqual([4, BLOCKS - 2])
  })

  it.each<[string, Partial<RecordHead>]>([
    ['behind the end of their volume', { firstBlock: BLOCKS }],
    ['across the end of their volume', { firstBlock: BLOCKS - 1 }],
    ['far behind every volume', { firstBlock: Number.MAX_SAFE_INTEGER }],
    ['of partial parity across the end of their volume', { firstBlock: BLOCKS - 1, parityBlocks: 1 }],
    ['of a volume that does not exist', { volumeId: 7 }],
    ['of another epoch', { volumeEpoch: 2 }],
  ])('do not count %s, and the others do', (_, strange) => {
    expect(counting([{ firstBlock: 4 }, strange, { firstBlock: 6 }])).toEqual([4, 6])
  })
})
