import type { Fault } from './fault'
import { kill, killApplication } from './kills'

/** Acknowledged data goes to the drives some time after it arrives. */
const WITHIN_MS = 1000

/**
 * A drive fails at the moment when a controller dies in the middle of updating one of its stripes. A write has just landed in the
 * same row on another drive, and the other writes of that update may still be in flight.
 */
export const driveFailureAndCrash: Fault = {
  name: 'drive-failure-and-crash',
  strike({ world, random, mediaTarget, isOver, hit }) {
    const target = mediaTarget(WITHIN_MS)
    const medium = world.media[target?.drive ?? -1]
    if (target === undefined || medium === undefined) return
    const comesBackAfterMs = random.chance(0.3) ? 1 + random.fraction() * 1500 : undefined
    const bothDie = random.chance(0.3)
    const stopListening = world.writers.onLanding(({ drive, firstBlock, blockCount, incarnation }) => {
      // The sections of a group begin at the same block of all its drives.
      if (drive === target.drive || target.block < firstBlock || target.block >= firstBlock + blockCount) return
      stopListening()
      if (isOver()) return
      medium.isFailed = true
      hit(`drive-${medium.index}`, () => medium.isFailed)
      if (comesBackAfterMs !== undefined) world.clock.after(comesBackAfterMs, () => (medium.isFailed = false))
      world.clock.after(0, () => {
        if (bothDie) killApplication({ world, hit })
        else kill({ world, hit }, incarnation.controller)
      })
    })
    world.clock.after(WITHIN_MS, stopListening)
  },
}
