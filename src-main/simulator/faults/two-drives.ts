import { failInUpdate, WRITTEN_WITHIN_MS } from './drive-failure-and-crash'
import type { Fault } from './fault'

/** Between the first drive and the others. */
const APART_MS = [0, 0.3, 5, 200]
/** For how long a drive may be away. */
const AWAY_MS = 1500

/**
 * All drives of a group that it survives without fail one after the other, or some of them only lose the sector of one row: with RAID 6
 * two of any, with RAID 10 one of each pair. Nothing is lost.
 */
export const twoDrives: Fault = {
  name: 'two-drives',
  strike({ world, random, mediaRow, isOver, hit }) {
    const apartMs = random.pick(APART_MS)
    const targets = mediaRow(apartMs)
    const first = random.below(targets.length)
    targets.forEach(({ drive, block }, index) => {
      const medium = world.media[drive]
      const losesSector = random.chance(0.3)
      const backAfterMs = random.chance(0.4) ? 1 + random.fraction() * AWAY_MS : undefined
      if (medium === undefined) return
      world.clock.after(index === first ? 0 : random.fraction() * apartMs, () => {
        if (isOver()) return
        if (losesSector) medium.spoil(block)
        else medium.isFailed = true
        hit(`drive-${drive}`, () => medium.isFailed || medium.latentErrors.has(block))
        if (!losesSector && backAfterMs !== undefined) world.clock.after(backAfterMs, () => (medium.isFailed = false))
      })
    })
  },
}

/** The same drives fail while a controller, or both, die in the middle of an update of their stripe. */
export const twoDrivesAndCrash: Fault = {
  name: 'two-drives-and-crash',
  strike(around) {
    const { random, mediaRow } = around
    const targets = mediaRow(WRITTEN_WITHIN_MS)
    const comeBackAfterMs = random.chance(0.4) ? 1 + random.fraction() * AWAY_MS : undefined
    if (targets.length > 0) failInUpdate(around, { targets, comeBackAfterMs, bothControllersDie: random.chance(0.3) })
  },
}

/** Drawn only where a group survives two. */
export const TWO_DRIVE_FAULTS: readonly Fault[] = [twoDrives, twoDrivesAndCrash]
