import { describe, it } from 'vitest'
import { OPERATIONS } from '../../../src-main/core/scsi/opcode-table'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench } from '../../support/scsi-bench'

const NACA = 0x04

function cdbOf(operation: (typeof OPERATIONS)[number]): Uint8Array {
  const cdb = new Uint8Array(operation.usage.length).with(0, operation.opcode)
  return operation.serviceAction === undefined ? cdb : cdb.with(1, operation.serviceAction)
}

describe('fields of a CDB (SPC-4 4.2.5, SAM-5 5.2)', () => {
  it('NACA is refused in every command: auto contingent allegiance is not supported', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    for (const operation of OPERATIONS) {
      const last = operation.usage.length - 1
      bench.refused(nexus, 0, cdbOf(operation).with(last, NACA), { byte: last, bit: 2 })
    }
    bench.expectRecovered(nexus)
  })

  it('every bit that a command does not evaluate is refused, and pointed at', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    for (const operation of OPERATIONS) {
      for (let byte = 1; byte < operation.usage.length; byte++) {
        for (let bit = 0; bit < 8; bit++) {
          if ((operation.usage[byte] ?? 0) & (1 << bit)) continue
          const cdb = cdbOf(operation)
          bench.refused(nexus, 0, cdb.with(byte, (cdb[byte] ?? 0) | (1 << bit)), { byte, bit })
        }
      }
    }
    bench.expectRecovered(nexus)
  })

  it('a CDB shorter than its command is refused, a longer one is not', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    for (const operation of OPERATIONS) {
      const cdb = cdbOf(operation).subarray(0, operation.usage.length - 1)
      bench.check(nexus, 0, { cdb }, { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.invalidFieldInCdb })
    }
    bench.check(nexus, 0, { cdb: [] }, { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.invalidOperationCode })
    bench.good(nexus, 0, [0x00, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
    bench.expectRecovered(nexus)
  })
})
