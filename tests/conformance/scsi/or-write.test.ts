import { describe, expect, it } from 'vitest'
import { readCdb, orWriteCdb, writeCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench, patternBlocks } from '../../support/scsi-bench'

const WRONG_LENGTH = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.invalidFieldInCommandUnit }
const OUT_OF_RANGE = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.blockAddressOutOfRange }
const FUA = 0x08

describe('ORWRITE(16) (SBC-3 5.6)', () => {
  it('sets the bits that are sent, and leaves the others', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const before = patternBlocks(3, 1)
    const sent = patternBlocks(3, 7)
    bench.good(nexus, 0, writeCdb({ firstBlock: 8, blockCount: 3 }), [before])
    bench.unit(0).calls.length = 0
    const cdb = orWriteCdb({ firstBlock: 8, blockCount: 3 }).with(1, FUA)
    for (let times = 0; times < 2; times++) bench.good(nexus, 0, cdb, [sent.subarray(0, 9), sent.subarray(9)])
    expect(bench.unit(0).calls[0]).toEqual({ operation: 'or-write', firstBlock: 8, blockCount: 3, forceUnitAccess: true })
    expect(bench.good(nexus, 0, readCdb({ firstBlock: 8, blockCount: 3 }))).toEqual(before.map((byte, index) => byte | (sent[index] ?? 0)))
    bench.expectRecovered(nexus)
  })

  it('does nothing for no blocks, and refuses those outside, too many, and data of another length', () => {
    const bench = new ScsiBench([0], 2 ** 20)
    const nexus = bench.readyNexus()
    bench.good(nexus, 0, orWriteCdb({ firstBlock: 8, blockCount: 0 }))
    bench.refused(nexus, 0, orWriteCdb({ firstBlock: 8, blockCount: 8193 }), { byte: 10 })
    for (const firstBlock of [2 ** 20 - 1, 2 ** 40]) bench.check(nexus, 0, { cdb: orWriteCdb({ firstBlock, blockCount: 2 }) }, OUT_OF_RANGE)
    for (const bytes of [0, 512, 1536])
      bench.check(nexus, 0, { cdb: orWriteCdb({ firstBlock: 8, blockCount: 2 }), dataOut: [new Uint8Array(bytes)] }, WRONG_LENGTH)
    expect(bench.unit(0).calls).toEqual([])
    bench.expectRecovered(nexus)
  })
})
