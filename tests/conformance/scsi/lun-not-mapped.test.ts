import { describe, expect, it } from 'vitest'
import { inquiryCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { OPERATIONS } from '../../../src-main/core/scsi/opcode-table'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench } from '../../support/scsi-bench'

const SERVED_ANYWHERE = new Set(['INQUIRY', 'REPORT LUNS', 'REQUEST SENSE'])

describe('a LUN without a unit (SAM-5 4.7.4, SPC-4 6.6.1)', () => {
  it('gets INQUIRY data with peripheral qualifier 011b and no attention', () => {
    const bench = new ScsiBench()
    const nexus = bench.newNexus()
    for (const lun of [9, 63, 200, -1]) {
      const data = bench.good(nexus, lun, inquiryCdb())
      expect([data.length, data[0]]).toEqual([96, 0x7f])
    }
    bench.expectRecovered(bench.readyNexus())
  })

  it('has no pages of vital product data but their list', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    expect([...bench.good(nexus, 9, inquiryCdb({ vpdPage: 0 }))]).toEqual([0x7f, 0, 0, 1, 0])
    bench.refused(nexus, 9, inquiryCdb({ vpdPage: 0x83 }), { byte: 2 })
    bench.expectRecovered(nexus)
  })

  it('gets LOGICAL UNIT NOT SUPPORTED for everything else', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const expected = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.logicalUnitNotSupported }
    for (const operation of OPERATIONS) {
      if (SERVED_ANYWHERE.has(operation.name)) continue
      bench.check(nexus, 9, { cdb: new Uint8Array(16).with(0, operation.opcode).with(1, operation.serviceAction ?? 0) }, expected)
    }
    bench.check(nexus, -1, { cdb: new Uint8Array(16).with(0, 0xff) }, expected)
    bench.expectRecovered(nexus)
  })
})
