import { describe, expect, it } from 'vitest'
import { getU16, getU32, getU64, toHex } from '../../../src-main/base/bytes'
import { LIMITS } from '../../../src-main/contract/limits'
import { inquiryCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { decodeDeviceIdentification } from '../../../src-main/core/scsi/initiator-decoders'
import { ScsiBench, TARGET_NAME } from '../../support/scsi-bench'

const SUPPORTED = [0x00, 0x80, 0x83, 0x86, 0xb0, 0xb1, 0xb2]

describe('INQUIRY, vital product data (SPC-4 7.8, SBC-3 6.5)', () => {
  it('lists the pages, and has each of them with its length', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    expect([...bench.good(nexus, 0, inquiryCdb({ vpdPage: 0 }))]).toEqual([0, 0, 0, SUPPORTED.length, ...SUPPORTED])
    for (const vpdPage of SUPPORTED) {
      const page = bench.good(nexus, 0, inquiryCdb({ vpdPage }))
      expect([page[0], page[1], getU16(page, 2)]).toEqual([0, vpdPage, page.length - 4])
    }
    bench.expectRecovered(nexus)
  })

  it('gives the unit serial number as text', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const page = bench.good(nexus, 1, inquiryCdb({ vpdPage: 0x80 }))
    expect(String.fromCharCode(...page.subarray(4))).toBe('000000000000abc1')
    bench.expectRecovered(nexus)
  })

  it('identifies the unit alike by both ports, and each port by its own numbers', () => {
    const bench = new ScsiBench()
    const [first, second] = [bench.readyNexus(1), bench.readyNexus(2)].map((nexus) =>
      decodeDeviceIdentification(bench.good(nexus, 0, inquiryCdb({ vpdPage: 0x83 }))),
    )
    expect(first?.logicalUnitName).toBe('6024c41000000000000000000000abc0')
    expect(second?.logicalUnitName).toBe(first?.logicalUnitName)
    expect(first).toMatchObject({ relativeTargetPort: 1, targetPortGroup: 1, targetPortName: `${TARGET_NAME},t,0x0001` })
    expect(second).toMatchObject({ relativeTargetPort: 2, targetPortGroup: 2, targetPortName: `${TARGET_NAME},t,0x0002` })
    bench.expectRecovered(bench.readyNexus())
  })

  it('lays out the designators', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const page = bench.good(nexus, 0, inquiryCdb({ vpdPage: 0x83 }))
    const headers: string[] = []
    for (let offset = 4; offset < page.length;) {
      const [, type = 0, , length = 0] = page.subarray(offset)
      headers.push(toHex(page.subarray(offset, offset + 3)))
      if ((type & 0x0f) === 8) expect(length % 4).toBe(0)
      offset += 4 + length
    }
    // Code set and protocol; PIV, association and type: NAA, T10 vendor id, relative port, port group, port name, device name.
    expect(headers).toEqual(['010300', '020100', '519400', '519500', '539800', '53a800'])
    bench.expectRecovered(nexus)
  })

  it('tells the limits of a transfer, of WRITE SAME, of UNMAP and of what is atomic', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const page = bench.good(nexus, 0, inquiryCdb({ vpdPage: 0xb0 }))
    expect(page).toHaveLength(64)
    expect(page[4]).toBe(0x01)
    expect(getU32(page, 8)).toBe(LIMITS.transferBytes / 512)
    expect(getU64(page, 36)).toBe(LIMITS.transferBytes / 512)
    expect(page[5], 'blocks of COMPARE AND WRITE').toBe(255)
    expect([getU32(page, 44), getU32(page, 48), getU32(page, 52), getU32(page, 56), getU32(page, 60)], 'WRITE ATOMIC').toEqual([
      256, 0, 0, 0, 0,
    ])
    expect(getU32(page, 20), 'blocks of UNMAP').toBe(LIMITS.transferBytes / 512)
    expect(getU32(page, 24), 'extents of UNMAP').toBe(64)
    bench.expectRecovered(nexus)
  })

  it('says that the medium does not rotate, is resource provisioned, and has no volatile cache', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    expect(getU16(bench.good(nexus, 0, inquiryCdb({ vpdPage: 0xb1 })), 4)).toBe(1)
    expect([...bench.good(nexus, 0, inquiryCdb({ vpdPage: 0xb2 }))]).toEqual([0, 0xb2, 0, 4, 0, 0xe6, 0x01, 0])
    const extended = bench.good(nexus, 0, inquiryCdb({ vpdPage: 0x86 }))
    expect([extended[5], extended[6]]).toEqual([0x01, 0x00])
    bench.expectRecovered(nexus)
  })

  it('refuses a page that is not there', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.refused(nexus, 0, inquiryCdb({ vpdPage: 0x82 }), { byte: 2 })
    bench.expectRecovered(nexus)
  })

  it('cuts to the allocation length, and leaves the page length as it is', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    expect([...bench.good(nexus, 0, inquiryCdb({ vpdPage: 0xb0, allocationBytes: 6 }))]).toEqual([0, 0xb0, 0, 60, 1, 255])
    bench.expectRecovered(nexus)
  })
})
