import { describe, expect, it } from 'vitest'
import { readCdb, compareAndWriteCdb, writeCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench, patternBlocks } from '../../support/scsi-bench'

const WRONG_LENGTH = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.invalidFieldInCommandUnit }
const OUT_OF_RANGE = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.blockAddressOutOfRange }
const FUA = 0x08

function written() {
  const bench = new ScsiBench()
  const nexus = bench.readyNexus()
  bench.good(nexus, 0, writeCdb({ firstBlock: 8, blockCount: 4 }), [patternBlocks(4, 1)])
  bench.unit(0).calls.length = 0
  return { bench, nexus }
}

describe('COMPARE AND WRITE (SBC-3 5.2)', () => {
  it('writes the second half if the blocks are as the first half says', () => {
    for (const flags of [0, FUA]) {
      const { bench, nexus } = written()
      const sent = [patternBlocks(4, 1), patternBlocks(4, 2).subarray(0, 700), patternBlocks(4, 2).subarray(700)]
      bench.good(nexus, 0, compareAndWriteCdb({ firstBlock: 8, blockCount: 4 }).with(1, flags), sent)
      expect(bench.unit(0).calls).toEqual([
        { operation: 'compare-and-write', firstBlock: 8, blockCount: 4, forceUnitAccess: flags === FUA },
      ])
      expect(bench.good(nexus, 0, readCdb({ firstBlock: 8, blockCount: 4 }))).toEqual(patternBlocks(4, 2))
      bench.expectRecovered(nexus)
    }
  })

  it('writes nothing if one byte differs, and tells its offset', () => {
    const { bench, nexus } = written()
    for (const offset of [0, 511, 512, 1500, 2047]) {
      const expected = patternBlocks(4, 1)
      expected[offset] = (expected[offset] ?? 0) ^ 1
      const cdb = compareAndWriteCdb({ firstBlock: 8, blockCount: 4 })
      const miscompare = { key: SENSE_KEY.miscompare, additional: ADDITIONAL_SENSE.miscompare, information: offset }
      bench.check(nexus, 0, { cdb, dataOut: [expected, patternBlocks(4, 2)] }, miscompare)
    }
    expect(bench.good(nexus, 0, readCdb({ firstBlock: 8, blockCount: 4 }))).toEqual(patternBlocks(4, 1))
    bench.expectRecovered(nexus)
  })

  it('does nothing for no blocks, and refuses too many, those outside, and data of another length', () => {
    const { bench, nexus } = written()
    bench.good(nexus, 0, compareAndWriteCdb({ firstBlock: 8, blockCount: 0 }))
    bench.refused(nexus, 0, compareAndWriteCdb({ firstBlock: 8, blockCount: 256 }), { byte: 13 }, [new Uint8Array(2 * 256 * 512)])
    for (const firstBlock of [2045, 2048, 2 ** 40])
      bench.check(nexus, 0, { cdb: compareAndWriteCdb({ firstBlock, blockCount: 4 }) }, OUT_OF_RANGE)
    for (const bytes of [0, 512, 4 * 512, 9 * 512])
      bench.check(nexus, 0, { cdb: compareAndWriteCdb({ firstBlock: 8, blockCount: 4 }), dataOut: [new Uint8Array(bytes)] }, WRONG_LENGTH)
    expect(bench.unit(0).calls).toEqual([])
    bench.expectRecovered(nexus)
  })

  it('may be as long as the Block Limits page says', () => {
    const { bench, nexus } = written()
    bench.good(nexus, 0, compareAndWriteCdb({ firstBlock: 100, blockCount: 255 }), [new Uint8Array(255 * 512), patternBlocks(255, 4)])
    expect(bench.good(nexus, 0, readCdb({ firstBlock: 100, blockCount: 255 }))).toEqual(patternBlocks(255, 4))
    bench.expectRecovered(nexus)
  })

  it('is aborted if nobody knows whether it wrote', () => {
    const { bench, nexus } = written()
    bench.unit(0).fault = 'unknown-end'
    const aborted = { key: SENSE_KEY.abortedCommand, additional: ADDITIONAL_SENSE.commandsClearedByDeviceServer }
    bench.check(nexus, 0, { cdb: compareAndWriteCdb({ firstBlock: 8, blockCount: 1 }), dataOut: [new Uint8Array(1024)] }, aborted)
    bench.expectRecovered(nexus)
  })
})
