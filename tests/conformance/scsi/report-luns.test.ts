import { describe, expect, it } from 'vitest'
import { reportLunsCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { decodeReportLuns } from '../../../src-main/core/scsi/initiator-decoders'
import { ScsiBench } from '../../support/scsi-bench'

function selectReport(select: number): Uint8Array {
  return reportLunsCdb().with(2, select)
}

describe('REPORT LUNS (SPC-4 6.33)', () => {
  it('lists the mapped LUNs in ascending order', () => {
    const bench = new ScsiBench([7, 0, 63])
    const nexus = bench.readyNexus()
    const data = bench.good(nexus, 0, reportLunsCdb())
    expect([...data.subarray(0, 24)]).toEqual([0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0])
    expect(decodeReportLuns(data)).toEqual([0, 7, 63])
    bench.expectRecovered(nexus)
  })

  it('knows no well-known logical units, and reports all on request', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    expect([...bench.good(nexus, 0, selectReport(1))]).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
    expect(decodeReportLuns(bench.good(nexus, 0, selectReport(2)))).toEqual([0, 1])
    bench.refused(nexus, 0, selectReport(3), { byte: 2 })
    bench.expectRecovered(nexus)
  })

  it('answers where no unit is mapped, and before any attention was reported', () => {
    const bench = new ScsiBench([1])
    const nexus = bench.newNexus()
    for (const lun of [0, 1, 9, -1]) expect(decodeReportLuns(bench.good(nexus, lun, reportLunsCdb()))).toEqual([1])
    const ready = bench.readyNexus()
    bench.expectRecovered(ready, 1)
  })

  it('cuts to the allocation length, and leaves the list length as it is', () => {
    const bench = new ScsiBench([0, 1, 2])
    const nexus = bench.readyNexus()
    expect([...bench.good(nexus, 0, reportLunsCdb(18))]).toEqual([0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    bench.expectRecovered(nexus)
  })
})
