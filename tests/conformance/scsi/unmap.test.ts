import { describe, expect, it } from 'vitest'
import { putU16 } from '../../../src-main/base/bytes'
import { readCdb, unmapCdb, unmapList, writeCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench, patternBlocks } from '../../support/scsi-bench'

type Extent = readonly [firstBlock: number, blockCount: number]

const LENGTH_ERROR = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.parameterListLengthError }
const OUT_OF_RANGE = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.blockAddressOutOfRange }
const MAX_BLOCKS = 8192

function listOf(extents: readonly Extent[]): Uint8Array {
  return unmapList(extents.map(([firstBlock, blockCount]) => ({ firstBlock, blockCount })))
}

function command(extents: readonly Extent[], change?: (list: Uint8Array) => void) {
  const list = listOf(extents)
  change?.(list)
  return { cdb: unmapCdb(list.length), dataOut: [list.subarray(0, 5), list.subarray(5)] }
}

/** 32 blocks that are not zero. */
function written(blockCount = 2048) {
  const bench = new ScsiBench([0], blockCount)
  const nexus = bench.readyNexus()
  bench.good(nexus, 0, writeCdb({ firstBlock: 0, blockCount: 32 }), [patternBlocks(32, 3)])
  bench.unit(0).calls.length = 0
  return { bench, nexus }
}

describe('UNMAP (SBC-3 5.28)', () => {
  it('leaves zeros, in the blocks of the list and no others', () => {
    for (const anchor of [0, 1]) {
      const { bench, nexus } = written()
      const list = listOf([
        [20, 3],
        [2, 4],
        [3, 1],
        [9, 0],
      ])
      bench.good(nexus, 0, unmapCdb(list.length).with(1, anchor), [list])
      const expected = patternBlocks(32, 3)
      expected.fill(0, 20 * 512, 23 * 512).fill(0, 2 * 512, 6 * 512)
      expect(bench.good(nexus, 0, readCdb({ firstBlock: 0, blockCount: 32 }))).toEqual(expected)
      bench.expectRecovered(nexus)
    }
  })

  it('does nothing for an empty list, and ignores a descriptor that is cut off', () => {
    const { bench, nexus } = written()
    bench.good(nexus, 0, unmapCdb(0))
    for (const { cdb, dataOut } of [
      command([]),
      command([[2048, 0]]),
      command([[0, 1]], (list) => putU16(list, 2, 15)),
      command([[0, 1]], (list) => putU16(list, 2, 0)),
    ])
      bench.good(nexus, 0, cdb, dataOut)
    expect(bench.unit(0).calls).toEqual([])
    bench.expectRecovered(nexus)
  })

  it('refuses a list whose lengths do not fit, as a whole', () => {
    const { bench, nexus } = written()
    const wrongLength = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.invalidFieldInCommandUnit }
    bench.check(nexus, 0, { cdb: unmapCdb(24), dataOut: [listOf([])] }, wrongLength)
    bench.check(nexus, 0, { cdb: unmapCdb(7), dataOut: [new Uint8Array(7)] }, LENGTH_ERROR)
    const refused = [
      command([[0, 1]], (list) => putU16(list, 0, list.length - 1)),
      command([[0, 1]], (list) => putU16(list, 2, 32)),
      command([[0, 1]], (list) => putU16(list, 0, 6)),
      command([[0, 1]], (list) => putU16(list, 0, 0xffff)),
    ]
    for (const one of refused) bench.check(nexus, 0, one, LENGTH_ERROR)
    expect(bench.unit(0).calls).toEqual([])
    bench.expectRecovered(nexus)
  })

  it('changes nothing if one of its extents is bad', () => {
    const { bench, nexus } = written(2 ** 33)
    const tooMany = Array.from({ length: 65 }, (_, index): Extent => [index, 1])
    const inList = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.invalidFieldInParameterList }
    bench.check(nexus, 0, command([[0, 1], [2 ** 33 - 1, 2]]), OUT_OF_RANGE) // prettier-ignore
    bench.check(nexus, 0, command([[0, 1], [2 ** 60, 1]]), OUT_OF_RANGE) // prettier-ignore
    bench.check(nexus, 0, command(tooMany), { ...inList, field: { inCdb: false, byte: 2 } })
    bench.check(nexus, 0, command([[0, MAX_BLOCKS + 1]]), { ...inList, field: { inCdb: false, byte: 16 } })
    bench.check(nexus, 0, command([[0, MAX_BLOCKS], [9, 1]]), { ...inList, field: { inCdb: false, byte: 32 } }) // prettier-ignore
    expect(bench.unit(0).calls).toEqual([])
    const { cdb, dataOut } = command([[0, MAX_BLOCKS]])
    bench.good(nexus, 0, cdb, dataOut)
    const asManyAsThereMayBe = command(tooMany.slice(1))
    bench.good(nexus, 0, asManyAsThereMayBe.cdb, asManyAsThereMayBe.dataOut)
    expect(bench.unit(0).calls).toHaveLength(65)
    bench.expectRecovered(nexus)
  })

  it('stops at the first extent that the volume does not take', () => {
    const { bench, nexus } = written()
    bench.unit(0).fault = 'hardware-error'
    const fault = { key: SENSE_KEY.hardwareError, additional: ADDITIONAL_SENSE.internalTargetFailure }
    bench.check(nexus, 0, command([[0, 1], [5, 1]]), fault) // prettier-ignore
    expect(bench.unit(0).calls).toHaveLength(1)
    bench.expectRecovered(nexus)
  })
})
