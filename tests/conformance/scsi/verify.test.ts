import { describe, expect, it } from 'vitest'
import { verifyCdb, writeCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench, patternBlocks } from '../../support/scsi-bench'

const MISCOMPARE = { key: SENSE_KEY.miscompare, additional: ADDITIONAL_SENSE.miscompare }
const COMPARE_ONE = 0x06
const RESERVED_BYTCHK = 0x04

/** VERIFY(10), VERIFY(12) and VERIFY(16) of the same range. */
function allForms(range: Parameters<typeof verifyCdb>[0]): readonly Uint8Array[] {
  const long = new Uint8Array(16).with(0, 0x8f)
  const short = verifyCdb(range)
  long[1] = short[1] ?? 0
  long.set(short.subarray(2, 6), 6)
  long.set(short.subarray(7, 9), 12)
  const middle = new Uint8Array(12).with(0, 0xaf)
  middle.set(short.subarray(1, 6), 1)
  middle.set(short.subarray(7, 9), 8)
  return [short, middle, long]
}

describe('VERIFY (SBC-3 5.29 to 5.31)', () => {
  it('without BYTCHK reads the blocks, and sends nothing', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    for (const cdb of allForms({ firstBlock: 10, blockCount: 20 })) {
      expect(bench.good(nexus, 0, cdb)).toHaveLength(0)
      expect(bench.unit(0).calls.at(-1)).toMatchObject({ operation: 'read', firstBlock: 10, blockCount: 20 })
    }
    bench.expectRecovered(nexus)
  })

  it('compares all blocks with BYTCHK 01b, and names the first that differs', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const data = patternBlocks(8, 3)
    bench.good(nexus, 0, writeCdb({ firstBlock: 10, blockCount: 8 }), [data])
    const other = data.with(5 * 512 + 17, data[5 * 512 + 17] === 0 ? 1 : 0)
    for (const cdb of allForms({ firstBlock: 10, blockCount: 8, compare: true })) {
      bench.good(nexus, 0, cdb, [data.subarray(0, 100), data.subarray(100)])
      bench.check(nexus, 0, { cdb, dataOut: [other] }, { ...MISCOMPARE, information: 15 })
    }
    bench.expectRecovered(nexus)
  })

  it('compares each block with the one sent with BYTCHK 11b', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const block = patternBlocks(1, 4)
    for (let i = 0; i < 4; i++) bench.good(nexus, 0, writeCdb({ firstBlock: 20 + i, blockCount: 1 }), [block])
    for (const cdb of allForms({ firstBlock: 20, blockCount: 4 })) bench.good(nexus, 0, cdb.with(1, COMPARE_ONE), [block])
    for (const cdb of allForms({ firstBlock: 20, blockCount: 5 })) {
      bench.check(nexus, 0, { cdb: cdb.with(1, COMPARE_ONE), dataOut: [block] }, { ...MISCOMPARE, information: 24 })
    }
    bench.expectRecovered(nexus)
  })

  it('compares each block with the one sent, also where that comes in pieces', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const block = patternBlocks(1, 4)
    const dataOut = [block.subarray(0, 100), block.subarray(100, 300), block.subarray(300)]
    for (let i = 0; i < 4; i++) bench.good(nexus, 0, writeCdb({ firstBlock: 20 + i, blockCount: 1 }), [block])
    for (const cdb of allForms({ firstBlock: 20, blockCount: 4 })) bench.good(nexus, 0, cdb.with(1, COMPARE_ONE), dataOut)
    for (const cdb of allForms({ firstBlock: 20, blockCount: 5 }))
      bench.check(nexus, 0, { cdb: cdb.with(1, COMPARE_ONE), dataOut }, { ...MISCOMPARE, information: 24 })
    bench.expectRecovered(nexus)
  })

  it('refuses BYTCHK 10b, and verifies nothing for a count of 0', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.unit(0).calls.length = 0
    bench.refused(nexus, 0, verifyCdb({ firstBlock: 0, blockCount: 1 }).with(1, RESERVED_BYTCHK), { byte: 1, bit: 2 })
    for (const cdb of allForms({ firstBlock: 0, blockCount: 0, compare: true })) bench.good(nexus, 0, cdb)
    expect(bench.unit(0).calls).toEqual([])
    bench.expectRecovered(nexus)
  })
})
