import fc from 'fast-check'
import type { RaidGroup } from '../../../../src-main/contract/configuration'
import { VolumeMap, type MappedGroup, type PlacedSlice } from '../../../../src-main/core/mapping/volume-map'
import { layoutOf } from '../../../../src-main/core/raid/geometry'
import { exampleOf } from '../raid/example-groups'

/** Stripes of 24, 16 and 8 blocks; 12 stripes each. */
export const GROUPS: readonly RaidGroup[] = [
  { ...exampleOf('raid5', 4), id: 0 },
  { ...exampleOf('raid0', 2), id: 1 },
  { ...exampleOf('raid1', 2), id: 2 },
]

export interface SliceOf {
  readonly groupId: number
  readonly groupBlock: number
  readonly blockCount: number
}

/** Slices that share no stripe, in any order of groups, and how much of the last stripe the volume leaves alone. */
export const drawnSlices = fc
  .record({
    order: fc.shuffledSubarray(
      GROUPS.flatMap((_, group) => [0, 1, 2, 3].map((quarter) => ({ group, quarter }))),
      { minLength: 1 },
    ),
    lengths: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 12, maxLength: 12 }),
    left: fc.nat(7),
  })
  .map(({ order, lengths, left }) =>
    order.map(({ group, quarter }, index): SliceOf => {
      const { stripeBlocks } = layoutOf(GROUPS[group]!)
      const blockCount = lengths[index]! * stripeBlocks - (index === order.length - 1 ? left : 0)
      return { groupId: group, groupBlock: quarter * 3 * stripeBlocks, blockCount }
    }),
  )

export function mapOver<G extends MappedGroup>(groups: readonly G[], slices: readonly SliceOf[]): VolumeMap<G> {
  return new VolumeMap(slices.map(({ groupId, ...slice }): PlacedSlice<G> => ({ group: groups[groupId]!, ...slice })))
}

export const LAYOUTS: readonly MappedGroup[] = GROUPS.map((group) => ({ layout: layoutOf(group) }))
