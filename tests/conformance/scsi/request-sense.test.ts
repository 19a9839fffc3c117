import { describe, expect, it } from 'vitest'
import { requestSenseCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { decodeSense } from '../../../src-main/core/scsi/sense'
import { ScsiBench } from '../../support/scsi-bench'

describe('REQUEST SENSE (SPC-4 6.39)', () => {
  it('returns a pending unit attention as data, and clears it', () => {
    const bench = new ScsiBench()
    const nexus = bench.newNexus()
    expect(decodeSense(bench.good(nexus, 0, requestSenseCdb()))).toMatchObject({ key: 6, additional: 0x2900 })
    expect(decodeSense(bench.good(nexus, 0, requestSenseCdb()))).toMatchObject({ key: 0, additional: 0 })
    bench.expectRecovered(nexus)
  })

  it('returns LOGICAL UNIT NOT SUPPORTED as data of a LUN without a unit', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    expect(decodeSense(bench.good(nexus, 40, requestSenseCdb()))).toMatchObject({ key: 5, additional: 0x2500 })
    bench.expectRecovered(nexus)
  })

  it('tells the state of a path that is not active', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.unit(0).states[1] = 'transitioning'
    expect(decodeSense(bench.good(nexus, 0, requestSenseCdb()))).toMatchObject({ key: 2, additional: 0x040a })
    bench.unit(0).states[1] = 'active-optimized'
    bench.expectRecovered(nexus)
  })

  it('cuts to the allocation length', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    expect(bench.good(nexus, 0, requestSenseCdb(4))).toHaveLength(4)
    expect(bench.good(nexus, 0, requestSenseCdb(0))).toHaveLength(0)
    bench.expectRecovered(nexus)
  })

  it('has no descriptor format', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.refused(nexus, 0, [0x03, 0x01, 0, 0, 252, 0], { byte: 1, bit: 0 })
    bench.expectRecovered(nexus)
  })
})
