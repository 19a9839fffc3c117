import type { Prng } from '../../base/prng'
import type { HostVolume, HotSpot } from './ground'

/** How long the commands of a host are. */
export interface LengthHabits {
  /** The share of commands that may be longer than a hot spot. */
  readonly longShare: number
  readonly longestBlocks: number
}

/** Of long commands. Of the others, short ones and long ones are equally likely. */
export const LONGEST_SHARE = 0.1
const PAGE_BLOCKS = 8
const ONE_BLOCK_SHARE = 0.6

/** Of a volume. */
interface Range {
  readonly firstBlock: number
  readonly blockCount: number
}

/** The blocks of the next command at a hot spot. */
export function drawRange(random: Prng, spot: HotSpot, { longShare, longestBlocks }: LengthHabits): Range {
  if (random.chance(longShare)) return longRange(random, spot, longestBlocks)
  const blockCount = random.chance(ONE_BLOCK_SHARE) ? 1 : 1 + random.below(spot.blockCount)
  return { firstBlock: spot.firstBlock + random.below(spot.blockCount - blockCount + 1), blockCount }
}

/**
 * The range is anywhere over the spot, or of whole pages, as those of file systems
 * are, or of whole stripes, or it ends with the volume.
 */
function longRange(random: Prng, { volume, firstBlock, blockCount }: HotSpot, longest: number): Range {
  const power = 2 ** random.below(Math.ceil(Math.log2(longest)))
  const length = random.chance(LONGEST_SHARE) ? longest : Math.min(power + random.below(power), longest)
  const at = firstBlock + random.below(blockCount)
  const { stripeBlocks } = volume.layout
  switch (random.below(4)) {
    case 0:
      return within(volume, at - random.below(length), length)
    case 1:
      return within(volume, down(at, PAGE_BLOCKS), down(length + PAGE_BLOCKS - 1, PAGE_BLOCKS))
    case 2:
      return within(volume, down(at, stripeBlocks), Math.max(stripeBlocks, down(length, stripeBlocks)))
    default:
      return within(volume, volume.blockCount - length, length)
  }
}

function within({ firstBlock: min, blockCount: end }: HostVolume, first: number, length: number): Range {
  const firstBlock = Math.max(min, Math.min(first, end - length))
  return { firstBlock, blockCount: Math.min(length, end - firstBlock) }
}

function down(block: number, unit: number): number {
  return Math.floor(block / unit) * unit
}
