import type { DriveStatus } from '../ports'

export interface StripeRange {
  readonly firstStripe: number
  readonly lastStripe: number
}

/**
 * Stripes in which a write of this controller failed, so part of it may be on the drives. The next write recomputes their parity
 * from data alone.
 */
export class InterruptedStripes {
  readonly #interrupted = new Set<number>()

  hasAny({ firstStripe, lastStripe }: StripeRange): boolean {
    if (this.#interrupted.size === 0) return false
    for (let stripe = firstStripe; stripe <= lastStripe; stripe++) if (this.#interrupted.has(stripe)) return true
    return false
  }

  /** A write to all of these stripes ended with this status. */
  note({ firstStripe, lastStripe }: StripeRange, status: DriveStatus): void {
    if (status === 'good' && this.#interrupted.size === 0) return
    for (let stripe = firstStripe; stripe <= lastStripe; stripe++) {
      if (status === 'good') this.#interrupted.delete(stripe)
      else this.#interrupted.add(stripe)
    }
  }
}
