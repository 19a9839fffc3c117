import type { DriveStatus } from '../ports'

export interface StripeRange {
  readonly firstStripe: number
  readonly lastStripe: number
}

/** Stripes that a failed write may have left half updated: their parity is made anew by the next one. */
export class TornStripes {
  readonly #torn = new Set<number>()

  hasAny({ firstStripe, lastStripe }: StripeRange): boolean {
    if (this.#torn.size === 0) return false
    for (let stripe = firstStripe; stripe <= lastStripe; stripe++) if (this.#torn.has(stripe)) return true
    return false
  }

  /** A write to all of these stripes ended like this. */
  note({ firstStripe, lastStripe }: StripeRange, status: DriveStatus): void {
    if (status === 'good' && this.#torn.size === 0) return
    for (let stripe = firstStripe; stripe <= lastStripe; stripe++) {
      if (status === 'good') this.#torn.delete(stripe)
      else this.#torn.add(stripe)
    }
  }
}
