import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OPERATIONS } from '../../../../src-main/core/scsi/opcode-table'
import type { ScsiResponse } from '../../../../src-main/core/scsi/device'
import { decodeSense } from '../../../../src-main/core/scsi/sense'
import { STATUS } from '../../../../src-main/core/scsi/spec'
import { ScsiBench } from '../../../support/scsi-bench'

function expectWellFormed(response: ScsiResponse): void {
  if (response.status !== STATUS.checkCondition) {
    expect(response.sense).toBeUndefined()
    // The nexus may have reserved the unit itself, which shuts out PERSISTENT RESERVE OUT.
    expect([STATUS.good, STATUS.busy, STATUS.reservationConflict]).toContain(response.status)
    return
  }
  const sense = decodeSense(response.sense ?? new Uint8Array(0))
  expect(response.sense).toHaveLength(18)
  expect(sense?.text, 'a sense code that has a name').toBeDefined()
  expect(response.sense?.[7]).toBe(10)
}

/** Random bytes, but for the first ones, which make a command of many. */
const anyCdb = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc
    .tuple(fc.constantFrom(...OPERATIONS), fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.boolean())
    .map(([operation, bytes, clean]) => {
      const cdb = bytes.map((byte, index) => (clean ? byte & (operation.usage[index] ?? 0) : byte))
      cdb[0] = operation.opcode
      if (operation.serviceAction !== undefined) cdb[1] = (cdb[1]! & 0xe0) | operation.serviceAction
      return cdb
    }),
)

const anyDataOut = fc.oneof(
  fc.constant([]),
  fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 3 }),
  fc.integer({ min: 1, max: 4 }).map((blocks) => [new Uint8Array(blocks * 512)]),
)

describe('any command', () => {
  it('gets exactly one well-formed response, whatever its bytes', () => {
    fc.assert(
      fc.property(anyCdb, fc.integer({ min: -1, max: 3 }), anyDataOut, fc.boolean(), (cdb, lun, dataOut, ready) => {
        const bench = new ScsiBench()
        const nexus = ready ? bench.readyNexus() : bench.newNexus()
        expectWellFormed(bench.run(nexus, lun, cdb, dataOut))
      }),
      { numRuns: 4000 },
    )
  })

  it('does not harm the next one', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyCdb, fc.integer({ min: -1, max: 3 }), anyDataOut), { maxLength: 20 }), (commands) => {
        const bench = new ScsiBench()
        const nexus = bench.readyNexus()
        for (const [cdb, lun, dataOut] of commands) expectWellFormed(bench.run(nexus, lun, cdb, dataOut))
        bench.expectRecovered(nexus)
      }),
      { numRuns: 300 },
    )
  })
})
