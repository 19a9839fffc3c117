import { describe, expect, it } from 'vitest'
import { ScsiBench } from '../../support/scsi-bench'

function cdb(repd: number, allocationBytes: number): number[] {
  return [0xa3, 0x0d, repd, 0, 0, 0, 0, 0, 0, allocationBytes, 0, 0]
}

describe('REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS (SPC-4 6.36)', () => {
  it('names those of iSCSI, in both forms', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    expect([...bench.good(nexus, 0, cdb(0, 255))]).toEqual([0xda, 0, 0, 0])
    expect([...bench.good(nexus, 0, cdb(0x80, 255))]).toEqual([0xda, 0, 0, 12, ...new Array<number>(12).fill(0)])
    expect(bench.good(nexus, 0, cdb(0, 2))).toHaveLength(2)
    bench.expectRecovered(nexus)
  })
})
