import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RaidGroup } from '../../../../src-main/contract/configuration'
import { configuredMap } from '../../../../src-main/core/mapping/configured-map'
import { mapStripes, occupantOf } from '../../../../src-main/core/mapping/occupancy'
import { stripeCountOf } from '../../../../src-main/core/mapping/volume-stripes'
import { layoutOf, locate } from '../../../../src-main/core/raid/geometry'
import { driveAreas, sliceBlocks } from '../../../../src-main/core/raid/space'
import { validateConfiguration } from '../../../../src-main/core/raid/validation'
import { configurationOf, DRIVE_BLOCKS, exampleOf, groups, volumeOf } from '../raid/example-groups'

describe('what stands on a drive', () => {
  const group: RaidGroup = { ...exampleOf('raid5', 3), sections: [0, 1, 2].map((drive) => ({ drive, firstBlock: 3000, blockCount: 100 })) }
  const layout = layoutOf(group)
  const configuration = configurationOf(group, [volumeOf(layout, 1, 20)])

  it('is told area by area', () => {
    expect(driveAreas(configuration, 0)).toEqual([
      { kind: 'superblock', firstBlock: 0, blockCount: 2048 },
      { kind: 'free', firstBlock: 2048, blockCount: 952 },
      { kind: 'section', groupId: 0, member: 0, firstBlock: 3000, blockCount: 96 },
      { kind: 'spare', groupId: 0, member: 0, firstBlock: 3096, blockCount: 4 },
      { kind: 'free', firstBlock: 3100, blockCount: 996 },
    ])
    expect(driveAreas(configuration, 7)).toHaveLength(2)
  })

  it('is told block by block, with the volume', () => {
    expect(occupantOf(configuration, 0, 2047)).toEqual({ kind: 'superblock' })
    expect(occupantOf(configuration, 0, 2048)).toEqual({ kind: 'free' })
    expect(occupantOf(configuration, 0, 3097)).toEqual({ kind: 'spare', groupId: 0, member: 0 })
    expect(occupantOf(configuration, 0, 3000)).toEqual({ kind: 'data', groupId: 0, member: 0, groupBlock: 0 })
    // Stripe 1: parity on member 1, data on members 2 and 0.
    expect(occupantOf(configuration, 2, 3008)).toEqual({
      kind: 'data',
      groupId: 0,
      member: 2,
      groupBlock: 16,
      volume: { volumeId: 0, block: 0 },
    })
    expect(occupantOf(configuration, 1, 3008)).toEqual({
      kind: 'parity',
      groupId: 0,
      member: 1,
      groupBlock: 16,
      blockCount: 16,
      volumeId: 0,
    })
    // The volume has 20 blocks; the rest of its second stripe belongs to nobody.
    expect(occupantOf(configuration, locate(layout, 36).data.drive, locate(layout, 36).data.block)).not.toHaveProperty('volume')
    expect(() => occupantOf(configuration, 0, DRIVE_BLOCKS)).toThrow('no block')
  })

  it('is what is located there', () => {
    fc.assert(
      fc.property(groups, fc.nat(), (group, position) => {
        const configuration = configurationOf(group)
        expect(validateConfiguration(configuration).ok).toBe(true)
        const layout = layoutOf(group)
        const groupBlock = position % layout.usableBlocks
        const { data, copies, parity, stripe } = locate(layout, groupBlock)
        expect(occupantOf(configuration, data.drive, data.block)).toMatchObject({
          kind: 'data',
          groupId: 4,
          member: data.member,
          groupBlock,
        })
        for (const copy of copies) expect(occupantOf(configuration, copy.drive, copy.block)).toMatchObject({ kind: 'mirror', groupBlock })
        for (const place of parity) {
          expect(occupantOf(configuration, place.drive, place.block)).toMatchObject({
            kind: 'parity',
            groupBlock: stripe * layout.stripeBlocks,
            blockCount: layout.stripeBlocks,
          })
        }
        const others = { linear: 0, raid0: 0, raid1: group.sections.length - 1, raid5: 1, raid6: 2, raid10: 1 }
        expect(copies.length + parity.length).toBe(others[group.level])
      }),
    )
  })
})

describe('the map of a volume', () => {
  it('shows for each stripe what stands where', () => {
    const group = exampleOf('raid5', 3)
    const layout = layoutOf(group)
    const rows = mapStripes(configuredMap(configurationOf(group), volumeOf(layout, 1, 20)), { firstStripe: 0, stripeCount: 10 })
    expect(rows.map(({ stripe, firstBlock, blockCount }) => [stripe, firstBlock, blockCount])).toEqual([
      [0, 0, 16],
      [1, 16, 4],
    ])
    expect(rows[0]!.cells.map(({ drive, role, volumeBlock, blockCount }) => [drive, role, volumeBlock, blockCount])).toEqual([
      [0, 'data', 8, 8],
      [1, 'parity', 0, 8],
      [2, 'data', 0, 8],
    ])
    expect(rows[1]!.cells.map(({ drive, role, block, blockCount }) => [drive, role, block, blockCount])).toEqual([
      [0, 'parity', 2064, 4],
      [1, 'data', 2064, 4],
    ])
  })

  it('agrees with the occupants, for all levels', () => {
    fc.assert(
      fc.property(groups, fc.nat(), fc.nat(), (group, position, length) => {
        const layout = layoutOf(group)
        const firstStripe = position % layout.stripeCount
        const volume = volumeOf(layout, firstStripe, 1 + (length % (layout.usableBlocks - firstStripe * layout.stripeBlocks)))
        const configuration = configurationOf(group, [volume])
        expect(validateConfiguration(configuration).ok).toBe(true)
        const map = configuredMap(configuration, volume)
        const rows = mapStripes(map, { firstStripe: 0, stripeCount: 20 })
        expect(rows).toHaveLength(Math.min(20, stripeCountOf(map)))
        for (const cell of rows.flatMap((row) => row.cells)) {
          const occupant = occupantOf(configuration, cell.drive, cell.block)
          if (cell.role === 'parity')
            expect(occupant).toMatchObject({ kind: 'parity', volumeId: 0, groupBlock: volume.firstBlock + cell.volumeBlock })
          else expect(occupant).toMatchObject({ volume: { volumeId: 0, block: cell.volumeBlock } })
        }
        const shown = rows.flatMap((row) => row.cells).filter((cell) => cell.role === 'data')
        expect(shown.reduce((sum, cell) => sum + cell.blockCount, 0)).toBe(Math.min(volume.blockCount, 20 * layout.stripeBlocks))
        expect(sliceBlocks(layout, volume.blockCount) % layout.stripeBlocks).toBe(0)
      }),
    )
  })
})
