import type { Prng } from '../../base/prng'
import type { ArrayState } from '../../contract/array-state'
import { layoutOf } from '../../core/raid/geometry'

/** Blocks of a volume that hosts fight for. */
export interface HotSpot {
  readonly lun: number
  readonly volumeId: number
  /** Of the volume. */
  readonly firstBlock: number
  readonly blockCount: number
}

const SPOT_BLOCKS = 6
const MAX_SPOTS = 5

/**
 * Places where trouble is likely: on both sides of the end of a chunk and of a stripe, and at the same position in different chunks of
 * one stripe, which share one parity block. In some worlds hosts fight for many spots, in others for one.
 */
export function drawHotSpots(state: ArrayState, random: Prng): HotSpot[] {
  const { volumes, groups, luns } = state.configuration
  const spotCount = random.pick([1, 2, MAX_SPOTS])
  return luns.flatMap(({ lun, volumeId }) => {
    const volume = volumes.find(({ id }) => id === volumeId)
    const group = groups.find(({ id }) => id === volume?.groupId)
    if (volume === undefined || group === undefined) return []
    const { chunkBlocks, stripeBlocks, dataWidth } = layoutOf(group)
    // The first stripe belongs to the lab's own host.
    const stripe = (1 + random.below(4)) * stripeBlocks
    const row = 8 + random.below(chunkBlocks - 24)
    const starts = [stripe + stripeBlocks - SPOT_BLOCKS / 2, stripe + chunkBlocks - SPOT_BLOCKS / 2]
    while (starts.length < MAX_SPOTS) starts.push(stripe + random.below(dataWidth) * chunkBlocks + row + random.below(3))
    const first = random.below(starts.length)
    const chosen = Array.from({ length: spotCount }, (_, index) => starts[(first + index) % starts.length] ?? 0)
    return chosen.map((firstBlock) => ({ lun, volumeId, firstBlock, blockCount: SPOT_BLOCKS }))
  })
}
