import { describe, expect, it } from 'vitest'
import { reportTargetPortGroupsCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { decodeTargetPortGroups } from '../../../src-main/core/scsi/initiator-decoders'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench } from '../../support/scsi-bench'

const LENGTH_ONLY = 0x0a

describe('REPORT TARGET PORT GROUPS (SPC-4 6.37)', () => {
  it('reports one port in each of two groups, with the header of four bytes', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    expect([...bench.good(nexus, 0, reportTargetPortGroupsCdb().with(1, LENGTH_ONLY))]).toEqual([
      ...[0, 0, 0, 24],
      ...[0x80, 0x8f, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1],
      ...[0x01, 0x8f, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2],
    ])
    bench.expectRecovered(nexus)
  })

  it('tells the transition time in the extended header', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const data = bench.good(nexus, 0, reportTargetPortGroupsCdb())
    expect([...data.subarray(0, 8)]).toEqual([0, 0, 0, 28, 0x10, 30, 0, 0])
    expect(decodeTargetPortGroups(data)).toHaveLength(2)
    bench.expectRecovered(nexus)
  })

  it('gives every state of each group, and the preference, by either path', () => {
    const bench = new ScsiBench()
    const unit = bench.unit(1)
    const nexuses = [bench.readyNexus(1), bench.readyNexus(2)]
    unit.preferredGroup = 2
    for (const state of ['active-optimized', 'active-non-optimized', 'standby', 'unavailable', 'transitioning'] as const) {
      unit.states[1] = state
      unit.states[2] = state
      for (const nexus of nexuses) {
        expect(decodeTargetPortGroups(bench.good(nexus, 1, reportTargetPortGroupsCdb()))).toEqual([
          { group: 1, state, preferred: false, relativeTargetPorts: [1] },
          { group: 2, state, preferred: true, relativeTargetPorts: [2] },
        ])
      }
    }
    unit.states[1] = 'active-optimized'
    for (const nexus of nexuses) bench.expectRecovered(nexus)
  })

  it('refuses other formats', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    for (const format of [2, 3, 7]) bench.refused(nexus, 0, reportTargetPortGroupsCdb().with(1, (format << 5) | 0x0a), { byte: 1, bit: 7 })
    bench.expectRecovered(nexus)
  })

  it('cuts to the allocation length, and leaves the data length as it is', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    expect([...bench.good(nexus, 0, reportTargetPortGroupsCdb(5))]).toEqual([0, 0, 0, 28, 0x10])
    bench.expectRecovered(nexus)
  })

  it('goes without SET TARGET PORT GROUPS: states change implicitly only', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const setTargetPortGroups = new Uint8Array(12).with(0, 0xa4).with(1, 0x0a)
    bench.check(
      nexus,
      0,
      { cdb: setTargetPortGroups },
      { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.invalidOperationCode },
    )
    bench.expectRecovered(nexus)
  })
})
