/**
 * Whether the claim of a takeover, which is written and not yet flushed, is on stable storage. An ordinary write may be
 * acknowledged before: it and the claim survive the death of every controller alike. What a host is told to be on stable
 * storage waits for the claim to be there as well, lest a crash of the machine leave the data with an owner that has been
 * replaced.
 */
export class ClaimStability {
  /** Undefined while the claim is stable. */
  #waiting: (() => void)[] | undefined

  /** Call what it gives when the claim is flushed. */
  beingFlushed(): () => void {
    const waiting = (this.#waiting ??= [])
    return () => {
      if (this.#waiting !== waiting) return
      this.#waiting = undefined
      for (const run of waiting) run()
    }
  }

  whenStable(run: () => void): void {
    if (this.#waiting === undefined) run()
    else this.#waiting.push(run)
  }
}
