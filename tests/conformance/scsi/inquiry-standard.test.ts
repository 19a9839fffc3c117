import { describe, expect, it } from 'vitest'
import { getU16 } from '../../../src-main/base/bytes'
import { inquiryCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { decodeStandardInquiry } from '../../../src-main/core/scsi/initiator-decoders'
import { ScsiBench } from '../../support/scsi-bench'

describe('INQUIRY, standard data (SPC-4 6.6.2)', () => {
  it('describes a block device with implicit asymmetric access', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const data = bench.good(nexus, 0, inquiryCdb())
    expect(data).toHaveLength(96)
    expect([...data.subarray(0, 8)]).toEqual([0x00, 0x00, 0x06, 0x12, 91, 0x10, 0x10, 0x02])
    expect(decodeStandardInquiry(data)).toMatchObject({ vendor: 'TAKEOVER', product: 'LAB VOLUME', revision: '0100' })
    expect([58, 60, 62, 64, 66].map((offset) => getU16(data, offset))).toEqual([0x00a0, 0x0960, 0x0460, 0x04c0, 0])
    bench.expectRecovered(nexus)
  })

  it('is the same on both controllers', () => {
    const bench = new ScsiBench()
    const [first, second] = [bench.readyNexus(1), bench.readyNexus(2)]
    expect(bench.good(second, 0, inquiryCdb())).toEqual(bench.good(first, 0, inquiryCdb()))
    bench.expectRecovered(second)
  })

  it('cuts to the allocation length', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    for (const bytes of [0, 5, 36, 95]) expect(bench.good(nexus, 0, inquiryCdb({ allocationBytes: bytes }))).toHaveLength(bytes)
    bench.expectRecovered(nexus)
  })

  it('refuses a page code without EVPD, and the obsolete CMDDT', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.refused(nexus, 0, [0x12, 0, 0x83, 0, 96, 0], { byte: 2 })
    bench.refused(nexus, 0, [0x12, 0x02, 0, 0, 96, 0], { byte: 1, bit: 1 })
    bench.expectRecovered(nexus)
  })
})
