import { MIB, BLOCK_BYTES, KIB } from '../../base/units'
import { present } from '../../base/assert'
import type { ArrayConfiguration, DriveEntry, RaidGroup, RaidLevel } from '../../contract/configuration'
import { layoutOf } from '../../core/raid/geometry'
import { SUPERBLOCK_AREA_BLOCKS } from '../../core/raid/superblock-area'
import type { ExerciseVolume, SimulatedWorld } from '../format/exercise'

const CHUNK_BLOCKS = (64 * KIB) / BLOCK_BYTES
const MIB_BLOCKS = MIB / BLOCK_BYTES

/** How many drives a group of a level takes, and how many of them hold data; `fromEnd`: the last drives of the array. */
const SHAPES: Readonly<Record<RaidLevel, { readonly drives: number; readonly data: number; readonly fromEnd?: boolean }>> = {
  raid5: { drives: 4, data: 3 },
  raid6: { drives: 5, data: 3 },
  raid1: { drives: 2, data: 1, fromEnd: true },
  raid10: { drives: 4, data: 2, fromEnd: true },
  raid0: { drives: 2, data: 2 },
  linear: { drives: 2, data: 2 },
}

/** The fewest drives with which the volumes of a world can be made. */
export function leastDrives(volumes: readonly ExerciseVolume[]): number {
  return Math.max(...volumes.map(({ level }) => SHAPES[level].drives))
}

/** Of each drive, so that all volumes have room and some is left to create others. */
export function driveBlocksOf({ volumes }: Pick<SimulatedWorld, 'volumes'>): number {
  const sections = levelsOf(volumes).map((level) => sectionBlocks(level, volumes))
  return SUPERBLOCK_AREA_BLOCKS + sections.reduce((sum, blocks) => sum + blocks, 0) + 2 * MIB_BLOCKS
}

/** One group for each level that a volume has, named after it as in a new lab: r5, r1. Volumes have the LUNs 0, 1, and so on. */
export function exerciseConfiguration(
  { volumes }: Pick<SimulatedWorld, 'volumes'>,
  arrayId: string,
): (drives: readonly DriveEntry[]) => ArrayConfiguration {
  return (drives) => {
    const nextBlock = new Map<number, number>()
    const groups = levelsOf(volumes).map((level, id) => groupOf(level, { id, volumes, drives, nextBlock }))
    const nextInGroup = new Map<number, number>()
    return {
      arrayId,
      name: 'Takeover Lab',
      drives: [...drives],
      groups,
      volumes: volumes.map(({ name, mebibytes, level, owner }, id) => {
        const group = present(groups[levelsOf(volumes).indexOf(level)], `group of ${level}`)
        const { stripeBlocks } = layoutOf(group)
        const firstBlock = nextInGroup.get(group.id) ?? 0
        const blockCount = Math.ceil((mebibytes * MIB_BLOCKS) / stripeBlocks) * stripeBlocks
        nextInGroup.set(group.id, firstBlock + blockCount)
        const serial = (0xa1 + id).toString(16).padStart(16, '0')
        return { id, serial, name, groupId: group.id, firstBlock, blockCount, preferredOwner: owner }
      }),
      luns: volumes.map((_, id) => ({ lun: id, volumeId: id })),
    }
  }
}

function levelsOf(volumes: readonly ExerciseVolume[]): readonly RaidLevel[] {
  return [...new Set(volumes.map(({ level }) => level))]
}

/** Twice what its volumes need, so that more can be created. */
function sectionBlocks(level: RaidLevel, volumes: readonly ExerciseVolume[]): number {
  const mebibytes = volumes.reduce((sum, volume) => sum + (volume.level === level ? volume.mebibytes : 0), 0)
  return Math.ceil((2 * mebibytes * MIB_BLOCKS) / SHAPES[level].data / CHUNK_BLOCKS + 1) * CHUNK_BLOCKS
}

function groupOf(
  level: RaidLevel,
  parts: {
    readonly id: number
    readonly volumes: readonly ExerciseVolume[]
    readonly drives: readonly DriveEntry[]
    readonly nextBlock: Map<number, number>
  },
): RaidGroup {
  const { id, volumes, drives, nextBlock } = parts
  const { drives: count, fromEnd = false } = SHAPES[level]
  const blockCount = sectionBlocks(level, volumes)
  const members = fromEnd ? drives.slice(-count) : drives.slice(0, count)
  const sections = members.map(({ index }) => {
    const firstBlock = nextBlock.get(index) ?? SUPERBLOCK_AREA_BLOCKS
    nextBlock.set(index, firstBlock + blockCount)
    return { drive: index, firstBlock, blockCount }
  })
  return { id, name: level.replace('raid', 'r'), level, chunkBlocks: CHUNK_BLOCKS, sections }
}
