import { CONTROLLER_IDS } from '../../contract/controller-id'
import type { Fault } from './fault'
import { kill } from './kills'

/**
 * The disk under all drives is full for a while. On some file systems only what was never written needs room, on others every
 * write does. Often a controller dies meanwhile.
 */
export const shortOfRoom: Fault = {
  name: 'short-of-room',
  strike({ world, random, isOver, hit }) {
    const shortage = random.pick(['holes', 'everything'] as const)
    const forMs = 20 + random.fraction() * 4000
    for (const medium of world.media) medium.shortage = shortage
    for (const medium of world.media) hit(`drive-${medium.index}`, () => medium.shortage !== undefined)
    world.clock.after(forMs, () => {
      for (const medium of world.media) medium.shortage = undefined
    })
    if (!random.chance(0.5)) return
    world.clock.after(random.fraction() * forMs, () => isOver() || kill({ world, hit }, random.pick(CONTROLLER_IDS)))
  },
}
