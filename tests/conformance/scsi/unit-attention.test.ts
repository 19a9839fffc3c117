import { describe, expect, it } from 'vitest'
import type { Nexus } from '../../../src-main/core/scsi/device'
import { inquiryCdb, readCdb, reportLunsCdb, requestSenseCdb, testUnitReadyCdb, writeCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import type { AdditionalSense } from '../../../src-main/core/scsi/spec'
import { ScsiBench, patternBlocks } from '../../support/scsi-bench'

function expectAttention(bench: ScsiBench, nexus: Nexus, lun: number, additional: AdditionalSense): void {
  bench.check(nexus, lun, { cdb: testUnitReadyCdb() }, { key: SENSE_KEY.unitAttention, additional })
}

const {
  powerOnResetOrBusDeviceReset,
  busDeviceResetFunction,
  commandsClearedByAnotherInitiator,
  reportedLunsDataChanged,
  capacityDataChanged,
  asymmetricAccessStateChanged,
} = ADDITIONAL_SENSE

describe('unit attentions (SAM-5 5.14)', () => {
  it('tell every nexus of a power on, once for each LUN', () => {
    const bench = new ScsiBench()
    for (const nexus of [bench.newNexus(1), bench.newNexus(2)]) {
      for (const lun of [0, 1]) {
        expectAttention(bench, nexus, lun, powerOnResetOrBusDeviceReset)
        bench.expectRecovered(nexus, lun)
      }
    }
  })

  it('end the command that finds them, before anything is done', () => {
    const bench = new ScsiBench()
    const nexus = bench.newNexus()
    const write = writeCdb({ firstBlock: 0, blockCount: 1 })
    bench.check(
      nexus,
      0,
      { cdb: write, dataOut: [patternBlocks(1, 1)] },
      { key: SENSE_KEY.unitAttention, additional: powerOnResetOrBusDeviceReset },
    )
    expect(bench.unit(0).calls).toEqual([])
    bench.good(nexus, 0, write, [patternBlocks(1, 1)])
    expect(bench.good(nexus, 0, readCdb({ firstBlock: 0, blockCount: 1 }))).toEqual(patternBlocks(1, 1))
    bench.expectRecovered(nexus)
  })

  it('go before an invalid operation code, and before the state of the path', () => {
    const bench = new ScsiBench()
    const nexus = bench.newNexus()
    bench.check(nexus, 0, { cdb: [0xff, 0, 0, 0, 0, 0] }, { key: SENSE_KEY.unitAttention, additional: powerOnResetOrBusDeviceReset })
    bench.unit(1).states[1] = 'unavailable'
    expectAttention(bench, nexus, 1, powerOnResetOrBusDeviceReset)
    bench.unit(1).states[1] = 'active-optimized'
    bench.expectRecovered(nexus, 1)
  })

  it('stay through INQUIRY and REPORT LUNS, and are fetched by REQUEST SENSE', () => {
    const bench = new ScsiBench()
    const nexus = bench.newNexus()
    bench.good(nexus, 0, inquiryCdb())
    bench.good(nexus, 0, reportLunsCdb())
    expectAttention(bench, nexus, 0, powerOnResetOrBusDeviceReset)
    bench.target.noteCapacityChanged(0)
    expect([...bench.good(nexus, 0, requestSenseCdb()).subarray(2, 14)]).toEqual([6, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x2a, 0x09])
    bench.expectRecovered(nexus)
  })

  it('tell of a changed inventory, until REPORT LUNS was asked', () => {
    const bench = new ScsiBench()
    const [first, second] = [bench.readyNexus(), bench.readyNexus(2)]
    bench.map(2, 2)
    bench.target.noteLunsChanged()
    for (const lun of [0, 1]) expectAttention(bench, first, lun, reportedLunsDataChanged)
    bench.good(second, 0, reportLunsCdb())
    for (const lun of [0, 1]) bench.expectRecovered(second, lun)
    expectAttention(bench, second, 2, powerOnResetOrBusDeviceReset)
    bench.expectRecovered(first)
  })

  it('tell of changed access states, of one LUN or of all', () => {
    const bench = new ScsiBench()
    const nexuses = [bench.readyNexus(), bench.readyNexus(2)]
    bench.target.noteAccessStatesChanged(1)
    for (const nexus of nexuses) {
      bench.expectRecovered(nexus, 0)
      expectAttention(bench, nexus, 1, asymmetricAccessStateChanged)
      bench.expectRecovered(nexus, 1)
    }
    bench.target.noteAccessStatesChanged()
    for (const nexus of nexuses) {
      for (const lun of [0, 1]) expectAttention(bench, nexus, lun, asymmetricAccessStateChanged)
      bench.expectRecovered(nexus)
    }
  })

  it('tell of a changed capacity', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.unit(0).blockCount = 4096
    bench.target.noteCapacityChanged(0)
    bench.expectRecovered(nexus, 1)
    expectAttention(bench, nexus, 0, capacityDataChanged)
    bench.good(nexus, 0, readCdb({ firstBlock: 4095, blockCount: 1 }))
    bench.expectRecovered(nexus)
  })

  it('tell every nexus of a changed capacity', () => {
    const bench = new ScsiBench()
    const nexuses = [bench.readyNexus(), bench.readyNexus(2), bench.readyNexus()]
    bench.target.noteCapacityChanged(1)
    for (const nexus of nexuses) {
      bench.expectRecovered(nexus, 0)
      expectAttention(bench, nexus, 1, capacityDataChanged)
      bench.expectRecovered(nexus, 1)
    }
  })

  it('tell every nexus of a reset, of one LUN or of all', () => {
    const bench = new ScsiBench()
    const nexuses = [bench.readyNexus(), bench.readyNexus(2)] as const
    bench.target.reset(1)
    for (const nexus of nexuses) {
      bench.expectRecovered(nexus, 0)
      expectAttention(bench, nexus, 1, busDeviceResetFunction)
    }
    bench.target.reset('all')
    for (const nexus of nexuses) {
      for (const lun of [0, 1]) {
        expectAttention(bench, nexus, lun, busDeviceResetFunction)
        bench.expectRecovered(nexus, lun)
      }
    }
  })

  it('tell a nexus whose commands another has cleared, and only there', () => {
    const bench = new ScsiBench()
    const [mine, other] = [bench.readyNexus(), bench.readyNexus(2)]
    bench.target.commandsCleared(other, 1)
    bench.target.commandsCleared({ ...other, id: 4711 }, 0)
    bench.expectRecovered(mine, 1)
    bench.expectRecovered(other, 0)
    expectAttention(bench, other, 1, commandsClearedByAnotherInitiator)
    bench.expectRecovered(other, 1)
  })

  it('come one by one, resets first', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.target.noteAccessStatesChanged()
    bench.target.noteCapacityChanged(0)
    bench.target.noteLunsChanged()
    bench.target.reset('all')
    for (const additional of [busDeviceResetFunction, reportedLunsDataChanged, capacityDataChanged, asymmetricAccessStateChanged]) {
      expectAttention(bench, nexus, 0, additional)
    }
    bench.expectRecovered(nexus)
  })

  it('tell of a power on when another volume stands at the LUN', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.map(1, 40)
    expectAttention(bench, nexus, 1, powerOnResetOrBusDeviceReset)
    bench.expectRecovered(nexus, 1)
  })

  it('end with their nexus', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.target.nexusLost(nexus, false)
    bench.target.noteAccessStatesChanged()
    bench.target.nexusGained(nexus)
    expectAttention(bench, nexus, 0, powerOnResetOrBusDeviceReset)
    bench.expectRecovered(nexus)
  })
})
