import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inquiryCdb, readCapacity16Cdb, reportLunsCdb, reportTargetPortGroupsCdb } from '../../../../src-main/core/scsi/initiator-cdbs'
import {
  decodeDeviceIdentification,
  decodeReadCapacity16,
  decodeReportLuns,
  decodeStandardInquiry,
  decodeTargetPortGroups,
} from '../../../../src-main/core/scsi/initiator-decoders'
import { decodeSense } from '../../../../src-main/core/scsi/sense'
import { ScsiBench, TARGET_NAME } from '../../../support/scsi-bench'

const DECODERS = [
  decodeStandardInquiry,
  decodeDeviceIdentification,
  decodeReportLuns,
  decodeReadCapacity16,
  decodeTargetPortGroups,
  decodeSense,
]

describe('decoders of an initiator', () => {
  it('understand what the target says', () => {
    const bench = new ScsiBench([0, 5, 63])
    const nexus = bench.readyNexus(2)
    expect(decodeStandardInquiry(bench.good(nexus, 0, inquiryCdb()))).toEqual({
      present: true,
      deviceType: 0,
      vendor: 'TAKEOVER',
      product: 'LAB VOLUME',
      revision: '0100',
      implicitAsymmetricAccess: true,
    })
    expect(decodeStandardInquiry(bench.good(nexus, 1, inquiryCdb()))?.present).toBe(false)
    expect(decodeDeviceIdentification(bench.good(nexus, 5, inquiryCdb({ vpdPage: 0x83 })))).toEqual({
      logicalUnitName: '6024c41000000000000000000000abc5',
      relativeTargetPort: 2,
      targetPortGroup: 2,
      targetPortName: `${TARGET_NAME},t,0x0002`,
    })
    expect(decodeReportLuns(bench.good(nexus, 0, reportLunsCdb()))).toEqual([0, 5, 63])
    expect(decodeReadCapacity16(bench.good(nexus, 0, readCapacity16Cdb()))).toEqual({ blockCount: 2048, blockBytes: 512 })
    expect(decodeTargetPortGroups(bench.good(nexus, 0, reportTargetPortGroupsCdb()))).toEqual([
      { group: 1, state: 'active-optimized', preferred: true, relativeTargetPorts: [1] },
      { group: 2, state: 'active-non-optimized', preferred: false, relativeTargetPorts: [2] },
    ])
  })

  it('give the whole entries of truncated data', () => {
    const bench = new ScsiBench([0, 1, 2])
    const nexus = bench.readyNexus()
    expect(decodeReportLuns(bench.good(nexus, 0, reportLunsCdb(27)))).toEqual([0, 1])
    expect(decodeTargetPortGroups(bench.good(nexus, 0, reportTargetPortGroupsCdb(31)))).toHaveLength(1)
  })

  it('leave out LUNs of addressing methods that they do not know', () => {
    const data = Uint8Array.from([
      0, 0, 0, 32, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0x41, 0x23, 0, 0, 0, 0, 0, 0, 0xc1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0,
    ])
    expect(decodeReportLuns(data)).toEqual([9, 0x123])
  })

  it('refuse a designator that is longer than its page', () => {
    expect(decodeDeviceIdentification(Uint8Array.from([0, 0x83, 0, 6, 1, 3, 0, 16, 0, 0]))).toBeUndefined()
  })

  it('never throw, whatever they are given', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(...DECODERS), (data, decode) => {
        decode(data)
        if (data.length > 1) decode(data.with(1, 0x83))
      }),
      { numRuns: 3000 },
    )
  })
})
