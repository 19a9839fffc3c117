import { describe, it } from 'vitest'
import { OPERATIONS } from '../../../src-main/core/scsi/opcode-table'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench } from '../../support/scsi-bench'

const INVALID_OPERATION_CODE = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.invalidOperationCode }

describe('commands that are not supported (SPC-4 4.2.5.1)', () => {
  it('get INVALID COMMAND OPERATION CODE: RESERVE(10), RELEASE(10), and every other that is not in the table', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const supported = new Set(OPERATIONS.map((operation) => operation.opcode))
    for (const opcode of [0x56, 0x57]) {
      if (supported.has(opcode)) throw new Error(`${opcode.toString(16)}h is supported now: it needs conformance tests of its own`)
    }
    for (let opcode = 0; opcode < 256; opcode++) {
      if (!supported.has(opcode)) bench.check(nexus, 0, { cdb: new Uint8Array(16).with(0, opcode) }, INVALID_OPERATION_CODE)
    }
    bench.expectRecovered(nexus)
  })

  it('get INVALID FIELD IN CDB at a service action that is not supported', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.refused(nexus, 0, new Uint8Array(16).with(0, 0x9e).with(1, 0x13), { byte: 1, bit: 4 })
    bench.refused(nexus, 0, new Uint8Array(12).with(0, 0xa3), { byte: 1, bit: 4 })
    bench.expectRecovered(nexus)
  })
})
