import { describe, expect, it } from 'vitest'
import { getU32, getU64, putU32, putU64 } from '../../../src-main/base/bytes'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench } from '../../support/scsi-bench'

function getLbaStatus(firstBlock: number, allocationBytes = 512): Uint8Array {
  const cdb = new Uint8Array(16).with(0, 0x9e).with(1, 0x12)
  putU64(cdb, 2, firstBlock)
  putU32(cdb, 10, allocationBytes)
  return cdb
}

describe('GET LBA STATUS (SBC-3 5.5)', () => {
  it('gives one descriptor of mapped blocks, from the one asked for to the last', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    for (const firstBlock of [0, 1, 2047]) {
      const data = bench.good(nexus, 0, getLbaStatus(firstBlock))
      expect(data).toHaveLength(24)
      expect(getU32(data, 0)).toBe(20)
      expect(getU64(data, 8)).toBe(firstBlock)
      expect(getU32(data, 16)).toBe(2048 - firstBlock)
      expect([...data.subarray(20)]).toEqual([0, 0, 0, 0])
    }
    bench.expectRecovered(nexus)
  })

  it('counts no further than its 32 bits go', () => {
    const bench = new ScsiBench([0], 2 ** 33)
    const nexus = bench.readyNexus()
    expect(getU32(bench.good(nexus, 0, getLbaStatus(0)), 16)).toBe(0xffff_ffff)
    bench.expectRecovered(nexus)
  })

  it('is cut to the allocation length', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const whole = bench.good(nexus, 0, getLbaStatus(5))
    for (const bytes of [0, 4, 23]) expect(bench.good(nexus, 0, getLbaStatus(5, bytes))).toEqual(whole.subarray(0, bytes))
    bench.expectRecovered(nexus)
  })

  it('is refused outside of the volume', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const outside = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.blockAddressOutOfRange }
    bench.check(nexus, 0, { cdb: getLbaStatus(2048) }, outside)
    bench.check(nexus, 0, { cdb: getLbaStatus(0).fill(0xff, 2, 10) }, outside)
    bench.expectRecovered(nexus)
  })
})
