import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import {
  arrayConfigurationSchema,
  type ArrayConfiguration,
  type DriveEntry,
  type Volume,
} from '../../../../src-main/contract/configuration'
import { defaultConfiguration } from '../../../../src-main/core/raid/default-configuration'
import { layoutOf } from '../../../../src-main/core/raid/geometry'
import { driveAreas, freeOfDrive, freeSlices, largestFreeSlice, placeVolume, sliceBlocks } from '../../../../src-main/core/raid/space'
import { validateConfiguration } from '../../../../src-main/core/raid/validation'

const SERIALS = ['0123456789abcdef', 'fedcba9876543210'] as const

function drivesOf(sizes: readonly number[]): DriveEntry[] {
  return sizes.map((blockCount, index) => ({ index, id: `drive-${index}`, blockCount }))
}

function made(sizes: readonly number[]): ArrayConfiguration {
  const result = defaultConfiguration({ arrayId: 'array-1', drives: drivesOf(sizes), serials: SERIALS })
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

const six = (): ArrayConfiguration => made(new Array<number>(6).fill(524_288))

describe('the default configuration', () => {
  it('of six drives has the two groups with their volumes, two more groups and free space', () => {
    const { groups, volumes, luns, drives } = six()
    expect(groups.map(({ name, level, sections }) => [name, level, sections.map(({ drive }) => drive)])).toEqual([
      ['r5', 'raid5', [0, 1, 2, 3]],
      ['r1', 'raid1', [4, 5]],
      ['r0', 'raid0', [0, 1]],
      ['linear', 'linear', [4, 5]],
    ])
    expect(volumes.map(({ id, name, groupId, preferredOwner }) => [id, name, groupId, preferredOwner])).toEqual([
      [0, 'alpha', 0, 'a'],
      [1, 'bravo', 1, 'b'],
    ])
    expect(luns).toEqual([
      { lun: 0, volumeId: 0 },
      { lun: 1, volumeId: 1 },
    ])
    for (const { index } of drives)
      expect(freeOfDrive(six(), index).reduce((sum, { blockCount }) => sum + blockCount, 0)).toBeGreaterThan(50_000)
  })

  it('is valid and leaves room in every group, for 4 to 24 drives of any size', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 32_768, max: 4_000_000 }), { minLength: 4, maxLength: 24 }), (sizes) => {
        const configuration = made(sizes)
        expect(v.safeParse(arrayConfigurationSchema, configuration).success).toBe(true)
        for (const group of configuration.groups) {
          const layout = layoutOf(group)
          expect(largestFreeSlice(layout, configuration.volumes)).toBeGreaterThanOrEqual(layout.usableBlocks / 2)
        }
        for (const { index, blockCount } of configuration.drives) {
          expect(driveAreas(configuration, index).reduce((sum, area) => sum + area.blockCount, 0)).toBe(blockCount)
        }
      }),
    )
  })

  it.each([
    [[32_768, 32_768, 32_768], '4 to 24 drives, not 3'],
    [new Array<number>(25).fill(32_768), '4 to 24 drives, not 25'],
    [[32_768, 32_768, 32_767, 32_768], 'Drive 2 is too small'],
  ])('is refused for drives of %j', (sizes, sentence) => {
    const result = defaultConfiguration({ arrayId: 'array-1', drives: drivesOf(sizes), serials: SERIALS })
    expect(result.ok ? '' : result.error.message).toContain(sentence)
  })
})

describe('space for volumes', () => {
  it('is found where it fits first, and never where a volume is', () => {
    const configuration = six()
    const layout = layoutOf(configuration.groups[0]!)
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 200_000 })), { maxLength: 40 }), (steps) => {
        let volumes: Volume[] = []
        steps.forEach(([remove, size], index) => {
          if (remove && volumes.length > 0) {
            volumes = volumes.filter((_, at) => at !== size % volumes.length)
            return
          }
          const firstBlock = placeVolume(layout, volumes, size)
          if (firstBlock === undefined) {
            expect(largestFreeSlice(layout, volumes)).toBeLessThan(size)
            return
          }
          const serial = index.toString(16).padStart(16, '0')
          volumes.push({ id: index, serial, name: `v${index}`, groupId: 0, firstBlock, blockCount: size, preferredOwner: 'a' })
          const checked = validateConfiguration({ ...configuration, volumes, luns: [] })
          expect(checked.ok ? '' : checked.error.message).toBe('')
        })
        const free = freeSlices(layout, volumes).reduce((sum, slice) => sum + slice.blockCount, 0)
        const taken = volumes.reduce((sum, volume) => sum + sliceBlocks(layout, volume.blockCount), 0)
        expect(free + taken).toBe(layout.usableBlocks)
      }),
    )
  })
})

it('a volume takes all of its last stripe, where no other one may begin', () => {
  const configuration = six()
  const layout = layoutOf(configuration.groups[0]!)
  const volume = (id: number, firstBlock: number, blockCount: number): Volume => {
    return { id, serial: `000000000000000${id}`, name: `v${id}`, groupId: 0, firstBlock, blockCount, preferredOwner: 'a' }
  }
  const long = volume(0, 0, layout.stripeBlocks + 1)
  expect(placeVolume(layout, [long], 1)).toBe(2 * layout.stripeBlocks)
  const checked = validateConfiguration({ ...configuration, volumes: [long, volume(1, layout.stripeBlocks, 1)], luns: [] })
  expect(checked.ok ? '' : checked.error.message).toContain('overlap')
})

describe('a configuration is refused', () => {
  type Change = (configuration: ArrayConfiguration) => void
  const cases: readonly (readonly [string, string, string, Change])[] = [
    ['two drives of one index', 'already-exists', 'Two drives have the index 0.', (c) => void (c.drives[1]!.index = 0)],
    [
      'two drives of one identifier',
      'already-exists',
      'Two drives have the identifier drive-0.',
      (c) => void (c.drives[1]!.id = 'drive-0'),
    ],
    ['an identifier that is not plain', 'bad-parameter', 'must be printable ASCII', (c) => void (c.arrayId = 'ä rray')],
    ['a drive without room', 'bad-parameter', 'Drive 3 has no room', (c) => void (c.drives[3]!.blockCount = 2048)],
    ['two groups of one number', 'already-exists', 'Two groups have the number 0.', (c) => void (c.groups[1]!.id = 0)],
    ['two groups of one name', 'already-exists', 'There is already a group named "r5".', (c) => void (c.groups[1]!.name = 'r5')],
    ['a section on no drive', 'not-found', 'on drive 9, which does not exist', (c) => void (c.groups[0]!.sections[0]!.drive = 9)],
    [
      'a section over the superblocks',
      'bad-parameter',
      'where its superblocks are',
      (c) => void (c.groups[0]!.sections[0]!.firstBlock = 2047),
    ],
    [
      'a section beyond the drive',
      'no-space',
      'goes beyond the end of drive 0',
      (c) => void (c.groups[0]!.sections[0]!.firstBlock = 500_000),
    ],
    [
      'a section one block beyond the drive',
      'no-space',
      'goes beyond the end of drive 0',
      (c) => void (c.groups[0]!.sections[0]!.firstBlock = c.drives[0]!.blockCount - c.groups[0]!.sections[0]!.blockCount + 1),
    ],
    [
      'sections that overlap',
      'conflict',
      'Sections of groups "r5" and "r0" overlap on drive 0.',
      (c) => void (c.groups[2]!.sections[0]!.firstBlock -= 8),
    ],
    [
      'too few sections for two parities',
      'bad-parameter',
      'has 3 sections; RAID-6 needs at least 4',
      (c) => void (c.groups[0] = { ...c.groups[0]!, level: 'raid6', sections: c.groups[0]!.sections.slice(1) }),
    ],
    ['too few sections', 'bad-parameter', 'has 2 sections; RAID-5 needs at least 3', (c) => void c.groups[0]!.sections.splice(2)],
    [
      'two copies on one drive',
      'bad-parameter',
      'has two sections on one drive; RAID-1',
      (c) => void (c.groups[1]!.sections[1] = { drive: 4, firstBlock: 450_000, blockCount: 4096 }),
    ],
    ['a section shorter than a chunk', 'bad-parameter', 'shorter than one chunk', (c) => void (c.groups[2]!.sections[1]!.blockCount = 100)],
    ['an odd chunk', 'bad-parameter', 'must be a multiple of 8 blocks', (c) => void (c.groups[0]!.chunkBlocks = 12)],
    ['a volume in no group', 'not-found', 'is in group 7, which does not exist', (c) => void (c.volumes[0]!.groupId = 7)],
    [
      'a volume that is not aligned',
      'bad-parameter',
      'must begin at a multiple of 384 blocks',
      (c) => void (c.volumes[0]!.firstBlock = 128),
    ],
    ['a volume beyond its group', 'no-space', 'goes beyond the end of its group', (c) => void (c.volumes[0]!.blockCount = 1_000_000)],
    [
      'volumes that overlap',
      'conflict',
      'Volumes "alpha" and "bravo" overlap.',
      (c) => void Object.assign(c.volumes[1]!, { groupId: 0, firstBlock: 384 }),
    ],
    ['two volumes of one number', 'already-exists', 'Two volumes have the number 0.', (c) => void (c.volumes[1]!.id = 0)],
    ['two volumes of one name', 'already-exists', 'There is already a volume named "alpha".', (c) => void (c.volumes[1]!.name = 'alpha')],
    [
      'two volumes of one serial number',
      'already-exists',
      'Two volumes have the serial number',
      (c) => void (c.volumes[1]!.serial = SERIALS[0]),
    ],
    ['one LUN twice', 'already-exists', 'LUN 0 is already mapped.', (c) => void (c.luns[1]!.lun = 0)],
    ['one volume behind two LUNs', 'already-exists', 'Volume 0 is already mapped', (c) => void (c.luns[1]!.volumeId = 0)],
    ['a LUN without a volume', 'not-found', 'LUN 1 is mapped to volume 5', (c) => void (c.luns[1]!.volumeId = 5)],
  ]

  it.each(cases)('for %s', (_, code, sentence, change) => {
    const configuration = structuredClone(six())
    change(configuration)
    const result = validateConfiguration(configuration)
    expect(
      result.ok ? undefined : { code: result.error.code, told: result.error.message.includes(sentence), message: result.error.message },
    ).toMatchObject({ code, told: true })
  })
})
