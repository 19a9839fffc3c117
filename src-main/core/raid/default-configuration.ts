import { failure, type Result } from '../../base/result'
import { BLOCK_BYTES, KIB, MIB } from '../../base/units'
import type { ArrayConfiguration, DriveEntry, RaidGroup, Volume } from '../../contract/configuration'
import { LIMITS } from '../../contract/limits'
import type { ServiceError } from '../../contract/service-request'
import { layoutOf } from './geometry'
import { SUPERBLOCK_AREA_BLOCKS } from './superblock-area'
import { validateConfiguration } from './validation'

const CHUNK_BLOCKS = (64 * KIB) / BLOCK_BYTES
const MIN_DRIVES = 4
const MIN_DRIVE_BLOCKS = (16 * MIB) / BLOCK_BYTES
/** The most drives that the RAID-5 group takes; more would make its stripes long. */
const MAX_PARITY_DRIVES = LIMITS.parityGroupDrives
/** The share of a group that its first volume takes, so that people have room to create more. */
const VOLUME_SHARE = 0.4

/**
 * The configuration of a new lab: a RAID-5 group over the first drives and a RAID-1 group over two more, with a volume on each; a
 * RAID-0 and a linear group to try out; and some free space. With four drives, the RAID-5 and RAID-1 groups share drives.
 * `serials` are the serial numbers of the two volumes, 16 hex digits each.
 */
export function defaultConfiguration(options: {
  readonly arrayId: string
  readonly drives: readonly DriveEntry[]
  readonly serials: readonly [string, string]
}): Result<ArrayConfiguration, ServiceError> {
  const { arrayId, drives, serials } = options
  if (drives.length < MIN_DRIVES || drives.length > LIMITS.drives) {
    const message = `An array needs ${MIN_DRIVES} to ${LIMITS.drives} drives, not ${drives.length}.`
    return failure({ code: 'bad-parameter', message, field: 'drives' })
  }
  const small = drives.find((drive) => drive.blockCount < MIN_DRIVE_BLOCKS)
  if (small !== undefined) {
    return failure({ code: 'bad-parameter', message: `Drive ${small.index} is too small: a drive needs at least 16 MiB.`, field: 'drives' })
  }
  const groups = groupsOver(drives)
  const [r5, r1] = groups
  return validateConfiguration({
    arrayId,
    name: 'Takeover Lab',
    drives: [...drives],
    groups,
    volumes: [
      { ...sliceOf(r5), id: 0, serial: serials[0], name: 'alpha', preferredOwner: 'a' },
      { ...sliceOf(r1), id: 1, serial: serials[1], name: 'bravo', preferredOwner: 'b' },
    ],
    luns: [
      { lun: 0, volumeId: 0 },
      { lun: 1, volumeId: 1 },
    ],
  })
}

function groupsOver(drives: readonly DriveEntry[]): [RaidGroup, RaidGroup, RaidGroup, RaidGroup] {
  const apart = drives.length > MIN_DRIVES
  const parityCount = apart ? Math.min(drives.length - 2, MAX_PARITY_DRIVES) : drives.length
  const parityDrives = drives.slice(0, parityCount)
  const mirrorDrives = apart ? drives.slice(parityCount, parityCount + 2) : drives.slice(-2)
  const allot = allotment()
  return [
    groupOf({ id: 0, name: 'r5', level: 'raid5' }, allot(parityDrives, apart ? 0.6 : 0.4)),
    groupOf({ id: 1, name: 'r1', level: 'raid1' }, allot(mirrorDrives, apart ? 0.6 : 0.3)),
    groupOf({ id: 2, name: 'r0', level: 'raid0' }, allot(parityDrives.slice(0, 2), 0.2)),
    groupOf({ id: 3, name: 'linear', level: 'linear' }, [...allot(mirrorDrives.slice(0, 1), 0.1), ...allot(mirrorDrives.slice(1), 0.15)]),
  ]
}

/** Allots sections one after the other on each drive. Sections of one call have the same size, a share of the smallest drive. */
function allotment(): (drives: readonly DriveEntry[], share: number) => RaidGroup['sections'] {
  const nextBlock = new Map<number, number>()
  return (drives, share) => {
    const smallest = Math.min(...drives.map((drive) => drive.blockCount)) - SUPERBLOCK_AREA_BLOCKS
    const blockCount = Math.floor((smallest * share) / CHUNK_BLOCKS) * CHUNK_BLOCKS
    return drives.map((drive) => {
      const firstBlock = nextBlock.get(drive.index) ?? SUPERBLOCK_AREA_BLOCKS
      nextBlock.set(drive.index, firstBlock + blockCount)
      return { drive: drive.index, firstBlock, blockCount }
    })
  }
}

function groupOf(head: Pick<RaidGroup, 'id' | 'name' | 'level'>, sections: RaidGroup['sections']): RaidGroup {
  return { ...head, chunkBlocks: CHUNK_BLOCKS, sections }
}

function sliceOf(group: RaidGroup): Pick<Volume, 'groupId' | 'firstBlock' | 'blockCount'> {
  const layout = layoutOf(group)
  return { groupId: group.id, firstBlock: 0, blockCount: Math.max(1, Math.floor(layout.stripeCount * VOLUME_SHARE)) * layout.stripeBlocks }
}
