import { describe, it } from 'vitest'
import { putU32 } from '../../../src-main/base/bytes'
import { LIMITS } from '../../../src-main/contract/limits'
import { rangeCdb, readCdb, synchronizeCacheCdb, verifyCdb, writeCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, OPCODE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench, patternBlocks } from '../../support/scsi-bench'

const OUT_OF_RANGE = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.blockAddressOutOfRange }
const MAX_BLOCKS = LIMITS.transferBytes / 512

describe('ranges of blocks (SBC-3 4.6, 6.5.3)', () => {
  it('must end within the volume', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const outside = [
      { firstBlock: 2048, blockCount: 1 },
      { firstBlock: 2047, blockCount: 2 },
      { firstBlock: 2048, blockCount: 0 },
      { firstBlock: 0xffff_ffff, blockCount: 1 },
      { firstBlock: 2 ** 40, blockCount: 1 },
      { firstBlock: 0, blockCount: 0xffff },
    ]
    for (const range of outside) {
      bench.check(nexus, 0, { cdb: readCdb(range) }, OUT_OF_RANGE)
      bench.check(nexus, 0, { cdb: writeCdb(range), dataOut: [patternBlocks(Math.min(range.blockCount, 4), 1)] }, OUT_OF_RANGE)
      bench.check(nexus, 0, { cdb: verifyCdb(range) }, OUT_OF_RANGE)
      bench.check(nexus, 0, { cdb: synchronizeCacheCdb(range) }, OUT_OF_RANGE)
      bench.check(
        nexus,
        0,
        { cdb: rangeCdb(OPCODE.writeSame10, OPCODE.writeSame16, 0, range), dataOut: [patternBlocks(1, 1)] },
        OUT_OF_RANGE,
      )
      bench.check(nexus, 0, { cdb: rangeCdb(OPCODE.writeAndVerify10, OPCODE.writeAndVerify16, 0, range) }, OUT_OF_RANGE)
    }
    bench.expectRecovered(nexus)
  })

  it('are refused with an address of 64 bits, all ones', () => {
    const bench = new ScsiBench([0], Number.MAX_SAFE_INTEGER)
    const nexus = bench.readyNexus()
    const cdb = readCdb({ firstBlock: 2 ** 40, blockCount: 1 })
    bench.check(nexus, 0, { cdb: cdb.fill(0xff, 2, 10) }, OUT_OF_RANGE)
    bench.expectRecovered(nexus)
  })

  it('may be as long as the Block Limits page says, and no longer', () => {
    const bench = new ScsiBench([0], 2 ** 33)
    const nexus = bench.readyNexus()
    bench.good(nexus, 0, readCdb({ firstBlock: 0, blockCount: MAX_BLOCKS }))
    bench.good(nexus, 0, writeCdb({ firstBlock: 0, blockCount: MAX_BLOCKS }), [new Uint8Array(LIMITS.transferBytes)])
    bench.refused(nexus, 0, readCdb({ firstBlock: 0, blockCount: MAX_BLOCKS + 1 }), { byte: 7 })
    bench.refused(nexus, 0, writeCdb({ firstBlock: 0, blockCount: MAX_BLOCKS + 1 }), { byte: 7 })
    bench.refused(nexus, 0, verifyCdb({ firstBlock: 0, blockCount: MAX_BLOCKS + 1 }), { byte: 7 })
    bench.refused(nexus, 0, readCdb({ firstBlock: 2 ** 32, blockCount: 0xffff_ffff }), { byte: 10 })
    const read12 = new Uint8Array(12).with(0, OPCODE.read12)
    putU32(read12, 6, MAX_BLOCKS + 1)
    bench.refused(nexus, 0, read12, { byte: 6 })
    bench.expectRecovered(nexus)
  })
})
