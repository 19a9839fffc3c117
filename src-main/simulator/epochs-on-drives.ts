import { decodeSuperblock, SUPERBLOCK_SLOT_BYTES, slotFirstBlock } from '../core/raid/superblock'
import type { DriveMedium } from './drive-medium'

/** The newest epoch of service ownership in any state that a drive has, whether it can be read now or not; 0 if there is none. */
export function newestServiceEpoch(media: readonly DriveMedium[]): number {
  const slot = new Uint8Array(SUPERBLOCK_SLOT_BYTES)
  const epochs = media.flatMap((medium) =>
    [0, 1].map((number) => {
      medium.read(slotFirstBlock(number), slot)
      const found = decodeSuperblock(slot)
      return found.ok ? found.value.state.serviceEpoch : 0
    }),
  )
  return Math.max(0, ...epochs)
}
