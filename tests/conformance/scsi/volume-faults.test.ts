import { describe, expect, it } from 'vitest'
import { readCdb, rangeCdb, synchronizeCacheCdb, verifyCdb, writeCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { OPCODE } from '../../../src-main/core/scsi/spec'
import { describe as inWords, patternBlocks, ScsiBench } from '../../support/scsi-bench'

const RANGE = { firstBlock: 4, blockCount: 1 }
const BLOCK = [patternBlocks(1, 1)]

const READS = [{ cdb: readCdb(RANGE) }, { cdb: verifyCdb(RANGE) }]
const WRITES = [
  { cdb: writeCdb(RANGE), dataOut: BLOCK },
  { cdb: rangeCdb(OPCODE.writeSame10, OPCODE.writeSame16, 0, RANGE), dataOut: BLOCK },
  { cdb: rangeCdb(OPCODE.writeAndVerify10, OPCODE.writeAndVerify16, 0, RANGE), dataOut: BLOCK },
  { cdb: synchronizeCacheCdb() },
]

/** Fault of the volume: what a read and what a write say of it. */
const FAULTS = {
  'medium-error': ['CHECK CONDITION 3 UNRECOVERED READ ERROR', 'CHECK CONDITION 3 WRITE ERROR'],
  'hardware-error': ['CHECK CONDITION 4 INTERNAL TARGET FAILURE', 'CHECK CONDITION 4 INTERNAL TARGET FAILURE'],
  transitioning: [
    'CHECK CONDITION 2 LOGICAL UNIT NOT ACCESSIBLE, ASYMMETRIC ACCESS STATE TRANSITION',
    'CHECK CONDITION 2 LOGICAL UNIT NOT ACCESSIBLE, ASYMMETRIC ACCESS STATE TRANSITION',
  ],
  busy: ['BUSY', 'BUSY'],
} as const

describe('faults of a volume (SBC-3 4.18, SPC-4 4.5.6)', () => {
  for (const fault of Object.keys(FAULTS) as (keyof typeof FAULTS)[]) {
    it(`${fault} is told to the command that met it, and to no other`, () => {
      const bench = new ScsiBench()
      const nexus = bench.readyNexus()
      for (const [index, commands] of [READS, WRITES].entries()) {
        for (const { cdb, dataOut } of commands as readonly { readonly cdb: Uint8Array; readonly dataOut?: Uint8Array[] }[]) {
          bench.unit(0).fault = fault
          const response = bench.run(nexus, 0, cdb, dataOut)
          expect(inWords(response)).toBe(FAULTS[fault][index])
          expect(response.dataIn).toBeUndefined()
        }
      }
      bench.expectRecovered(nexus)
    })
  }
})
