import fc from 'fast-check'
import {
  RAID_LEVELS,
  type ArrayConfiguration,
  type RaidGroup,
  type RaidLevel,
  type Volume,
} from '../../../../src-main/contract/configuration'
import { LEVEL_RULES } from '../../../../src-main/core/raid/geometry'

/** Groups and configurations for tests of where things are. */

export const DRIVE_BLOCKS = 4096

export function configurationOf(group: RaidGroup, volumes: Volume[] = []): ArrayConfiguration {
  const drives = Array.from({ length: 8 }, (_, index) => ({ index, id: `drive-${index}`, blockCount: DRIVE_BLOCKS }))
  return { arrayId: 'array', name: 'Array', drives, groups: [group], volumes, luns: [] }
}

export function volumeOf(layout: { groupId: number; stripeBlocks: number }, firstStripe: number, blockCount: number): Volume {
  return {
    id: 0,
    serial: '0123456789abcdef',
    name: 'v',
    groupId: layout.groupId,
    firstBlock: firstStripe * layout.stripeBlocks,
    blockCount,
    preferredOwner: 'a',
  }
}

/** As many members as the level can have, near this count. */
export function fittingCount(level: RaidLevel, count: number): number {
  const { minSections, sectionMultiple } = LEVEL_RULES[level]
  const least = Math.max(count, minSections)
  return least - (least % sectionMultiple)
}

/** One group over some of the drives, at any level. */
export const groups = fc
  .record({
    level: fc.constantFrom(...RAID_LEVELS),
    chunkBlocks: fc.constantFrom(8, 16, 64),
    sections: fc.array(fc.record({ firstBlock: fc.integer({ min: 2048, max: 3000 }), blockCount: fc.integer({ min: 64, max: 1000 }) }), {
      minLength: 4,
      maxLength: 8,
    }),
  })
  .map(({ level, chunkBlocks, sections }): RaidGroup => {
    const members = sections.slice(0, fittingCount(level, sections.length))
    return { id: 4, name: 'g', level, chunkBlocks, sections: members.map((section, drive) => ({ drive, ...section })) }
  })

export function exampleOf(level: RaidLevel, memberCount: number): RaidGroup {
  return {
    id: 0,
    name: 'g',
    level,
    chunkBlocks: 8,
    sections: Array.from({ length: memberCount }, (_, drive) => ({ drive, firstBlock: 2048, blockCount: 100 })),
  }
}
