import { assert } from '../../base/assert'
import type { MappedGroup, VolumeMap } from './volume-map'

/** Consecutive stripes in one group. */
export interface StripeRun<G extends MappedGroup> {
  readonly group: G
  /** As the group counts them. */
  readonly firstStripe: number
  readonly stripeCount: number
  /** Their first block, as the volume counts. */
  readonly volumeBlock: number
}

/** How many stripes a volume has, counted through all of its slices; those of one slice may be longer than those of the next. */
export function stripeCountOf<G extends MappedGroup>({ slices }: VolumeMap<G>): number {
  return slices.reduce((sum, { group, firstBlock, endBlock }) => sum + stripesIn(group, endBlock - firstBlock), 0)
}

/** The stripes from this one on, to the end of its slice. */
export function stripesFrom<G extends MappedGroup>({ slices }: VolumeMap<G>, stripe: number): StripeRun<G> {
  let left = stripe
  for (const { group, firstBlock, endBlock, shift } of slices) {
    const { stripeBlocks } = group.layout
    const count = stripesIn(group, endBlock - firstBlock)
    if (left < count) {
      const volumeBlock = firstBlock + left * stripeBlocks
      return { group, firstStripe: (volumeBlock + shift) / stripeBlocks, stripeCount: count - left, volumeBlock }
    }
    left -= count
  }
  assert(false, `a volume has no stripe ${stripe}`)
}

/** The stripe of the volume that has this block. */
export function stripeAt<G extends MappedGroup>({ slices }: VolumeMap<G>, block: number): number {
  let before = 0
  for (const { group, firstBlock, endBlock } of slices) {
    if (block < endBlock) return before + Math.floor((block - firstBlock) / group.layout.stripeBlocks)
    before += stripesIn(group, endBlock - firstBlock)
  }
  assert(false, `a volume has no block ${block}`)
}

function stripesIn({ layout }: MappedGroup, blockCount: number): number {
  return Math.ceil(blockCount / layout.stripeBlocks)
}
