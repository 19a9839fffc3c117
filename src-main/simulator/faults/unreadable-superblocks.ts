import { slotFirstBlock } from '../../core/raid/superblock'
import { CONTROLLER_IDS } from '../../contract/controller-id'
import type { DriveMedium } from '../drive-medium'
import type { Fault, FaultSurroundings } from './fault'
import { killApplication } from './kills'

const SLOTS = [0, 1]

/**
 * Some drives cannot read their newest superblock and return an older state. Others cannot read any for a while. Both
 * controllers must still find the newest state, or wait. Usually this fault also restarts them at the same moment.
 */
export const unreadableSuperblocks: Fault = {
  name: 'unreadable-superblocks',
  strike({ world, random, sickDrives, hit }: FaultSurroundings) {
    const generation = Math.max(...CONTROLLER_IDS.map((id) => world.controller(id)?.state?.generation ?? 0))
    // Of a drive that was exchanged as well, nobody could know.
    const media = world.media.filter(({ isExchanged }) => !isExchanged)
    const isStale = ({ index }: DriveMedium): boolean => sickDrives.includes(index)
    const darkShare = random.pick([0, 0.3, 1])
    const dark = media.filter((medium) => !isStale(medium) && random.chance(darkShare))
    const lose = (medium: DriveMedium, slots: readonly number[]): void => {
      const blocks = slots.map(slotFirstBlock)
      for (const block of blocks) medium.latentErrors.add(block)
      hit(`drive-${medium.index}`, () => blocks.some((block) => medium.latentErrors.has(block)))
    }
    for (const medium of media.filter(isStale)) lose(medium, [generation])
    for (const medium of dark) lose(medium, SLOTS)
    world.clock.after(200 + random.fraction() * 2500, () => {
      for (const medium of dark) for (const slot of SLOTS) medium.latentErrors.delete(slotFirstBlock(slot))
    })
    if (random.chance(0.7)) killApplication({ world, hit })
  },
}
