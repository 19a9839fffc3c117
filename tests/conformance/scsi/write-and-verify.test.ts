import { describe, expect, it } from 'vitest'
import { rangeCdb, readCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, OPCODE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench, patternBlocks } from '../../support/scsi-bench'

const BYTCHK = 0x02

function writeAndVerify(flags: number, firstBlock: number, blockCount: number): Uint8Array {
  return rangeCdb(OPCODE.writeAndVerify10, OPCODE.writeAndVerify16, flags, { firstBlock, blockCount })
}

describe('WRITE AND VERIFY (SBC-3 5.37 to 5.39)', () => {
  it('writes to the medium, then reads it back', () => {
    const bench = new ScsiBench([0], 2 ** 33)
    const nexus = bench.readyNexus()
    const data = patternBlocks(2, 6)
    for (const firstBlock of [8, 2 ** 32]) {
      for (const flags of [0, BYTCHK]) {
        bench.unit(0).calls.length = 0
        bench.good(nexus, 0, writeAndVerify(flags, firstBlock, 2), [data])
        expect(bench.unit(0).calls).toEqual([
          { operation: 'write', firstBlock, blockCount: 2, forceUnitAccess: true },
          { operation: 'read', firstBlock, blockCount: 2, forceUnitAccess: false },
        ])
        expect(bench.good(nexus, 0, readCdb({ firstBlock, blockCount: 2 }))).toEqual(data)
      }
    }
    bench.expectRecovered(nexus)
  })

  it('has a form of twelve bytes too', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.good(nexus, 0, [0xae, BYTCHK, 0, 0, 0, 30, 0, 0, 0, 2, 0, 0], [patternBlocks(2, 7)])
    expect(bench.good(nexus, 0, readCdb({ firstBlock: 30, blockCount: 2 }))).toEqual(patternBlocks(2, 7))
    bench.expectRecovered(nexus)
  })

  it('finds a drive that stores something else, also when the buffers of the write were given away', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const unit = bench.unit(0)
    const write = unit.write.bind(unit)
    unit.write = (io, done) => {
      write(io, (outcome) => {
        unit.blocks.set(9, patternBlocks(1, 99))
        io.data.forEach((chunk) => chunk.fill(0))
        done(outcome)
      })
    }
    bench.check(
      nexus,
      0,
      { cdb: writeAndVerify(BYTCHK, 8, 2), dataOut: [patternBlocks(2, 6)] },
      { key: SENSE_KEY.miscompare, additional: ADDITIONAL_SENSE.miscompare, information: 9 },
    )
    unit.write = write
    bench.good(nexus, 0, writeAndVerify(BYTCHK, 8, 2), [patternBlocks(2, 6)])
    bench.expectRecovered(nexus)
  })

  it('tells a failed write from a failed read, and refuses other values of BYTCHK', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.unit(0).fault = 'medium-error'
    bench.check(
      nexus,
      0,
      { cdb: writeAndVerify(0, 8, 1), dataOut: [patternBlocks(1, 1)] },
      { key: SENSE_KEY.mediumError, additional: ADDITIONAL_SENSE.writeError },
    )
    for (const byteCheck of [0x04, 0x06])
      bench.refused(nexus, 0, writeAndVerify(byteCheck, 8, 1), { byte: 1, bit: 2 }, [patternBlocks(1, 1)])
    bench.good(nexus, 0, writeAndVerify(0, 8, 0))
    bench.expectRecovered(nexus)
  })
})
