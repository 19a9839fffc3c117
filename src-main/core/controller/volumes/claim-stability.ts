/**
 * Tracks whether a takeover's claim, which is written before it is flushed, is on stable storage. Ordinary writes may be
 * acknowledged before that: they and the claim both survive the death of every controller. An acknowledgment that promises
 * stable storage waits for the claim, or a crash of the machine could leave the data with an owner that was replaced. It does
 * not wait without bound, since a move of its volume waits for it.
 */
export class ClaimStability {
  /** The newest claim. Undefined while that is stable. */
  #newest: { readonly waiting: ((isStable: boolean) => void)[]; isOverdue: boolean } | undefined

  /** The flush of a claim before it, which may still be under way, says nothing of this one. */
  beingFlushed(): ClaimFlush {
    const claim = { waiting: new Array<(isStable: boolean) => void>(), isOverdue: false }
    this.#newest = claim
    const tell = (isStable: boolean): void => {
      for (const run of claim.waiting.splice(0)) run(isStable)
    }
    return {
      ended: () => {
        if (this.#newest === claim) this.#newest = undefined
        tell(true)
      },
      overdue: () => {
        claim.isOverdue = true
        tell(false)
      },
    }
  }

  /** Calls `run` when the newest claim is stable, or with false when that takes too long. */
  whenStable(run: (isStable: boolean) => void): void {
    if (this.#newest === undefined) run(true)
    else if (this.#newest.isOverdue) run(false)
    else this.#newest.waiting.push(run)
  }
}

export interface ClaimFlush {
  /** The claim is on stable storage. */
  ended(): void
  /** Nothing waits for it from here on until it has ended: the drives do not take it, or this controller has stopped. */
  overdue(): void
}
