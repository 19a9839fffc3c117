import { describe, expect, it } from 'vitest'
import { readCdb, writeAtomicCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench, patternBlocks } from '../../support/scsi-bench'

const WRONG_LENGTH = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.invalidFieldInCommandUnit }
const OUT_OF_RANGE = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.blockAddressOutOfRange }
const FUA = 0x08

describe('WRITE ATOMIC(16) (SBC-4 5.40)', () => {
  it('writes all blocks at once, as many as the Block Limits page says', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    for (const blockCount of [1, 3, 256]) {
      bench.good(nexus, 0, writeAtomicCdb({ firstBlock: 8, blockCount }).with(1, FUA), [patternBlocks(blockCount, blockCount)])
      expect(bench.unit(0).calls.at(-1)).toEqual({ operation: 'write-atomic', firstBlock: 8, blockCount, forceUnitAccess: true })
      expect(bench.good(nexus, 0, readCdb({ firstBlock: 8, blockCount }))).toEqual(patternBlocks(blockCount, blockCount))
    }
    bench.expectRecovered(nexus)
  })

  it('does nothing for no blocks, and refuses too many, a boundary, those outside, and data of another length', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.good(nexus, 0, writeAtomicCdb({ firstBlock: 8, blockCount: 0 }))
    bench.refused(nexus, 0, writeAtomicCdb({ firstBlock: 8, blockCount: 257 }), { byte: 12 })
    bench.refused(nexus, 0, writeAtomicCdb({ firstBlock: 8, blockCount: 2 }).with(11, 1), { byte: 11, bit: 0 })
    for (const firstBlock of [2047, 2 ** 40]) bench.check(nexus, 0, { cdb: writeAtomicCdb({ firstBlock, blockCount: 2 }) }, OUT_OF_RANGE)
    for (const bytes of [0, 512, 1536])
      bench.check(nexus, 0, { cdb: writeAtomicCdb({ firstBlock: 8, blockCount: 2 }), dataOut: [new Uint8Array(bytes)] }, WRONG_LENGTH)
    expect(bench.unit(0).calls).toEqual([])
    bench.expectRecovered(nexus)
  })
})
