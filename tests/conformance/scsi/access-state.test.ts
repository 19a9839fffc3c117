import { describe, expect, it } from 'vitest'
import {
  inquiryCdb,
  modeSense6Cdb,
  readCapacity16Cdb,
  readCdb,
  reportLunsCdb,
  reportTargetPortGroupsCdb,
  writeCdb,
} from '../../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench, patternBlocks } from '../../support/scsi-bench'

const RANGE = { firstBlock: 0, blockCount: 1 }
const STANDBY = { key: SENSE_KEY.notReady, additional: ADDITIONAL_SENSE.portInStandbyState }
const UNAVAILABLE = { key: SENSE_KEY.notReady, additional: ADDITIONAL_SENSE.portInUnavailableState }

describe('asymmetric access states (SPC-4 5.15.2)', () => {
  it('active paths serve alike, optimized or not', () => {
    const bench = new ScsiBench()
    const [optimized, other] = [bench.readyNexus(1), bench.readyNexus(2)]
    bench.good(other, 0, writeCdb(RANGE), [patternBlocks(1, 3)])
    expect(bench.good(optimized, 0, readCdb(RANGE))).toEqual(patternBlocks(1, 3))
    bench.expectRecovered(other)
  })

  it('in standby only what describes the unit is served', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus(2)
    bench.unit(0).states[2] = 'standby'
    for (const cdb of [inquiryCdb(), reportLunsCdb(), reportTargetPortGroupsCdb(), modeSense6Cdb(0x3f)]) bench.good(nexus, 0, cdb)
    bench.check(nexus, 0, { cdb: readCdb(RANGE) }, STANDBY)
    bench.check(nexus, 0, { cdb: writeCdb(RANGE), dataOut: [patternBlocks(1, 3)] }, STANDBY)
    bench.check(nexus, 0, { cdb: readCapacity16Cdb() }, STANDBY)
    bench.unit(0).states[2] = 'active-optimized'
    bench.expectRecovered(nexus)
  })

  it('when unavailable mode pages are not served either', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus(2)
    bench.unit(0).states[2] = 'unavailable'
    for (const cdb of [inquiryCdb(), reportLunsCdb(), reportTargetPortGroupsCdb()]) bench.good(nexus, 0, cdb)
    for (const cdb of [readCdb(RANGE), readCapacity16Cdb(), modeSense6Cdb(0x3f)]) bench.check(nexus, 0, { cdb }, UNAVAILABLE)
    bench.unit(0).states[2] = 'active-non-optimized'
    bench.expectRecovered(nexus)
  })

  it('while transitioning the volume decides: it holds the I/O, or lets it go back for another try', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.unit(0).states[1] = 'transitioning'
    bench.good(nexus, 0, writeCdb(RANGE), [patternBlocks(1, 8)])
    bench.unit(0).fault = 'transitioning'
    bench.check(nexus, 0, { cdb: readCdb(RANGE) }, { key: SENSE_KEY.notReady, additional: ADDITIONAL_SENSE.accessStateTransition })
    bench.unit(0).states[1] = 'active-optimized'
    expect(bench.good(nexus, 0, readCdb(RANGE))).toEqual(patternBlocks(1, 8))
    bench.expectRecovered(nexus)
  })

  it('are those of the path by which a command came', () => {
    const bench = new ScsiBench()
    const [first, second] = [bench.readyNexus(1), bench.readyNexus(2)]
    bench.unit(0).states[2] = 'unavailable'
    bench.good(first, 0, readCdb(RANGE))
    bench.check(second, 0, { cdb: readCdb(RANGE) }, UNAVAILABLE)
    bench.expectRecovered(second, 1)
    bench.expectRecovered(first)
  })
})
