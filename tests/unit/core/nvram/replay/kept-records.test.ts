import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VolumeMap } from '../../../../../src-main/core/mapping/volume-map'
import { keptRecords } from '../../../../../src-main/core/nvram/replay/kept-records'
import type { LogRecord } from '../../../../../src-main/core/nvram/log/record'
import { layoutOf, type GroupLayout } from '../../../../../src-main/core/raid/geometry'
import type { BlockRun } from '../../../../../src-main/core/raid/levels/level'
import { partialParityOf, rowsOf, runsOf } from '../../../../../src-main/core/raid/partial-parity'
import { exampleOf } from '../../raid/example-groups'

/** A stripe of each has four chunks of 8 blocks. */
const RAID5 = layoutOf(exampleOf('raid5', 5))
const RAID6 = layoutOf(exampleOf('raid6', 6))

function recordOf(sequence: number, firstBlock: number, blockCount: number, rest: Partial<LogRecord> = {}): LogRecord {
  const data = new Uint8Array((rest.parityBlocks ?? blockCount) * 512).fill(sequence)
  return { sequence, logEpoch: 1, volumeId: 0, volumeEpoch: 1, firstBlock, blockCount, data, ...rest }
}

/** The volume is the second stripe of its group and the one behind it. */
const SHIFT = RAID5.stripeBlocks

function mapIn(layout: GroupLayout): VolumeMap<{ readonly layout: GroupLayout }> {
  return new VolumeMap([{ group: { layout }, groupBlock: SHIFT, blockCount: 2 * layout.stripeBlocks }])
}

/** Partial parity of an update of these blocks of the volume. Each of its blocks has the sequence, which parity it is, and its row. */
function parityOf(
  sequence: number,
  runs: readonly BlockRun[],
  layout = RAID5,
  there = [0, 1].slice(0, layout.rule.parityCount),
): LogRecord {
  const parity = there.map((index) => ({
    index,
    rowsAt: (offset: number, rowCount: number): Uint8Array => {
      const bytes = new Uint8Array(rowCount * 512)
      for (let row = 0; row < rowCount; row++) bytes.set([sequence, index, offset + row], row * 512)
      return bytes
    },
  }))
  const inGroup = runs.map((run) => ({ ...run, firstBlock: run.firstBlock + SHIFT }))
  const { hasIndex, data, blockCount } = partialParityOf(layout, inGroup, parity)
  return {
    sequence,
    logEpoch: 1,
    volumeId: 0,
    volumeEpoch: 1,
    firstBlock: runs[0]!.firstBlock,
    blockCount,
    hasIndex,
    parityBlocks: data.length / 512,
    data,
  }
}

/** What a replay believes of each row, by the name of the row: which update it is of, and its partial parity. */
function believed(layout: GroupLayout, records: readonly LogRecord[]): Record<string, string> {
  const rows: Record<string, string> = {}
  for (const record of records) {
    const update = { ...record, firstBlock: record.firstBlock + SHIFT }
    const found = rowsOf(layout, update)
    const runs = runsOf(layout, update)
    if (found === undefined || runs === undefined) throw new Error('an update that does not fit')
    const stripe = Math.floor(update.firstBlock / layout.stripeBlocks)
    for (const { firstBlock, blockCount } of runs) {
      for (let block = firstBlock; block < firstBlock + blockCount; block++) delete rows[`${stripe} ${block % layout.chunkBlocks}`]
    }
    for (const { offset, written, parity } of found)
      rows[`${stripe} ${offset}`] = `${written}: ${parity.map((block) => block?.slice(0, 3).join('/'))}`
  }
  return rows
}

/** The sequence of each record, with the first byte of each block. */
function told(records: readonly LogRecord[]): readonly (readonly number[])[] {
  return keptRecords(records, () => undefined).map(({ sequence, data }) => [
    sequence,
    ...Array.from({ length: data.length / 512 }, (_, at) => data[at * 512] ?? -1),
  ])
}

it('each write has the newest data of its blocks, and that of other volumes and blocks stays its own', () => {
  expect(told([recordOf(1, 7, 3), recordOf(2, 8, 1), recordOf(3, 8, 1, { volumeId: 1 }), recordOf(4, 9, 2)])).toEqual([
    [1, 1, 2, 4],
    [2, 2],
    [3, 3],
    [4, 4, 4],
  ])
})

describe('partial parity', () => {
  it('of one update is kept of its last try only', () => {
    const [first, last] = [parityOf(1, [{ firstBlock: 3, blockCount: 2 }]), parityOf(2, [{ firstBlock: 3, blockCount: 2 }])]
    expect(keptRecords([first, last], () => mapIn(RAID5))).toEqual([last])
  })

  it('of two updates that have some rows in common is kept of the older without these rows', () => {
    const [first, last] = [parityOf(1, [{ firstBlock: 34, blockCount: 4 }]), parityOf(2, [{ firstBlock: 44, blockCount: 4 }])]
    const kept = keptRecords([first, last], () => mapIn(RAID5))
    expect(kept).toEqual([parityOf(1, [{ firstBlock: 34, blockCount: 2 }]), last])
    expect(believed(RAID5, kept.slice(0, 1))).toEqual({ '2 2': '1: 1/0/2', '2 3': '1: 1/0/3' })
  })

  it('of blocks that the volume leaves unused in its last stripe replaces rows as any other', () => {
    const map = new VolumeMap([{ group: { layout: RAID5 }, groupBlock: SHIFT, blockCount: 40 }])
    const [first, last] = [parityOf(1, [{ firstBlock: 35, blockCount: 1 }]), parityOf(2, [{ firstBlock: 59, blockCount: 1 }])]
    expect(keptRecords([first, last], () => map)).toEqual([last])
  })

  it('is left out where its volume is gone or it does not fit', () => {
    const record = parityOf(1, [{ firstBlock: 3, blockCount: 2 }])
    expect(keptRecords([record], () => undefined)).toEqual([])
    expect(keptRecords([{ ...record, firstBlock: 63 }], () => mapIn(RAID5))).toEqual([])
    expect(keptRecords([{ ...record, firstBlock: 31 }], () => mapIn(RAID5))).toEqual([])
  })

  it('is never older than before in any row, however many of the kept records are in the log behind the others', () => {
    const run = fc.record({ firstBlock: fc.nat(31), blockCount: fc.integer({ min: 1, max: 12 }) })
    const updates = fc.array(
      fc.record({ stripe: fc.nat(1), runs: fc.array(run, { minLength: 1, maxLength: 4 }), isP: fc.boolean(), isQ: fc.boolean() }),
      {
        maxLength: 8,
      },
    )
    fc.assert(
      fc.property(fc.constantFrom(RAID5, RAID6), updates, (layout, drawn) => {
        const records = drawn.map(({ stripe, runs, isP, isQ }, index) => {
          const there = layout === RAID5 ? [0] : [...(isP || !isQ ? [0] : []), ...(isQ ? [1] : [])]
          return parityOf(index + 1, inOrder(runs, stripe * 32), layout, there)
        })
        const truth = believed(layout, records)
        const kept = keptRecords(records, () => mapIn(layout))
        for (let count = 0; count <= kept.length; count++) expect(believed(layout, [...records, ...kept.slice(0, count)])).toEqual(truth)
        expect(believed(layout, kept)).toEqual(truth)
      }),
    )
  })
})

/** Of one stripe that begins at `from`: without overlaps and gaps of nothing. */
function inOrder(runs: readonly BlockRun[], from: number): readonly BlockRun[] {
  const isIn = (block: number): boolean => runs.some(({ firstBlock, blockCount }) => block >= firstBlock && block < firstBlock + blockCount)
  const joined: { firstBlock: number; blockCount: number }[] = []
  for (let block = 0; block < 32; block++) {
    if (!isIn(block)) continue
    if (block > 0 && isIn(block - 1)) joined.at(-1)!.blockCount++
    else joined.push({ firstBlock: from + block, blockCount: 1 })
  }
  return joined
}
