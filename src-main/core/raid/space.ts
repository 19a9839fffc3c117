import type { ArrayConfiguration, RaidGroup, Volume } from '../../contract/configuration'
import { SUPERBLOCK_AREA_BLOCKS } from './superblock-area'
import { layoutOf, type GroupLayout } from './geometry'
import type { BlockRun } from './levels/level'

export type { BlockRun } from './levels/level'

/** What a part of a drive is used for. `spare` is the end of a section that its level cannot use. */
export type DriveArea =
  | ({ readonly kind: 'superblock' | 'free' } & BlockRun)
  | ({ readonly kind: 'section' | 'spare'; readonly groupId: number; readonly member: number } & BlockRun)

/** A run of blocks of one group that belongs to a volume. */
export interface VolumeSlice extends BlockRun {
  readonly groupId: number
}

/** The slices of a volume, in the order of its blocks. A slice begins with a stripe and occupies all of its last one. */
export function slicesOf({ groupId, firstBlock, blockCount }: Volume): readonly VolumeSlice[] {
  return [{ groupId, firstBlock, blockCount }]
}

/** Whether any of it is in this group. */
export function isInGroup(volume: Volume, groupId: number): boolean {
  return slicesOf(volume).some((slice) => slice.groupId === groupId)
}

/** How many blocks of its group a slice occupies: whole stripes, so that no two slices share one. */
export function sliceBlocks(layout: GroupLayout, blockCount: number): number {
  return Math.ceil(blockCount / layout.stripeBlocks) * layout.stripeBlocks
}

/** The blocks of a member that a slice occupies; `blockCount` is 0 if there are none. */
export function memberRunOf(layout: GroupLayout, member: number, { firstBlock, blockCount }: BlockRun): BlockRun {
  return layout.rule.memberRun(layout, member, { firstBlock, blockCount: sliceBlocks(layout, blockCount) })
}

/** Space that no volume occupies, in ascending order; each run begins and ends with a stripe. */
export function freeSlices(layout: GroupLayout, volumes: readonly Volume[]): BlockRun[] {
  const taken = volumes
    .flatMap(slicesOf)
    .filter(({ groupId }) => groupId === layout.groupId)
    .sort((a, b) => a.firstBlock - b.firstBlock)
  const free: BlockRun[] = []
  let from = 0
  for (const slice of taken) {
    if (slice.firstBlock > from) free.push({ firstBlock: from, blockCount: slice.firstBlock - from })
    from = Math.max(from, slice.firstBlock + sliceBlocks(layout, slice.blockCount))
  }
  if (from < layout.usableBlocks) free.push({ firstBlock: from, blockCount: layout.usableBlocks - from })
  return free
}

/** The first block for a new volume, in the first free slice that is large enough. Undefined if there is none. */
export function placeVolume(layout: GroupLayout, volumes: readonly Volume[], volumeBlocks: number): number | undefined {
  return freeSlices(layout, volumes).find((slice) => slice.blockCount >= volumeBlocks)?.firstBlock
}

/** The largest volume that can still be made in a group; 0 if it is full. */
export function largestFreeSlice(layout: GroupLayout, volumes: readonly Volume[]): number {
  return freeSlices(layout, volumes).reduce((largest, slice) => Math.max(largest, slice.blockCount), 0)
}

/** All areas of a drive, in ascending order and without gaps. The configuration must be valid. */
export function driveAreas(configuration: ArrayConfiguration, drive: number): DriveArea[] {
  const blockCount = configuration.drives.find((entry) => entry.index === drive)?.blockCount ?? 0
  const areas: DriveArea[] = []
  let from = 0
  const add = (area: DriveArea): void => {
    if (area.firstBlock > from) areas.push({ kind: 'free', firstBlock: from, blockCount: area.firstBlock - from })
    if (area.blockCount > 0) areas.push(area)
    from = area.firstBlock + area.blockCount
  }
  add({ kind: 'superblock', firstBlock: 0, blockCount: Math.min(SUPERBLOCK_AREA_BLOCKS, blockCount) })
  const sections = configuration.groups.flatMap((group) => sectionAreas(group, drive))
  for (const area of sections.sort((a, b) => a.firstBlock - b.firstBlock)) add(area)
  if (from < blockCount) areas.push({ kind: 'free', firstBlock: from, blockCount: blockCount - from })
  return areas
}

/** Space of a drive that no section occupies, in ascending order. */
export function freeOfDrive(configuration: ArrayConfiguration, drive: number): BlockRun[] {
  return driveAreas(configuration, drive)
    .filter((area) => area.kind === 'free')
    .map(({ firstBlock, blockCount }) => ({ firstBlock, blockCount }))
}

function sectionAreas(group: RaidGroup, drive: number): DriveArea[] {
  const { memberBlocks } = layoutOf(group)
  return group.sections.flatMap((section, member): DriveArea[] => {
    if (section.drive !== drive) return []
    const used = memberBlocks[member] ?? 0
    return [
      { kind: 'section', groupId: group.id, member, firstBlock: section.firstBlock, blockCount: used },
      { kind: 'spare', groupId: group.id, member, firstBlock: section.firstBlock + used, blockCount: section.blockCount - used },
    ]
  })
}
