import { describe, expect, it } from 'vitest'
import { getU16, getU32, getU64 } from '../../../src-main/base/bytes'
import { modeSense6Cdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench } from '../../support/scsi-bench'

const DBD = 0x08
const LLBAA = 0x10
const CHANGEABLE = 0x40
const DEFAULTS = 0x80
const SAVED = 0xc0

function modeSense10(flags: number, page: number, allocationBytes = 4096): number[] {
  return [0x5a, flags, page, 0, 0, 0, 0, allocationBytes >>> 8, allocationBytes & 0xff, 0]
}

function pageCodes(data: Uint8Array, start: number): number[] {
  const codes: number[] = []
  for (let offset = start; offset < data.length;) {
    const [code = 0, length = 0] = data.subarray(offset)
    codes.push(code)
    offset += 2 + length
  }
  return codes
}

describe('MODE SENSE (SPC-4 6.13, 6.14)', () => {
  it('gives header, block descriptor and all pages', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const short = bench.good(nexus, 0, modeSense6Cdb(0x3f))
    expect([...short.subarray(0, 12)]).toEqual([short.length - 1, 0, 0x10, 8, 0, 0, 8, 0, 0, 0, 2, 0])
    expect(pageCodes(short, 12)).toEqual([0x08, 0x0a, 0x1c])
    const long = bench.good(nexus, 0, modeSense10(0, 0x3f))
    expect([...long.subarray(0, 8)]).toEqual([0, long.length - 2, 0, 0x10, 0, 0, 0, 8])
    expect(long.subarray(16)).toEqual(short.subarray(12))
    bench.expectRecovered(nexus)
  })

  it('has the write cache enabled, and DPO and FUA supported', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const data = bench.good(nexus, 0, modeSense6Cdb(0x08).with(1, DBD))
    expect([...data.subarray(0, 4)]).toEqual([data.length - 1, 0, 0x10, 0])
    expect([data[4], data[5], (data[6] ?? 0) & 0x04]).toEqual([0x08, 0x12, 0x04])
    bench.expectRecovered(nexus)
  })

  it('has a long block descriptor on request', () => {
    const bench = new ScsiBench([0], 2 ** 34)
    const nexus = bench.readyNexus()
    const data = bench.good(nexus, 0, modeSense10(LLBAA, 0x0a))
    expect([data[4], getU16(data, 6), getU64(data, 8), getU32(data, 20)]).toEqual([1, 16, 2 ** 34, 512])
    expect(getU32(bench.good(nexus, 0, modeSense10(0, 0x0a)), 8)).toBe(0xffff_ffff)
    expect(getU16(bench.good(nexus, 0, modeSense10(LLBAA | DBD, 0x0a)), 6)).toBe(0)
    bench.expectRecovered(nexus)
  })

  it('says that nothing can be changed, that the defaults hold, and that nothing is saved', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const current = bench.good(nexus, 0, modeSense6Cdb(0x3f))
    const changeable = bench.good(nexus, 0, modeSense6Cdb(CHANGEABLE | 0x3f))
    expect(pageCodes(changeable, 12)).toEqual([0x08, 0x0a, 0x1c])
    expect([...changeable.subarray(14, 32)].every((byte) => byte === 0)).toBe(true)
    expect(bench.good(nexus, 0, modeSense6Cdb(DEFAULTS | 0x3f))).toEqual(current)
    bench.check(
      nexus,
      0,
      { cdb: modeSense6Cdb(SAVED | 0x3f) },
      { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.savingParametersNotSupported },
    )
    bench.expectRecovered(nexus)
  })

  it('refuses pages and subpages that are not there', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.refused(nexus, 0, modeSense6Cdb(0x19), { byte: 2, bit: 5 })
    bench.refused(nexus, 0, modeSense6Cdb(0x0a).with(3, 1), { byte: 3 })
    bench.refused(nexus, 0, modeSense10(0, 0x01), { byte: 2, bit: 5 })
    bench.good(nexus, 0, modeSense6Cdb(0x3f).with(3, 0xff))
    bench.expectRecovered(nexus)
  })

  it('cuts to the allocation length, and leaves the data length as it is', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const whole = bench.good(nexus, 0, modeSense6Cdb(0x3f))
    expect(bench.good(nexus, 0, modeSense6Cdb(0x3f, 4))).toEqual(whole.subarray(0, 4))
    expect(bench.good(nexus, 0, modeSense10(0, 0x3f, 3))).toHaveLength(3)
    bench.expectRecovered(nexus)
  })
})
