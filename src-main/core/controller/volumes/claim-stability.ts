/**
 * Tracks whether a takeover's claim, which is written before it is flushed, is on stable storage. Ordinary writes may be
 * acknowledged before that: they and the claim both survive the death of every controller. An acknowledgment that promises stable
 * storage waits for the claim, or a crash of the machine could leave the data with an owner that was replaced.
 */
export class ClaimStability {
  /** Undefined while the claim is stable. */
  #waiting: (() => void)[] | undefined

  /** Returns the function to call when the claim is flushed. */
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
