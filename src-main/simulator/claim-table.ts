import type { WriteClaim } from '../core/ports'

/** The epoch that holds each claim slot, for all drives. Outlives every controller. */
export class VirtualClaims {
  readonly #epochs = new Map<number, number>()

  epoch(slot: number): number {
    return this.#epochs.get(slot) ?? 0
  }

  /** The application was killed: the table was in its memory. */
  forget(): void {
    this.#epochs.clear()
  }

  admits(claim: WriteClaim): boolean {
    return claim.epoch >= this.epoch(claim.slot)
  }

  raise(claim: WriteClaim): boolean {
    if (!this.admits(claim)) return false
    this.#epochs.set(claim.slot, claim.epoch)
    return true
  }
}
