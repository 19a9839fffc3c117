import { describe, expect, it } from 'vitest'
import { getU32 } from '../../../src-main/base/bytes'
import { readCapacity16Cdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { decodeReadCapacity16 } from '../../../src-main/core/scsi/initiator-decoders'
import { ScsiBench } from '../../support/scsi-bench'

const READ_CAPACITY_10 = [0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0]

describe('READ CAPACITY (SBC-3 5.15, 5.16)', () => {
  it('gives the last block and the block length', () => {
    const bench = new ScsiBench([0], 0x12_3456)
    const nexus = bench.readyNexus()
    expect([...bench.good(nexus, 0, READ_CAPACITY_10)]).toEqual([0, 0x12, 0x34, 0x55, 0, 0, 2, 0])
    const data = bench.good(nexus, 0, readCapacity16Cdb())
    expect(data).toHaveLength(32)
    expect(decodeReadCapacity16(data)).toEqual({ blockCount: 0x12_3456, blockBytes: 512 })
    // No protection, no exponent; blocks can be unmapped (LBPME) and read as zeros then (LBPRZ).
    expect([...data.subarray(12, 16)]).toEqual([0, 0, 0xc0, 0])
    expect(data.subarray(16).every((byte) => byte === 0)).toBe(true)
    bench.expectRecovered(nexus)
  })

  it('sends the initiator to the 16-byte form where 32 bits are not enough', () => {
    for (const blockCount of [2 ** 32, 2 ** 32 + 1, 2 ** 45]) {
      const bench = new ScsiBench([0], blockCount)
      const nexus = bench.readyNexus()
      expect(getU32(bench.good(nexus, 0, READ_CAPACITY_10), 0)).toBe(0xffff_ffff)
      expect(decodeReadCapacity16(bench.good(nexus, 0, readCapacity16Cdb()))?.blockCount).toBe(blockCount)
      bench.expectRecovered(nexus)
    }
  })

  it('cuts to the allocation length', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    expect(bench.good(nexus, 0, readCapacity16Cdb(12))).toHaveLength(12)
    expect(bench.good(nexus, 0, readCapacity16Cdb(0))).toHaveLength(0)
    bench.expectRecovered(nexus)
  })

  it('refuses the obsolete PMI and address', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.refused(nexus, 0, [0x25, 0, 0, 0, 0, 1, 0, 0, 0, 0], { byte: 5, bit: 0 })
    bench.refused(nexus, 0, readCapacity16Cdb().with(14, 1), { byte: 14, bit: 0 })
    bench.expectRecovered(nexus)
  })
})
