import type { Fault, FaultSurroundings } from './fault'
import { kill, killApplication } from './kills'

/** Acknowledged data goes to the drives some time after it arrives. */
export const WRITTEN_WITHIN_MS = 1000

interface FailingDrives {
  /** Their sectors of one row. */
  readonly targets: readonly { readonly drive: number; readonly block: number }[]
  /** Undefined: they stay out. */
  readonly comeBackAfterMs: number | undefined
  readonly bothControllersDie: boolean
}

/**
 * A drive fails at the moment when a controller dies in the middle of updating one of its stripes. A write has just landed in the
 * same row on another drive, and the other writes of that update may still be in flight.
 */
export const driveFailureAndCrash: Fault = {
  name: 'drive-failure-and-crash',
  strike(around) {
    const { world, random, mediaTarget } = around
    const target = mediaTarget(WRITTEN_WITHIN_MS)
    if (target === undefined || world.media[target.drive] === undefined) return
    const comeBackAfterMs = random.chance(0.3) ? 1 + random.fraction() * 1500 : undefined
    failInUpdate(around, { targets: [target], comeBackAfterMs, bothControllersDie: random.chance(0.3) })
  },
}

export function failInUpdate(
  { world, isOver, hit }: FaultSurroundings,
  { targets, comeBackAfterMs, bothControllersDie }: FailingDrives,
): void {
  const stopListening = world.writers.onLanding(({ drive, firstBlock, blockCount, incarnation }) => {
    // The sections of a group begin at the same block of all its drives.
    const isInRow = ({ block }: { readonly block: number }): boolean => block >= firstBlock && block < firstBlock + blockCount
    if (targets.some((target) => target.drive === drive) || !targets.some(isInRow)) return
    stopListening()
    if (isOver()) return
    for (const target of targets) {
      const medium = world.media[target.drive]
      if (medium === undefined) continue
      medium.isFailed = true
      hit(`drive-${medium.index}`, () => medium.isFailed)
      if (comeBackAfterMs !== undefined) world.clock.after(comeBackAfterMs, () => (medium.isFailed = false))
    }
    world.clock.after(0, () => {
      if (bothControllersDie) killApplication({ world, hit })
      else kill({ world, hit }, incarnation.controller)
    })
  })
  world.clock.after(WRITTEN_WITHIN_MS, stopListening)
}
