import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RAID_LEVELS, type RaidLevel } from '../../../../src-main/contract/configuration'
import { extents, layoutOf, locate } from '../../../../src-main/core/raid/geometry'
import { exampleOf, groups } from './example-groups'

describe('the layout of a group', () => {
  it('is left-symmetric for RAID-5', () => {
    const layout = layoutOf(exampleOf('raid5', 4))
    const rows = [0, 1, 2, 3, 4].map((stripe) => {
      const row = ['', '', '', '']
      for (let chunk = 0; chunk < 3; chunk++) row[locate(layout, stripe * 24 + chunk * 8).data.drive] = `${stripe * 3 + chunk}`
      row[locate(layout, stripe * 24).parity[0]!.drive] = 'P'
      return row.join(' ')
    })
    expect(rows).toEqual(['0 1 2 P', '4 5 P 3', '8 P 6 7', 'P 9 10 11', '12 13 14 P'])
  })

  it('has both parities of RAID-6 side by side, and the data behind them', () => {
    const layout = layoutOf(exampleOf('raid6', 5))
    const rows = [0, 1, 2, 3, 4].map((stripe) => {
      const row = ['', '', '', '', '']
      for (let chunk = 0; chunk < 3; chunk++) row[locate(layout, stripe * 24 + chunk * 8).data.drive] = `${stripe * 3 + chunk}`
      locate(layout, stripe * 24).parity.forEach(({ drive }, index) => (row[drive] = 'PQ'[index]!))
      return row.join(' ')
    })
    expect(rows).toEqual(['Q 0 1 2 P', '3 4 5 P Q', '7 8 P Q 6', '11 P Q 9 10', 'P Q 12 13 14'])
  })

  it('has every chunk of RAID-10 on one pair of members, which take turns', () => {
    const layout = layoutOf(exampleOf('raid10', 4))
    const placeOf = (block: number): number[] => [
      locate(layout, block).data.drive,
      ...locate(layout, block).copies.map(({ drive }) => drive),
    ]
    expect([0, 8, 16, 24].map(placeOf)).toEqual([
      [0, 1],
      [2, 3],
      [0, 1],
      [2, 3],
    ])
    expect([0, 8].map((block) => placeOf(8 * 16 + block))).toEqual([
      [1, 0],
      [3, 2],
    ])
  })

  it.each([
    ['linear', { usableBlocks: 4 * 96, stripeBlocks: 8, dataWidth: 1, redundancy: 0 }],
    ['raid0', { usableBlocks: 4 * 96, stripeBlocks: 32, dataWidth: 4, redundancy: 0 }],
    ['raid1', { usableBlocks: 96, stripeBlocks: 8, dataWidth: 1, redundancy: 3 }],
    ['raid5', { usableBlocks: 3 * 96, stripeBlocks: 24, dataWidth: 3, redundancy: 1 }],
    ['raid6', { usableBlocks: 2 * 96, stripeBlocks: 16, dataWidth: 2, redundancy: 2 }],
    ['raid10', { usableBlocks: 2 * 96, stripeBlocks: 16, dataWidth: 2, redundancy: 1 }],
  ] as const)('of four sections of 100 blocks in chunks of 8 at %s', (level, expected) => {
    expect(layoutOf(exampleOf(level, 4))).toMatchObject(expected)
  })

  it('uses as much as the smallest section has, but all of them where they follow each other', () => {
    const sections = [100, 60, 90, 84].map((blockCount, drive) => ({ drive, firstBlock: 2048, blockCount }))
    const usable = (level: RaidLevel): number => layoutOf({ id: 0, name: 'g', level, chunkBlocks: 8, sections }).usableBlocks
    expect(RAID_LEVELS.map(usable)).toEqual([96 + 56 + 88 + 80, 4 * 56, 56, 3 * 56, 2 * 56, 2 * 56])
  })

  it('reads the same block of RAID-1 always from the same copy, in turns over all copies', () => {
    const layout = layoutOf({
      ...exampleOf('raid1', 3),
      sections: exampleOf('raid1', 3).sections.map((section) => ({ ...section, blockCount: 640 })),
    })
    expect(new Set(extents(layout, 0, 640).map(({ drive }) => drive)).size).toBe(3)
  })
})

describe('addresses', () => {
  it('cover every block of every section once', () => {
    fc.assert(
      fc.property(groups, (group) => {
        const layout = layoutOf(group)
        const seen = new Set<string>()
        const see = (place: { drive: number; block: number }): void => {
          expect(seen.has(`${place.drive}:${place.block}`)).toBe(false)
          seen.add(`${place.drive}:${place.block}`)
        }
        for (let block = 0; block < layout.usableBlocks; block++) {
          const { data, copies, parity } = locate(layout, block)
          see(data)
          copies.forEach(see)
          if (block % layout.stripeBlocks < layout.chunkBlocks) parity.forEach(see)
        }
        expect(seen.size).toBe(layout.memberBlocks.reduce((sum, blocks) => sum + blocks, 0))
      }),
      { numRuns: 15 },
    )
  })

  it('are the same one by one and as extents', () => {
    fc.assert(
      fc.property(groups, fc.nat(), fc.nat(500), (group, position, length) => {
        const layout = layoutOf(group)
        const firstBlock = position % layout.usableBlocks
        const blockCount = Math.min(length, layout.usableBlocks - firstBlock)
        const blocks = extents(layout, firstBlock, blockCount).flatMap((extent) =>
          Array.from({ length: extent.blockCount }, (_, index) => `${extent.groupBlock + index}@${extent.drive}:${extent.block + index}`),
        )
        const expected = Array.from({ length: blockCount }, (_, index) => {
          const { drive, block } = locate(layout, firstBlock + index).data
          return `${firstBlock + index}@${drive}:${block}`
        })
        expect(blocks).toEqual(expected)
      }),
    )
  })
})
