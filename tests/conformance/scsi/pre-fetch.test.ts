import { describe, expect, it } from 'vitest'
import { rangeCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, OPCODE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench } from '../../support/scsi-bench'

const IMMED = 0x02
const FAR = 2 ** 32
const OUT_OF_RANGE = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.blockAddressOutOfRange }

function preFetch(flags: number, firstBlock: number, blockCount: number): Uint8Array {
  return rangeCdb(OPCODE.preFetch10, OPCODE.preFetch16, flags, { firstBlock, blockCount })
}

describe('PRE-FETCH (SBC-3 5.8, 5.9)', () => {
  it('is good for any blocks of the volume, and reads none: nothing keeps them', () => {
    const bench = new ScsiBench([0], 2 ** 33)
    const nexus = bench.readyNexus()
    for (const flags of [0, IMMED]) {
      for (const firstBlock of [0, FAR, 2 ** 33 - 1]) {
        for (const blockCount of [0, 1]) {
          const cdb = preFetch(flags, firstBlock, blockCount)
          bench.good(nexus, 0, cdb)
          bench.good(nexus, 0, cdb.with(cdb.length === 10 ? 6 : 14, 31))
        }
      }
      bench.good(nexus, 0, preFetch(flags, FAR, 2 ** 31))
    }
    expect(bench.unit(0).calls).toEqual([])
    bench.expectRecovered(nexus)
  })

  it('is refused outside of the volume', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    for (const [firstBlock, blockCount] of [
      [2048, 0],
      [2048, 1],
      [2047, 2],
      [FAR, 1],
    ] as const)
      bench.check(nexus, 0, { cdb: preFetch(0, firstBlock, blockCount) }, OUT_OF_RANGE)
    bench.expectRecovered(nexus)
  })
})
