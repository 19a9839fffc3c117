/**
 * Tracks whether a takeover's claim, which is written before it is flushed, is on stable storage. Ordinary writes may be
 * acknowledged before that: they and the claim both survive the death of every controller. An acknowledgment that promises stable
 * storage waits for the claim, or a crash of the machine could leave the data with an owner that was replaced.
 */
export class ClaimStability {
  /** What waits for the newest claim. Undefined while that is stable. */
  #waiting: (() => void)[] | undefined

  /**
   * Returns the function to call when the claim is flushed. The flush of a claim before it, which may still be under way, says
   * nothing of this one.
   */
  beingFlushed(): () => void {
    const waiting: (() => void)[] = []
    this.#waiting = waiting
    return () => {
      if (this.#waiting === waiting) this.#waiting = undefined
      for (const run of waiting.splice(0)) run()
    }
  }

  whenStable(run: () => void): void {
    if (this.#waiting === undefined) run()
    else this.#waiting.push(run)
  }
}
