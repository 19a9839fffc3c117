import { assert } from '../../base/assert'
import type { ArrayConfiguration, Volume } from '../../contract/configuration'
import { layoutOf, placeOf, type DrivePlace, type GroupLayout } from './geometry'
import { driveAreas, sliceBlocks } from './space'

/** A block as a host sees it. */
export interface VolumeBlock {
  readonly volumeId: number
  readonly block: number
}

/** What stands at a block of a drive. */
export type Occupant =
  | { readonly kind: 'superblock' | 'free' }
  /** The end of a section that its level cannot use. */
  | { readonly kind: 'spare'; readonly groupId: number; readonly member: number }
  /** `mirror` is a copy that is not read while all is well. Without `volume`: no volume is there. */
  | { readonly kind: 'data' | 'mirror'; readonly groupId: number; readonly member: number; readonly groupBlock: number; readonly volume?: VolumeBlock }
  /** Parity of the stripe that begins at `groupBlock`; `volumeId` is the volume that the stripe belongs to. */
  | { readonly kind: 'parity'; readonly groupId: number; readonly member: number; readonly groupBlock: number; readonly blockCount: number; readonly volumeId?: number }

/** The reverse of `locate`. The configuration must be valid and the block on the drive. */
export function occupantOf(configuration: ArrayConfiguration, drive: number, driveBlock: number): Occupant {
  const area = driveAreas(configuration, drive).find((candidate) => driveBlock < candidate.firstBlock + candidate.blockCount)
  assert(area !== undefined && driveBlock >= 0, `drive ${drive} has no block ${driveBlock}`)
  if (!('groupId' in area)) return { kind: area.kind }
  const { groupId, member } = area
  if (area.kind === 'spare') return { kind: 'spare', groupId, member }

  const group = configuration.groups.find((candidate) => candidate.id === groupId)
  assert(group !== undefined, `there is no group ${groupId}`)
  const layout = layoutOf(group)
  const { role, groupBlock } = layout.rule.occupant(layout, member, driveBlock - area.firstBlock)
  const volume = volumeOfSlice(configuration, layout, groupBlock)
  if (role === 'parity') {
    const parity = { kind: role, groupId, member, groupBlock, blockCount: layout.stripeBlocks } as const
    return volume === undefined ? parity : { ...parity, volumeId: volume.id }
  }
  const data = { kind: role, groupId, member, groupBlock } as const
  const block = volume === undefined ? -1 : groupBlock - volume.firstBlock
  return volume === undefined || block >= volume.blockCount ? data : { ...data, volume: { volumeId: volume.id, block } }
}

/** A run of one chunk on one drive. Parity has the first block of its stripe as `volumeBlock`. */
export interface MapCell extends DrivePlace {
  readonly role: 'data' | 'mirror' | 'parity'
  readonly volumeBlock: number
  readonly blockCount: number
}

/** One stripe of a volume, as it is drawn: cells in order of the members. */
export interface MapStripe {
  /** Counted from the beginning of the volume. */
  readonly stripe: number
  readonly firstBlock: number
  readonly blockCount: number
  readonly cells: readonly MapCell[]
}

/** How many stripes a volume has: the rows of its map. */
export function stripesOfVolume(layout: GroupLayout, volume: Volume): number {
  return Math.ceil(volume.blockCount / layout.stripeBlocks)
}

/** Where some stripes of a volume stand on the drives; stripes beyond its end are left out. */
export function volumeMap(layout: GroupLayout, volume: Volume, range: { readonly firstStripe: number; readonly stripeCount: number }): MapStripe[] {
  const end = Math.min(range.firstStripe + range.stripeCount, stripesOfVolume(layout, volume))
  const stripes: MapStripe[] = []
  for (let stripe = Math.max(0, range.firstStripe); stripe < end; stripe++) {
    const firstBlock = stripe * layout.stripeBlocks
    const blockCount = Math.min(layout.stripeBlocks, volume.blockCount - firstBlock)
    stripes.push({ stripe, firstBlock, blockCount, cells: cellsOf(layout, volume, { firstBlock, blockCount }) })
  }
  return stripes
}

function cellsOf(layout: GroupLayout, volume: Volume, range: { readonly firstBlock: number; readonly blockCount: number }): MapCell[] {
  const { rule, chunkBlocks } = layout
  const cells: MapCell[] = []
  for (let done = 0; done < range.blockCount; done += chunkBlocks) {
    const volumeBlock = range.firstBlock + done
    const groupBlock = volume.firstBlock + volumeBlock
    const blockCount = Math.min(chunkBlocks, range.blockCount - done)
    const member = rule.memberOf(layout, groupBlock)
    const memberBlock = rule.memberBlockOf(layout, groupBlock)
    cells.push({ ...placeOf(layout, member, memberBlock), role: 'data', volumeBlock, blockCount })
    if (layout.level !== 'raid1') continue
    for (let copy = 0; copy < layout.sections.length; copy++) {
      if (copy !== member) cells.push({ ...placeOf(layout, copy, memberBlock), role: 'mirror', volumeBlock, blockCount })
    }
  }
  const groupStripe = (volume.firstBlock + range.firstBlock) / layout.stripeBlocks
  const parity = rule.parityMemberOf(layout, groupStripe)
  if (parity >= 0) {
    const blockCount = Math.min(chunkBlocks, range.blockCount)
    cells.push({ ...placeOf(layout, parity, groupStripe * chunkBlocks), role: 'parity', volumeBlock: range.firstBlock, blockCount })
  }
  return cells.sort((a, b) => a.member - b.member)
}

function volumeOfSlice(configuration: ArrayConfiguration, layout: GroupLayout, groupBlock: number): Volume | undefined {
  return configuration.volumes.find(
    (volume) =>
      volume.groupId === layout.groupId && groupBlock >= volume.firstBlock && groupBlock < volume.firstBlock + sliceBlocks(layout, volume.blockCount),
  )
}
