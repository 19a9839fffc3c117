import { describe, expect, it } from 'vitest'
import { testUnitReadyCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench } from '../../support/scsi-bench'

describe('TEST UNIT READY (SPC-4 6.47)', () => {
  it('is GOOD on both kinds of active path', () => {
    const bench = new ScsiBench()
    for (const group of [1, 2] as const) {
      const nexus = bench.readyNexus(group)
      expect(bench.good(nexus, 0, testUnitReadyCdb())).toHaveLength(0)
      bench.expectRecovered(nexus)
    }
  })

  it('tells the state of a path that is not active', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const states = {
      transitioning: ADDITIONAL_SENSE.accessStateTransition,
      standby: ADDITIONAL_SENSE.portInStandbyState,
      unavailable: ADDITIONAL_SENSE.portInUnavailableState,
    } as const
    for (const [state, additional] of Object.entries(states)) {
      bench.unit(0).states[1] = state as keyof typeof states
      bench.check(nexus, 0, { cdb: testUnitReadyCdb() }, { key: SENSE_KEY.notReady, additional })
    }
    bench.unit(0).states[1] = 'active-optimized'
    bench.expectRecovered(nexus)
  })
})
