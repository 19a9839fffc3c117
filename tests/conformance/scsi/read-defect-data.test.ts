import { describe, expect, it } from 'vitest'
import { putU16, putU32 } from '../../../src-main/base/bytes'
import { ScsiBench } from '../../support/scsi-bench'

function short(lists: number, allocationBytes: number): Uint8Array {
  const cdb = new Uint8Array(10).with(0, 0x37).with(2, lists)
  putU16(cdb, 7, allocationBytes)
  return cdb
}

function long(lists: number, allocationBytes: number, firstIndex = 0): Uint8Array {
  const cdb = new Uint8Array(12).with(0, 0xb7).with(1, lists)
  putU32(cdb, 2, firstIndex)
  putU32(cdb, 6, allocationBytes)
  return cdb
}

describe('READ DEFECT DATA (SBC-3 5.17, 5.18)', () => {
  it('gives an empty list, of the kinds and in the format asked for', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    for (let lists = 0; lists <= 0x1f; lists++) {
      expect([...bench.good(nexus, 0, short(lists, 255))]).toEqual([0, lists, 0, 0])
      expect([...bench.good(nexus, 0, long(lists, 255))]).toEqual([0, lists, 0, 0, 0, 0, 0, 0])
    }
    expect([...bench.good(nexus, 0, long(0x18, 255, 100))]).toEqual([0, 0x18, 0, 0, 0, 0, 0, 0])
    bench.expectRecovered(nexus)
  })

  it('is cut to the allocation length', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    expect(bench.good(nexus, 0, short(0x18, 0))).toHaveLength(0)
    expect([...bench.good(nexus, 0, short(0x18, 3))]).toEqual([0, 0x18, 0])
    expect([...bench.good(nexus, 0, long(0x18, 5))]).toEqual([0, 0x18, 0, 0, 0])
    bench.expectRecovered(nexus)
  })
})
