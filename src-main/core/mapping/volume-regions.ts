import type { DriveStatus, WriteClaim } from '../ports'
import type { GroupIo } from '../raid/group-io'
import { regionStripesOf } from '../raid/intent-map'
import type { VolumeMap } from './volume-map'
import { stripeAt, stripeCountOf, stripesFrom } from './volume-stripes'

export interface BlockRange {
  readonly firstBlock: number
  readonly blockCount: number
}

export interface VolumeStripes {
  readonly firstStripe: number
  readonly stripeCount: number
}

/** First and last. */
type Regions = readonly [first: number, last: number]

/** The regions of a volume in its write-intent map: each is the same number of stripes, counted through all slices. */
export class VolumeRegions {
  readonly regionStripes: number
  readonly stripeCount: number
  /** Those with copies or parity. */
  readonly groups: readonly GroupIo[]
  readonly #map: VolumeMap<GroupIo>

  constructor(map: VolumeMap<GroupIo>) {
    this.#map = map
    this.groups = map.groups.filter(({ layout }) => layout.redundancy > 0)
    this.stripeCount = stripeCountOf(map)
    this.regionStripes = regionStripesOf(this.stripeCount)
  }

  get count(): number {
    return Math.ceil(this.stripeCount / this.regionStripes)
  }

  at(stripe: number): number {
    return Math.floor(stripe / this.regionStripes)
  }

  ofBlocks({ firstBlock, blockCount }: BlockRange): Regions {
    return [this.at(stripeAt(this.#map, firstBlock)), this.at(stripeAt(this.#map, firstBlock + blockCount - 1))]
  }

  /** Of stripes of a group, which the volume may have only in part. */
  inGroup(group: GroupIo, { firstStripe, stripeCount }: VolumeStripes): Regions[] {
    const { stripeBlocks } = group.layout
    return this.#map.slices.flatMap((slice) => {
      const firstBlock = Math.max(slice.firstBlock, firstStripe * stripeBlocks - slice.shift)
      const endBlock = Math.min(slice.endBlock, (firstStripe + stripeCount) * stripeBlocks - slice.shift)
      return slice.group === group && firstBlock < endBlock ? [this.ofBlocks({ firstBlock, blockCount: endBlock - firstBlock })] : []
    })
  }

  /** Whether a write of this controller failed there, so that only part of it may be on the drives. */
  isInterrupted(region: number): boolean {
    return this.#runsOf(region).some(({ group, firstStripe, stripeCount }) => {
      const { stripeBlocks } = group.layout
      return group.isInterrupted({ firstBlock: firstStripe * stripeBlocks, blockCount: stripeCount * stripeBlocks })
    })
  }

  /** Settles every stripe of a region. */
  settle(region: number, claim: WriteClaim, done: (status: DriveStatus) => void): void {
    const runs = this.#runsOf(region)
    const next = (index: number): void => {
      const run = runs[index]
      if (run === undefined) return done('good')
      const { group, firstStripe, stripeCount } = run
      group.intents.settle({ firstStripe, stripeCount, claim }, ({ status }) => (status === 'good' ? next(index + 1) : done(status)))
    }
    next(0)
  }

  #runsOf(region: number): (VolumeStripes & { readonly group: GroupIo })[] {
    const runs: (VolumeStripes & { readonly group: GroupIo })[] = []
    const endStripe = Math.min((region + 1) * this.regionStripes, this.stripeCount)
    for (let stripe = region * this.regionStripes; stripe < endStripe;) {
      const run = stripesFrom(this.#map, stripe)
      const stripeCount = Math.min(run.stripeCount, endStripe - stripe)
      runs.push({ group: run.group, firstStripe: run.firstStripe, stripeCount })
      stripe += stripeCount
    }
    return runs
  }
}
