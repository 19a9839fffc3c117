import { BLOCK_BYTES, KIB } from '../base/units'
import type { ArrayState } from '../contract/array-state'
import type { RaidGroup } from '../contract/configuration'
import { layoutOf } from '../core/raid/geometry'
import { SUPERBLOCK_AREA_BLOCKS } from '../core/raid/superblock'
import type { DriveFile } from '../platform/drive-files'

const CHUNK_BLOCKS = (64 * KIB) / BLOCK_BYTES
/** Shares of a drive behind the superblocks. The rest stays free for groups to come. */
const RAID5_SHARE = 0.5
const RAID1_SHARE = 0.3
/** Of each group, so that there is room for volumes that a person makes. */
const VOLUME_SHARE = 0.5

/**
 * What a new lab has: a RAID-5 group over sections of all drives but the last, with a volume preferred by A, and a
 * RAID-1 group over sections of the last two, with one preferred by B.
 */
export function defaultArrayState(options: { readonly arrayId: string; readonly drives: readonly DriveFile[]; readonly serials: readonly [string, string] }): ArrayState {
  const { arrayId, drives, serials } = options
  const blockCount = Math.min(...drives.map((drive) => drive.blockCount))
  const raid5Blocks = wholeChunks((blockCount - SUPERBLOCK_AREA_BLOCKS) * RAID5_SHARE)
  const raid1Blocks = wholeChunks((blockCount - SUPERBLOCK_AREA_BLOCKS) * RAID1_SHARE)
  const raid5Drives = drives.slice(0, Math.max(3, drives.length - 1))
  const raid1Drives = drives.slice(-2)
  const raid5: RaidGroup = {
    id: 0,
    name: 'Group 1',
    level: 'raid5',
    chunkBlocks: CHUNK_BLOCKS,
    sections: raid5Drives.map(({ index }) => ({ drive: index, firstBlock: SUPERBLOCK_AREA_BLOCKS, blockCount: raid5Blocks })),
  }
  const raid1: RaidGroup = {
    id: 1,
    name: 'Group 2',
    level: 'raid1',
    chunkBlocks: CHUNK_BLOCKS,
    sections: raid1Drives.map(({ index }) => ({ drive: index, firstBlock: SUPERBLOCK_AREA_BLOCKS + raid5Blocks, blockCount: raid1Blocks })),
  }
  return {
    generation: 1,
    configuration: {
      arrayId,
      name: 'Array 1',
      drives: drives.map(({ index, id, blockCount: blocks }) => ({ index, id, blockCount: blocks })),
      groups: [raid5, raid1],
      volumes: [
        { id: 0, serial: serials[0], name: 'Volume 1', groupId: 0, firstBlock: 0, blockCount: volumeBlocks(raid5), preferredOwner: 'a' },
        { id: 1, serial: serials[1], name: 'Volume 2', groupId: 1, firstBlock: 0, blockCount: volumeBlocks(raid1), preferredOwner: 'b' },
      ],
      luns: [
        { lun: 0, volumeId: 0 },
        { lun: 1, volumeId: 1 },
      ],
    },
    ownership: [
      { volumeId: 0, owner: 'a', epoch: 1 },
      { volumeId: 1, owner: 'b', epoch: 1 },
    ],
    serviceOwner: 'a',
    serviceEpoch: 1,
    dispatchScheme: 'serve-locally',
    automaticGiveback: true,
    completedRequests: [],
  }
}

function volumeBlocks(group: RaidGroup): number {
  const layout = layoutOf(group)
  return Math.max(1, Math.floor(layout.stripeCount * VOLUME_SHARE)) * layout.stripeBlocks
}

function wholeChunks(blocks: number): number {
  return Math.floor(blocks / CHUNK_BLOCKS) * CHUNK_BLOCKS
}
