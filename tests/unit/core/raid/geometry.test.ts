import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RAID_LEVELS, type ArrayConfiguration, type RaidGroup, type RaidLevel, type Volume } from '../../../../src-main/contract/configuration'
import { extents, layoutOf, locate } from '../../../../src-main/core/raid/geometry'
import { occupantOf, stripesOfVolume, volumeMap } from '../../../../src-main/core/raid/occupancy'
import { driveAreas, sliceBlocks } from '../../../../src-main/core/raid/space'
import { validateConfiguration } from '../../../../src-main/core/raid/validation'

const DRIVE_BLOCKS = 4096

function configurationOf(group: RaidGroup, volumes: Volume[] = []): ArrayConfiguration {
  const drives = Array.from({ length: 8 }, (_, index) => ({ index, id: `drive-${index}`, blockCount: DRIVE_BLOCKS }))
  return { arrayId: 'array', name: 'Array', drives, groups: [group], volumes, luns: [] }
}

function volumeOf(layout: { groupId: number; stripeBlocks: number }, firstStripe: number, blockCount: number): Volume {
  return { id: 0, serial: '0123456789abcdef', name: 'v', groupId: layout.groupId, firstBlock: firstStripe * layout.stripeBlocks, blockCount, preferredOwner: 'a' }
}

const groups = fc
  .record({
    level: fc.constantFrom(...RAID_LEVELS),
    chunkBlocks: fc.constantFrom(8, 16, 64),
    sections: fc.array(fc.record({ firstBlock: fc.integer({ min: 2048, max: 3000 }), blockCount: fc.integer({ min: 64, max: 1000 }) }), { minLength: 3, maxLength: 8 }),
  })
  .map(({ level, chunkBlocks, sections }): RaidGroup => ({ id: 4, name: 'g', level, chunkBlocks, sections: sections.map((section, drive) => ({ drive, ...section })) }))

function exampleOf(level: RaidLevel, memberCount: number): RaidGroup {
  return { id: 0, name: 'g', level, chunkBlocks: 8, sections: Array.from({ length: memberCount }, (_, drive) => ({ drive, firstBlock: 2048, blockCount: 100 })) }
}

describe('the layout of a group', () => {
  it('is left-symmetric for RAID-5', () => {
    const layout = layoutOf(exampleOf('raid5', 4))
    const rows = [0, 1, 2, 3, 4].map((stripe) => {
      const row = ['', '', '', '']
      for (let chunk = 0; chunk < 3; chunk++) row[locate(layout, stripe * 24 + chunk * 8).data.drive] = `${stripe * 3 + chunk}`
      row[locate(layout, stripe * 24).parity!.drive] = 'P'
      return row.join(' ')
    })
    expect(rows).toEqual(['0 1 2 P', '4 5 P 3', '8 P 6 7', 'P 9 10 11', '12 13 14 P'])
  })

  it.each([
    ['linear', { usableBlocks: 4 * 96, stripeBlocks: 8, dataWidth: 1, redundancy: 0 }],
    ['raid0', { usableBlocks: 4 * 96, stripeBlocks: 32, dataWidth: 4, redundancy: 0 }],
    ['raid1', { usableBlocks: 96, stripeBlocks: 8, dataWidth: 1, redundancy: 3 }],
    ['raid5', { usableBlocks: 3 * 96, stripeBlocks: 24, dataWidth: 3, redundancy: 1 }],
  ] as const)('of four sections of 100 blocks in chunks of 8 at %s', (level, expected) => {
    expect(layoutOf(exampleOf(level, 4))).toMatchObject(expected)
  })

  it('uses as much as the smallest section has, but all of them where they follow each other', () => {
    const sections = [100, 60, 90].map((blockCount, drive) => ({ drive, firstBlock: 2048, blockCount }))
    const usable = (level: RaidLevel): number => layoutOf({ id: 0, name: 'g', level, chunkBlocks: 8, sections }).usableBlocks
    expect(RAID_LEVELS.map(usable)).toEqual([96 + 56 + 88, 3 * 56, 56, 2 * 56])
  })

  it('reads the same block of RAID-1 always from the same copy, in turns over all copies', () => {
    const layout = layoutOf({ ...exampleOf('raid1', 3), sections: exampleOf('raid1', 3).sections.map((section) => ({ ...section, blockCount: 640 })) })
    expect(new Set(extents(layout, 0, 640).map(({ drive }) => drive)).size).toBe(3)
  })
})

describe('addresses', () => {
  it('can be turned around: what is located at a place is found there', () => {
    fc.assert(
      fc.property(groups, fc.nat(), (group, position) => {
        const configuration = configurationOf(group)
        expect(validateConfiguration(configuration).ok).toBe(true)
        const layout = layoutOf(group)
        const groupBlock = position % layout.usableBlocks
        const { data, copies, parity, stripe } = locate(layout, groupBlock)
        expect(occupantOf(configuration, data.drive, data.block)).toMatchObject({ kind: 'data', groupId: 4, member: data.member, groupBlock })
        for (const copy of copies) expect(occupantOf(configuration, copy.drive, copy.block)).toMatchObject({ kind: 'mirror', groupBlock })
        if (parity !== undefined) {
          expect(occupantOf(configuration, parity.drive, parity.block)).toMatchObject({ kind: 'parity', groupBlock: stripe * layout.stripeBlocks, blockCount: layout.stripeBlocks })
        }
        expect(copies.length + (parity === undefined ? 0 : 1)).toBe(group.level === 'raid1' ? group.sections.length - 1 : group.level === 'raid5' ? 1 : 0)
      }),
    )
  })

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
          if (parity !== undefined && block % layout.stripeBlocks < layout.chunkBlocks) see({ drive: locate(layout, block).parity!.drive, block: parity.block })
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
    expect(occupantOf(configuration, 2, 3008)).toEqual({ kind: 'data', groupId: 0, member: 2, groupBlock: 16, volume: { volumeId: 0, block: 0 } })
    expect(occupantOf(configuration, 1, 3008)).toEqual({ kind: 'parity', groupId: 0, member: 1, groupBlock: 16, blockCount: 16, volumeId: 0 })
    // The volume has 20 blocks; the rest of its second stripe belongs to nobody.
    expect(occupantOf(configuration, locate(layout, 36).data.drive, locate(layout, 36).data.block)).not.toHaveProperty('volume')
    expect(() => occupantOf(configuration, 0, DRIVE_BLOCKS)).toThrow('no block')
  })
})

describe('the map of a volume', () => {
  it('shows for each stripe what stands where', () => {
    const layout = layoutOf(exampleOf('raid5', 3))
    const rows = volumeMap(layout, volumeOf(layout, 1, 20), { firstStripe: 0, stripeCount: 10 })
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
        const rows = volumeMap(layout, volume, { firstStripe: 0, stripeCount: 20 })
        expect(rows).toHaveLength(Math.min(20, stripesOfVolume(layout, volume)))
        for (const cell of rows.flatMap((row) => row.cells)) {
          const occupant = occupantOf(configuration, cell.drive, cell.block)
          if (cell.role === 'parity') expect(occupant).toMatchObject({ kind: 'parity', volumeId: 0, groupBlock: volume.firstBlock + cell.volumeBlock })
          else expect(occupant).toMatchObject({ volume: { volumeId: 0, block: cell.volumeBlock } })
        }
        const shown = rows.flatMap((row) => row.cells).filter((cell) => cell.role === 'data')
        expect(shown.reduce((sum, cell) => sum + cell.blockCount, 0)).toBe(Math.min(volume.blockCount, 20 * layout.stripeBlocks))
        expect(sliceBlocks(layout, volume.blockCount) % layout.stripeBlocks).toBe(0)
      }),
    )
  })
})
