import type { ArrayState } from '../contract/array-state'
import type { ArrayConfiguration, DriveEntry, RaidGroup, RaidLevel, Volume } from '../contract/configuration'
import { defaultConfiguration } from '../core/raid/default-configuration'
import { layoutOf } from '../core/raid/geometry'
import { SUPERBLOCK_AREA_BLOCKS } from '../core/raid/superblock-area'
import { validateConfiguration } from '../core/raid/validation'
import type { DriveMedium } from './drive-medium'

/** An array with the groups of a new lab on the same drives, but smaller, so that hosts soon reach each end and border of it. */
export interface SmallArray {
  readonly chunkBlocks: number
  /** Of each group. */
  readonly stripes: number
  /** There are volumes without redundancy, and one more with parity. */
  readonly hasMoreVolumes: boolean
  /** RAID 6 and RAID 10 in the place of RAID 5 and RAID 1, over more drives. */
  readonly survivesMore?: boolean
}

/** So many that most of them remain where two of RAID 6 and one of each pair of RAID 10 are hurt. */
const MORE_DRIVES = 9

const ARRAY_ID = 'simulated-array'

/** Undefined: as many as in a new lab. */
export function driveCountOf(small: SmallArray | undefined): number | undefined {
  return small?.survivesMore === true ? MORE_DRIVES : undefined
}

/** The array state on the drives of a new world: the same array as in a new lab, a small one, or any other. */
export function firstState(
  media: readonly DriveMedium[],
  array?: SmallArray | ((drives: readonly DriveEntry[]) => ArrayConfiguration),
): ArrayState {
  const drives = media.map(({ index, blockCount }) => ({ index, id: `drive-${index}`, blockCount }))
  const configuration =
    array === undefined
      ? defaultConfiguration({ arrayId: ARRAY_ID, drives, serials: [serialOf(0), serialOf(1)] })
      : validateConfiguration(typeof array === 'function' ? array(drives) : smallConfiguration(drives, array))
  if (!configuration.ok) throw new RangeError(configuration.error.message)
  return {
    generation: 1,
    configuration: configuration.value,
    ownership: configuration.value.volumes.map(({ id, preferredOwner }) => ({ volumeId: id, owner: preferredOwner, epoch: 1 })),
    serviceOwner: 'a',
    serviceEpoch: 1,
    dispatchScheme: 'serve-locally',
    automaticGiveback: true,
    completedRequests: [],
  }
}

function smallConfiguration(drives: readonly DriveEntry[], small: SmallArray): ArrayConfiguration {
  const { chunkBlocks, stripes, hasMoreVolumes, survivesMore = false } = small
  const sectionBlocks = chunkBlocks * stripes
  const nextBlock = new Map<number, number>()
  const section = (drive: number): RaidGroup['sections'][number] => {
    const firstBlock = nextBlock.get(drive) ?? SUPERBLOCK_AREA_BLOCKS
    nextBlock.set(drive, firstBlock + sectionBlocks)
    return { drive, firstBlock, blockCount: sectionBlocks }
  }
  const group = (id: number, name: string, level: RaidLevel, over: readonly number[]): RaidGroup => {
    return { id, name, level, chunkBlocks, sections: over.map(section) }
  }
  const parity = survivesMore ? group(0, 'r6', 'raid6', [0, 1, 2, 3, 4]) : group(0, 'r5', 'raid5', [0, 1, 2, 3])
  const copies = survivesMore ? group(1, 'r10', 'raid10', [5, 6, 7, 8]) : group(1, 'r1', 'raid1', [4, 5])
  // Without a section on most drives: they may fail and cost nothing.
  const r0 = group(2, 'r0', 'raid0', [0, 1])
  const linear = group(3, 'linear', 'linear', [1, survivesMore ? 5 : 4])
  const volumes = [volumeIn(parity, 0, 'alpha'), volumeIn(copies, 1, 'bravo')]
  if (hasMoreVolumes) volumes.push(volumeIn(r0, 2, 'charlie'), volumeIn(linear, 3, 'delta'), volumeIn(parity, 4, 'echo', 1))
  return {
    arrayId: ARRAY_ID,
    name: 'Takeover Lab',
    drives: [...drives],
    groups: [parity, copies, r0, linear],
    volumes,
    luns: volumes.map(({ id }) => ({ lun: id, volumeId: id })),
  }
}

/** A bit more than a third of a group; its last stripe is not whole. */
function volumeIn(group: RaidGroup, id: number, name: string, place = 0): Volume {
  const { stripeBlocks, stripeCount } = layoutOf(group)
  const stripes = Math.floor(stripeCount * 0.4)
  const blockCount = stripes * stripeBlocks - 3
  return {
    id,
    serial: serialOf(id),
    name,
    groupId: group.id,
    firstBlock: place * stripes * stripeBlocks,
    blockCount,
    preferredOwner: id % 2 === 0 ? 'a' : 'b',
  }
}

function serialOf(id: number): string {
  return `00000000000000${'abcdef'[id] ?? 'f'}1`
}
