import { describe, expect, it } from 'vitest'
import { rangeCdb, readCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, OPCODE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench, patternBlocks } from '../../support/scsi-bench'

const UNMAP = 0x08
const ANCHOR = 0x10
const NDOB = 0x01
const FAR = 2 ** 32

function writeSame(flags: number, firstBlock: number, blockCount: number): Uint8Array {
  return rangeCdb(OPCODE.writeSame10, OPCODE.writeSame16, flags, { firstBlock, blockCount })
}

describe('WRITE SAME (SBC-3 5.43, 5.44)', () => {
  it('writes the block sent to all of the range', () => {
    const bench = new ScsiBench([0], 2 ** 33)
    const nexus = bench.readyNexus()
    const block = patternBlocks(1, 5)
    for (const firstBlock of [7, FAR]) {
      for (const blockCount of [1, 2, 128, 129, 300]) {
        bench.good(nexus, 0, writeSame(0, firstBlock, blockCount), [block.subarray(0, 200), block.subarray(200)])
        const stored = bench.good(nexus, 0, readCdb({ firstBlock, blockCount: blockCount + 1 }))
        for (let i = 0; i < blockCount; i++) expect(stored.subarray(i * 512, (i + 1) * 512)).toEqual(block)
        expect(
          stored.subarray(blockCount * 512).every((byte) => byte === 0),
          'the block behind',
        ).toBe(true)
      }
      bench.unit(0).blocks.clear()
    }
    bench.expectRecovered(nexus)
  })

  it('writes zeros without a data-out buffer (NDOB)', () => {
    const bench = new ScsiBench([0], 2 ** 33)
    const nexus = bench.readyNexus()
    bench.good(nexus, 0, writeSame(0, FAR, 4), [patternBlocks(1, 5)])
    bench.good(nexus, 0, writeSame(NDOB, FAR, 3))
    const stored = bench.good(nexus, 0, readCdb({ firstBlock: FAR, blockCount: 4 }))
    expect(stored.subarray(0, 3 * 512).every((byte) => byte === 0)).toBe(true)
    expect(stored.subarray(3 * 512)).toEqual(patternBlocks(1, 5))
    bench.expectRecovered(nexus)
  })

  it('wants exactly one block, and a count that is not 0', () => {
    const bench = new ScsiBench([0], 2 ** 33)
    const nexus = bench.readyNexus()
    const wrongLength = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.invalidFieldInCommandUnit }
    bench.check(nexus, 0, { cdb: writeSame(0, 0, 2), dataOut: [patternBlocks(2, 1)] }, wrongLength)
    bench.check(nexus, 0, { cdb: writeSame(0, 0, 2) }, wrongLength)
    bench.check(nexus, 0, { cdb: writeSame(NDOB, FAR, 2), dataOut: [patternBlocks(1, 1)] }, wrongLength)
    bench.refused(nexus, 0, writeSame(0, 0, 0), { byte: 7 }, [patternBlocks(1, 1)])
    bench.refused(nexus, 0, writeSame(0, FAR, 0), { byte: 10 }, [patternBlocks(1, 1)])
    bench.expectRecovered(nexus)
  })

  it('unmaps blocks so that they read as the block sent, whatever that is', () => {
    const bench = new ScsiBench([0], 2 ** 33)
    const nexus = bench.readyNexus()
    for (const flags of [UNMAP, UNMAP | ANCHOR]) {
      for (const firstBlock of [0, FAR]) {
        for (const block of [new Uint8Array(512), patternBlocks(1, 9)]) {
          bench.good(nexus, 0, writeSame(0, firstBlock, 4), [patternBlocks(1, 5)])
          bench.good(nexus, 0, writeSame(flags, firstBlock, 3), [block])
          const stored = bench.good(nexus, 0, readCdb({ firstBlock, blockCount: 4 }))
          for (let i = 0; i < 3; i++) expect(stored.subarray(i * 512, (i + 1) * 512)).toEqual(block)
          expect(stored.subarray(3 * 512)).toEqual(patternBlocks(1, 5))
        }
      }
    }
    bench.good(nexus, 0, writeSame(UNMAP | NDOB, FAR, 4))
    expect(bench.good(nexus, 0, readCdb({ firstBlock: FAR, blockCount: 4 })).every((byte) => byte === 0)).toBe(true)
    bench.expectRecovered(nexus)
  })

  it('does not anchor without UNMAP', () => {
    const bench = new ScsiBench([0], 2 ** 33)
    const nexus = bench.readyNexus()
    bench.refused(nexus, 0, writeSame(ANCHOR, 0, 1), { byte: 1, bit: 4 }, [patternBlocks(1, 1)])
    bench.refused(nexus, 0, writeSame(ANCHOR, FAR, 1), { byte: 1, bit: 4 }, [patternBlocks(1, 1)])
    bench.refused(nexus, 0, writeSame(NDOB, 0, 1), { byte: 1, bit: 0 })
    bench.expectRecovered(nexus)
  })
})
