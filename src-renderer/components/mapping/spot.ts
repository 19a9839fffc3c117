import type { ArrayConfiguration, RaidGroup, Volume } from '../../../src-main/contract/configuration'
import { configuredMap, type ConfiguredGroup } from '../../../src-main/core/mapping/configured-map'
import { mapStripes, occupantOf, type MapStripe } from '../../../src-main/core/mapping/occupancy'
import type { VolumeMap } from '../../../src-main/core/mapping/volume-map'
import { stripeAt, stripeCountOf } from '../../../src-main/core/mapping/volume-stripes'
import { layoutOf, locate, type GroupLayout } from '../../../src-main/core/raid/geometry'

/** The block under the pointer, of a volume or of a drive. */
export type Pointed =
  | { readonly kind: 'volume'; readonly volumeId: number; readonly block: number }
  | { readonly kind: 'drive'; readonly drive: number; readonly block: number }

export interface SpotPlace {
  readonly role: 'data' | 'mirror' | 'parity'
  readonly drive: number
  readonly block: number
}

/** Everything about the spot under the pointer. Without a volume: what is there instead. */
export interface Spot {
  readonly volume?: Volume
  readonly map?: VolumeMap<ConfiguredGroup>
  readonly group?: RaidGroup
  readonly layout?: GroupLayout
  /** Of the volume. */
  readonly block?: number
  readonly stripe?: number | undefined
  readonly places: readonly SpotPlace[]
  readonly pointedRole: 'data' | 'mirror' | 'parity' | 'superblock' | 'free' | 'spare' | 'unused'
}

export function spotOf(configuration: ArrayConfiguration, pointed: Pointed): Spot | undefined {
  return pointed.kind === 'volume'
    ? spotOfVolume(configuration, pointed.volumeId, pointed.block)
    : spotOfDrive(configuration, pointed.drive, pointed.block)
}

function spotOfVolume(configuration: ArrayConfiguration, volumeId: number, block: number): Spot | undefined {
  const volume = configuration.volumes.find((candidate) => candidate.id === volumeId)
  if (volume === undefined || block < 0 || block >= volume.blockCount) return undefined
  const map = configuredMap(configuration, volume)
  const { group, shift } = map.sliceAt(block)
  const { entry, layout } = group
  const { data, copies, parity } = locate(layout, block + shift)
  const places: SpotPlace[] = [{ role: 'data', drive: data.drive, block: data.block }]
  for (const copy of copies) places.push({ role: 'mirror', drive: copy.drive, block: copy.block })
  for (const part of parity) places.push({ role: 'parity', drive: part.drive, block: part.block })
  return { volume, map, group: entry, layout, block, stripe: stripeAt(map, block), places, pointedRole: 'data' }
}

function spotOfDrive(configuration: ArrayConfiguration, drive: number, block: number): Spot | undefined {
  const entry = configuration.drives.find((candidate) => candidate.index === drive)
  if (entry === undefined || block < 0 || block >= entry.blockCount) return undefined
  const occupant = occupantOf(configuration, drive, block)
  if (occupant.kind === 'data' || occupant.kind === 'mirror') {
    if (occupant.volume === undefined)
      return { ...groupPart(configuration, occupant.groupId), places: [{ role: occupant.kind, drive, block }], pointedRole: 'unused' }
    const spot = spotOfVolume(configuration, occupant.volume.volumeId, occupant.volume.block)
    return spot === undefined ? undefined : { ...spot, pointedRole: occupant.kind }
  }
  if (occupant.kind === 'parity')
    return spotOfParity(configuration, {
      drive,
      block,
      groupId: occupant.groupId,
      groupBlock: occupant.groupBlock,
      volumeId: occupant.volumeId,
    })
  const part = 'groupId' in occupant ? groupPart(configuration, occupant.groupId) : {}
  return { ...part, places: [], pointedRole: occupant.kind }
}

/** Parity belongs to no single block, but to one block in each data chunk of its stripe. */
function spotOfParity(
  configuration: ArrayConfiguration,
  at: {
    readonly drive: number
    readonly block: number
    readonly groupId: number
    readonly groupBlock: number
    readonly volumeId: number | undefined
  },
): Spot {
  const places: SpotPlace[] = [{ role: 'parity', drive: at.drive, block: at.block }]
  const part = groupPart(configuration, at.groupId)
  const volume = configuration.volumes.find((candidate) => candidate.id === at.volumeId)
  if (volume === undefined || part.layout === undefined) return { ...part, places, pointedRole: 'parity' }
  const { chunkBlocks, dataWidth } = part.layout
  const inChunk = (at.block - (part.group?.sections.find((section) => section.drive === at.drive)?.firstBlock ?? 0)) % chunkBlocks
  for (let chunk = 0; chunk < dataWidth; chunk++) {
    const { data } = locate(part.layout, at.groupBlock + chunk * chunkBlocks + inChunk)
    places.push({ role: 'data', drive: data.drive, block: data.block })
  }
  const map = configuredMap(configuration, volume)
  const block = map.blockAt(at.groupId, at.groupBlock)
  return { ...part, volume, map, stripe: block === undefined ? undefined : stripeAt(map, block), places, pointedRole: 'parity' }
}

function groupPart(configuration: ArrayConfiguration, groupId: number): Pick<Spot, 'group' | 'layout'> {
  const group = configuration.groups.find((candidate) => candidate.id === groupId)
  return group === undefined ? {} : { group, layout: layoutOf(group) }
}

/** As many stripes around the spot as fit, with the spot's own stripe in the middle if possible. */
export function stripesAround(spot: Spot, rows: number): readonly MapStripe[] {
  const { map, stripe } = spot
  if (map === undefined || stripe === undefined) return []
  const all = stripeCountOf(map)
  const firstStripe = Math.max(0, Math.min(stripe - Math.floor(rows / 2), all - rows))
  return mapStripes(map, { firstStripe, stripeCount: rows })
}

/** How far an arrow or page key moves, in blocks. Undefined for other keys. */
export function keyStep(event: Pick<KeyboardEvent, 'key' | 'shiftKey'>, layout: GroupLayout | undefined): number | undefined {
  const small = event.shiftKey ? (layout?.chunkBlocks ?? 128) : 1
  switch (event.key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return small
    case 'ArrowLeft':
    case 'ArrowDown':
      return -small
    case 'PageUp':
      return layout?.stripeBlocks ?? 1024
    case 'PageDown':
      return -(layout?.stripeBlocks ?? 1024)
    case 'Home':
      return Number.NEGATIVE_INFINITY
    case 'End':
      return Number.POSITIVE_INFINITY
    default:
      return undefined
  }
}
