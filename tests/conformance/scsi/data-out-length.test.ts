import { describe, expect, it } from 'vitest'
import { rangeCdb, readCdb, verifyCdb, writeCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, OPCODE, SENSE_KEY, STATUS } from '../../../src-main/core/scsi/spec'
import { patternBlocks, ScsiBench } from '../../support/scsi-bench'

const WRONG_LENGTH = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.invalidFieldInCommandUnit }
const RANGE = { firstBlock: 8, blockCount: 2 }
const WRITES = [writeCdb(RANGE), rangeCdb(OPCODE.writeAndVerify10, OPCODE.writeAndVerify16, 0x02, RANGE)]

describe('data-out of another length than the CDB says (RFC 7143 11.4.5.1)', () => {
  it('a write takes the whole blocks that came, and says what it would have taken', () => {
    for (const cdb of WRITES) {
      for (const sentBytes of [0, 200, 512, 600, 1025, 10_000]) {
        const bench = new ScsiBench()
        const nexus = bench.readyNexus()
        const data = patternBlocks(20, 2).subarray(0, sentBytes)
        expect(bench.run(nexus, 0, cdb, [data.subarray(0, 100), data.subarray(100)])).toEqual({ status: STATUS.good, dataOutBytes: 1024 })
        const wholeBytes = Math.min(1024, sentBytes - (sentBytes % 512))
        const stored = bench.good(nexus, 0, readCdb({ firstBlock: 8, blockCount: 3 }))
        expect(stored.subarray(0, wholeBytes)).toEqual(data.subarray(0, wholeBytes))
        expect(
          stored.subarray(wholeBytes).every((byte) => byte === 0),
          'blocks that did not come',
        ).toBe(true)
        bench.expectRecovered(nexus)
      }
    }
  })

  it('a write of no blocks takes none of what came', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.unit(0).calls.length = 0
    expect(bench.run(nexus, 0, writeCdb({ firstBlock: 8, blockCount: 0 }), [patternBlocks(1, 1)])).toEqual({
      status: STATUS.good,
      dataOutBytes: 0,
    })
    expect(bench.unit(0).calls).toEqual([])
    bench.expectRecovered(nexus)
  })

  it('a write that has what it needs says nothing of it', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    for (const cdb of WRITES) expect(bench.run(nexus, 0, cdb, [patternBlocks(2, 1)])).toEqual({ status: STATUS.good })
    bench.expectRecovered(nexus)
  })

  it('a comparison is refused', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.unit(0).calls.length = 0
    for (const dataOut of [[], [patternBlocks(1, 1)], [patternBlocks(3, 1)]])
      bench.check(nexus, 0, { cdb: verifyCdb({ ...RANGE, compare: true }), dataOut }, WRONG_LENGTH)
    bench.check(nexus, 0, { cdb: verifyCdb(RANGE), dataOut: [patternBlocks(2, 1)] }, WRONG_LENGTH)
    expect(bench.unit(0).calls).toEqual([])
    bench.expectRecovered(nexus)
  })
})
