/** The bytes that a log has of an interrupted update, against rows and blocks that are counted one by one. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes, getU16, putU16 } from '../../../../src-main/base/bytes'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import { layoutOf, type GroupLayout } from '../../../../src-main/core/raid/geometry'
import type { BlockRun } from '../../../../src-main/core/raid/levels/level'
import {
  indexBlocks,
  isSameUpdate,
  partialParityOf,
  rowsOf,
  runsOf,
  type PartialParity,
  type UpdatedParity,
} from '../../../../src-main/core/raid/partial-parity'
import { exampleOf } from './example-groups'

const RAID5 = layoutOf(exampleOf('raid5', 5))
const RAID6 = layoutOf(exampleOf('raid6', 6))

/** Of this parity, 0 for P and 1 for Q; each block says which one it is. */
function markedParity(index: number): UpdatedParity {
  return {
    index,
    rowsAt: (offset, rowCount) => concatBytes(Array.from({ length: rowCount }, (_, row) => markedBlock(index, offset + row))),
  }
}

function markedBlock(index: number, offset: number): Uint8Array {
  return new Uint8Array(BLOCK_BYTES).fill(index * 100 + offset + 1)
}

/** By offset, the chunks that are written. */
function writtenRows({ chunkBlocks, stripeBlocks }: GroupLayout, runs: readonly BlockRun[]): Map<number, Set<number>> {
  const rows = new Map<number, Set<number>>()
  for (const { firstBlock, blockCount } of runs) {
    for (let block = firstBlock % stripeBlocks; block < (firstBlock % stripeBlocks) + blockCount; block++) {
      const offset = block % chunkBlocks
      rows.set(offset, (rows.get(offset) ?? new Set()).add(Math.floor(block / chunkBlocks)))
    }
  }
  return rows
}

/** What has to be in the log: of each row the parity that is there, as long as there are more blocks left alone than parity before it. */
function expectedRows(layout: GroupLayout, runs: readonly BlockRun[], there: readonly number[]): unknown[] {
  return [...writtenRows(layout, runs)]
    .map(([offset, chunks]) => {
      const logged = there.filter((_, position) => layout.dataWidth - chunks.size > position)
      const parity = Array.from({ length: layout.rule.parityCount }, (_, index) =>
        logged.includes(index) ? markedBlock(index, offset) : undefined,
      )
      return { offset, written: [...chunks].reduce((bits, chunk) => bits | (1 << chunk), 0), parity, isLogged: logged.length > 0 }
    })
    .filter(({ isLogged }) => isLogged)
    .map(({ offset, written, parity }) => ({ offset, written, parity }))
    .toSorted((a, b) => a.offset - b.offset)
}

function byOffset(rows: ReturnType<typeof rowsOf>): unknown {
  return rows?.toSorted((a, b) => a.offset - b.offset)
}

/** Runs in one stripe, in ascending order, from the lengths of gaps and runs in turn. */
function runsFrom(layout: GroupLayout, stripe: number, lengths: readonly number[]): BlockRun[] {
  const runs: BlockRun[] = []
  let block = 0
  for (let at = 0; at + 1 < lengths.length; at += 2) {
    block += lengths[at] ?? 0
    const blockCount = Math.min(lengths[at + 1] ?? 0, layout.stripeBlocks - block)
    if (blockCount <= 0) break
    runs.push({ firstBlock: stripe * layout.stripeBlocks + block, blockCount })
    block += blockCount
  }
  return runs
}

const cases = fc.record({
  stripe: fc.nat({ max: 11 }),
  first: fc.nat({ max: 31 }),
  lengths: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 7 }),
})

describe.each([
  ['RAID 5', RAID5, [[0]]],
  ['RAID 6', RAID6, [[0, 1], [0], [1]]],
] as const)('the partial parity of a %s stripe', (_, layout, presences) => {
  it.each(presences.map((there) => [there.map((index) => 'PQ'[index]).join(' and '), there] as const))(
    'is found again row by row, with %s present',
    (_name, there) => {
      fc.assert(
        fc.property(cases, ({ stripe, first, lengths }) => {
          const runs = runsFrom(layout, stripe, [first, ...lengths])
          fc.pre(runs.length > 0)
          const update = partialParityOf(layout, runs, there.map(markedParity))
          expect(update.hasIndex === true).toBe(runs.length > 1 || there.length < layout.rule.parityCount)
          expect(runsOf(layout, update)).toEqual(runs)
          expect(byOffset(rowsOf(layout, update))).toEqual(expectedRows(layout, runs, there))
        }),
        { numRuns: 150 },
      )
    },
  )
})

describe('an update of RAID 6 without P', () => {
  it('has Q of a row in which one block is left alone, since that is the only parity there is', () => {
    // Three of the four chunks.
    const update = partialParityOf(RAID6, [{ firstBlock: 0, blockCount: 24 }], [markedParity(1)])
    expect(update.data.length).toBe((1 + 8) * BLOCK_BYTES)
    expect(rowsOf(RAID6, update)?.[7]).toEqual({ offset: 7, written: 0b0111, parity: [undefined, markedBlock(1, 7)] })
  })

  it('has P and not Q of such a row when both are there', () => {
    const update = partialParityOf(RAID6, [{ firstBlock: 0, blockCount: 24 }], [markedParity(0), markedParity(1)])
    expect(update.data.length).toBe(8 * BLOCK_BYTES)
    expect(rowsOf(RAID6, update)?.[7]).toEqual({ offset: 7, written: 0b0111, parity: [markedBlock(0, 7), undefined] })
  })
})

describe('the index', () => {
  /** Blocks 3 and 4, and 12 of the second stripe of RAID 5. */
  const RUNS = [
    { firstBlock: 35, blockCount: 2 },
    { firstBlock: 44, blockCount: 1 },
  ]

  function indexed(): PartialParity & { readonly hasIndex: true } {
    const { firstBlock, blockCount, data } = partialParityOf(RAID5, RUNS, [markedParity(0)])
    return { firstBlock, blockCount, hasIndex: true, data }
  }

  /** With one number of the index changed. */
  function changed(at: number, value: number): PartialParity {
    const update = indexed()
    putU16(update.data, at, value)
    return update
  }

  it('stands before the rows, in numbers of 16 bits and whole blocks', () => {
    const { firstBlock, blockCount, data } = indexed()
    expect({ firstBlock, blockCount }).toEqual({ firstBlock: 35, blockCount: 10 })
    expect(Array.from({ length: 7 }, (_, index) => getU16(data, 2 * index))).toEqual([1, 2, 0, 2, 9, 1, 0])
    // Rows 3 and 4: block 12 is in row 4, too.
    expect(data.length).toBe(3 * BLOCK_BYTES)
    expect(data.subarray(BLOCK_BYTES)).toEqual(concatBytes([markedBlock(0, 3), markedBlock(0, 4)]))
  })

  it('takes a second block where it has more runs than one has room for', () => {
    expect([1, 127, 128, 255, 256].map(indexBlocks)).toEqual([1, 1, 2, 2, 3])
  })

  it('is not believed where its numbers contradict each other', () => {
    expect(rowsOf(RAID5, indexed())).toHaveLength(2)
    const wrong: readonly (readonly [string, PartialParity])[] = [
      ['parity that RAID 5 does not have', changed(0, 3)],
      ['fewer runs', changed(2, 1)],
      ['more runs', changed(2, 3)],
      ['more runs than it has bytes', changed(2, 2000)],
      ['a first run that begins later', changed(4, 1)],
      ['a run of nothing', changed(6, 0)],
      ['runs that overlap', changed(6, 10)],
      ['a last run that is longer', changed(10, 2)],
      ['a row too many', { ...indexed(), data: concatBytes([indexed().data, new Uint8Array(BLOCK_BYTES)]) }],
      ['a row too few', { ...indexed(), data: indexed().data.subarray(0, 2 * BLOCK_BYTES) }],
      ['no whole index', { ...indexed(), data: indexed().data.subarray(0, BLOCK_BYTES - 1) }],
      ['nothing', { ...indexed(), data: new Uint8Array(0) }],
    ]
    for (const [name, update] of wrong) expect(rowsOf(RAID5, update), name).toBeUndefined()
  })

  it('tells updates of one range apart', () => {
    expect(isSameUpdate(indexed(), indexed())).toBe(true)
    // What the parity itself says does not matter.
    const other = indexed()
    other.data.fill(0xee, BLOCK_BYTES)
    expect(isSameUpdate(indexed(), other)).toBe(true)
    const plain = partialParityOf(RAID5, [{ firstBlock: 35, blockCount: 10 }], [markedParity(0)])
    expect(plain).toMatchObject({ firstBlock: 35, blockCount: 10 })
    expect(isSameUpdate(indexed(), plain)).toBe(false)
    expect(isSameUpdate(indexed(), changed(6, 1))).toBe(false)
    expect(isSameUpdate(indexed(), { ...indexed(), firstBlock: 36 })).toBe(false)
    expect(isSameUpdate(indexed(), { ...indexed(), blockCount: 9 })).toBe(false)
  })
})

describe('an update that is not indexed', () => {
  const update = (firstBlock: number, blockCount: number): PartialParity => ({ firstBlock, blockCount, data: new Uint8Array(0) })

  it('of a whole stripe logs nothing, and needs nothing', () => {
    const whole = partialParityOf(RAID5, [{ firstBlock: 32, blockCount: 32 }], [markedParity(0)])
    expect(whole).toEqual(update(32, 32))
    expect(rowsOf(RAID5, whole)).toEqual([])
  })

  it('is believed up to the last block of the group, and within one stripe', () => {
    const { usableBlocks } = RAID5
    expect(runsOf(RAID5, update(usableBlocks - 32, 32))).toHaveLength(1)
    expect(runsOf(RAID5, update(usableBlocks, 1))).toBeUndefined()
    expect(runsOf(RAID5, update(usableBlocks - 1, 2))).toBeUndefined()
    expect(runsOf(RAID5, update(0, 0))).toBeUndefined()
    expect(runsOf(RAID5, update(0, 1))).toHaveLength(1)
    expect(runsOf(RAID5, update(-1, 1))).toBeUndefined()
    expect(runsOf(RAID5, update(31, 1))).toHaveLength(1)
    expect(runsOf(RAID5, update(31, 2))).toBeUndefined()
  })

  it('is not believed by a group without parity', () => {
    expect(runsOf(layoutOf(exampleOf('raid10', 4)), update(0, 1))).toBeUndefined()
  })
})
