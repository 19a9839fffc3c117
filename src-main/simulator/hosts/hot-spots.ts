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
const SPOTS_PER_VOLUME = 5

/**
 * Where trouble is: on both sides of a chunk's and of a stripe's end, and in different chunks of one stripe at the same
 * place, whose parity is one.
 */
export function drawHotSpots(state: ArrayState, random: Prng): HotSpot[] {
  const { volumes, groups, luns } = state.configuration
  return luns.flatMap(({ lun, volumeId }) => {
    const volume = volumes.find(({ id }) => id === volumeId)
    const group = groups.find(({ id }) => id === volume?.groupId)
    if (volume === undefined || group === undefined) return []
    const { chunkBlocks, stripeBlocks, dataWidth } = layoutOf(group)
    const stripe = random.below(4) * stripeBlocks
    const row = 8 + random.below(chunkBlocks - 24)
    const starts = [stripe + stripeBlocks - SPOT_BLOCKS / 2, stripe + chunkBlocks - SPOT_BLOCKS / 2]
    while (starts.length < SPOTS_PER_VOLUME) starts.push(stripe + random.below(dataWidth) * chunkBlocks + row + random.below(3))
    return starts.map((firstBlock) => ({ lun, volumeId, firstBlock, blockCount: SPOT_BLOCKS }))
  })
}
