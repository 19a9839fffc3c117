import { assert } from '../../base/assert'
import type { ArrayConfiguration } from '../../contract/configuration'
import { layoutOf, placeOf, type DrivePlace, type GroupLayout } from '../raid/geometry'
import { driveAreas } from '../raid/space'
import { configuredMap, type ConfiguredGroup } from './configured-map'
import type { MappedGroup, VolumeMap } from './volume-map'
import { stripeCountOf, stripesFrom } from './volume-stripes'

/** A block as a host sees it. */
export interface VolumeBlock {
  readonly volumeId: number
  readonly block: number
}

/** A block of a section that its level uses. */
interface MemberPlace {
  readonly groupId: number
  readonly member: number
  readonly groupBlock: number
}

/** What is at a block of a drive. */
export type Occupant =
  | { readonly kind: 'superblock' | 'free' }
  /** The end of a section that its level cannot use. */
  | { readonly kind: 'spare'; readonly groupId: number; readonly member: number }
  /** `mirror` is a copy that is not normally read. Without `volume`, no volume has the block. */
  | (MemberPlace & { readonly kind: 'data' | 'mirror'; readonly volume?: VolumeBlock })
  /** Parity of the stripe that begins at `groupBlock`; `volumeId` is the volume that the stripe belongs to. */
  | (MemberPlace & { readonly kind: 'parity'; readonly blockCount: number; readonly volumeId?: number })

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
  if (role === 'parity') {
    const owner = volumeHolding(configuration, groupId, groupBlock)
    const parity = { kind: role, groupId, member, groupBlock, blockCount: layout.stripeBlocks } as const
    return owner === undefined ? parity : { ...parity, volumeId: owner.volumeId }
  }
  const data = { kind: role, groupId, member, groupBlock } as const
  const volume = volumeBlockAt(configuration, groupId, groupBlock)
  return volume === undefined ? data : { ...data, volume }
}

/** The block of a volume that is at this block of a group. Undefined if no volume has it. */
export function volumeBlockAt(configuration: ArrayConfiguration, groupId: number, groupBlock: number): VolumeBlock | undefined {
  const owner = volumeHolding(configuration, groupId, groupBlock)
  const block = owner?.map.blockAt(groupId, groupBlock)
  return owner === undefined || block === undefined ? undefined : { volumeId: owner.volumeId, block }
}

/** The volume that has the stripe of this block. */
function volumeHolding(
  configuration: ArrayConfiguration,
  groupId: number,
  groupBlock: number,
): { readonly volumeId: number; readonly map: VolumeMap<ConfiguredGroup> } | undefined {
  for (const volume of configuration.volumes) {
    const map = configuredMap(configuration, volume)
    if (map.sliceHolding(groupId, groupBlock) !== undefined) return { volumeId: volume.id, map }
  }
  return undefined
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

/** Where stripes of a volume are on the drives. Stripes beyond its end are omitted. */
export function mapStripes<G extends MappedGroup>(
  map: VolumeMap<G>,
  range: { readonly firstStripe: number; readonly stripeCount: number },
): MapStripe[] {
  const end = Math.min(range.firstStripe + range.stripeCount, stripeCountOf(map))
  const stripes: MapStripe[] = []
  for (let stripe = Math.max(0, range.firstStripe); stripe < end; stripe++) {
    const { group, firstStripe, volumeBlock } = stripesFrom(map, stripe)
    const blockCount = Math.min(group.layout.stripeBlocks, map.sliceAt(volumeBlock).endBlock - volumeBlock)
    stripes.push({ stripe, firstBlock: volumeBlock, blockCount, cells: cellsOf(group.layout, firstStripe, { volumeBlock, blockCount }) })
  }
  return stripes
}

function cellsOf(layout: GroupLayout, groupStripe: number, range: Pick<MapCell, 'volumeBlock' | 'blockCount'>): MapCell[] {
  const { rule, chunkBlocks } = layout
  const cells: MapCell[] = []
  for (let done = 0; done < range.blockCount; done += chunkBlocks) {
    const volumeBlock = range.volumeBlock + done
    const groupBlock = groupStripe * layout.stripeBlocks + done
    const blockCount = Math.min(chunkBlocks, range.blockCount - done)
    const member = rule.memberOf(layout, groupBlock)
    const memberBlock = rule.memberBlockOf(layout, groupBlock)
    cells.push({ ...placeOf(layout, member, memberBlock), role: 'data', volumeBlock, blockCount })
    for (const copy of rule.copiesOf(layout, groupBlock)) {
      if (copy !== member) cells.push({ ...placeOf(layout, copy, memberBlock), role: 'mirror', volumeBlock, blockCount })
    }
  }
  for (const parity of rule.parityMembersOf(layout, groupStripe)) {
    const blockCount = Math.min(chunkBlocks, range.blockCount)
    cells.push({ ...placeOf(layout, parity, groupStripe * chunkBlocks), role: 'parity', volumeBlock: range.volumeBlock, blockCount })
  }
  return cells.sort((a, b) => a.member - b.member)
}
