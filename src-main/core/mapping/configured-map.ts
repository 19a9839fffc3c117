import { present } from '../../base/assert'
import type { ArrayConfiguration, RaidGroup, Volume } from '../../contract/configuration'
import { layoutOf, type GroupLayout } from '../raid/geometry'
import { slicesOf, type VolumeSlice } from '../raid/space'
import { VolumeMap, type MappedGroup, type PlacedSlice } from './volume-map'

/** A group of the configuration, without I/O, to find out where blocks are. */
export interface ConfiguredGroup {
  readonly entry: RaidGroup
  readonly layout: GroupLayout
}

/** The map of a volume over the caller's groups. */
export function mapOf<G extends MappedGroup>(volume: Volume, groupOf: (groupId: number) => G): VolumeMap<G> {
  const placed = ({ groupId, firstBlock, blockCount }: VolumeSlice): PlacedSlice<G> => {
    return { group: groupOf(groupId), groupBlock: firstBlock, blockCount }
  }
  return new VolumeMap(slicesOf(volume).map(placed))
}

/** The same without I/O. The configuration must be valid. */
export function configuredMap(configuration: ArrayConfiguration, volume: Volume): VolumeMap<ConfiguredGroup> {
  return mapOf(volume, (groupId) => {
    const entry = present(
      configuration.groups.find(({ id }) => id === groupId),
      `group ${groupId}`,
    )
    return { entry, layout: layoutOf(entry) }
  })
}
