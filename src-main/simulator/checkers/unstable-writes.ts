interface Write {
  readonly value: number
  readonly begunAt: number
  /** Undefined: it is under way. */
  endedAt?: number
  /** It was acknowledged, and did not just end. */
  isCertain?: boolean
}

/**
 * What a block may hold after the drives lost what nobody had flushed: what a flush found there, or any write since. A flush covers
 * what had ended before it began.
 */
export class UnstableWrites {
  /** One of these is on stable storage at least. */
  #stable: readonly Write[]
  #writes: Write[] = []

  constructor(firstValue: number) {
    this.#stable = [{ value: firstValue, begunAt: -1, endedAt: -1 }]
  }

  writeBegins(value: number, moment: number): void {
    this.#writes.push({ value, begunAt: moment })
  }

  writeEnds(value: number, moment: number, isCertain: boolean): void {
    const write = this.#writes.find((one) => one.value === value)
    if (write !== undefined && write.endedAt === undefined) Object.assign(write, { endedAt: moment, isCertain })
  }

  writeIsRefused(value: number): void {
    this.#writes = this.#writes.filter((write) => write.value !== value)
  }

  /** A flush that began then has ended well. */
  flushed(startMoment: number): void {
    this.#areStable(this.#writes.filter(({ endedAt = Infinity }) => endedAt < startMoment))
  }

  /** This acknowledged write is on stable storage. Those that it overlaps may be there before or after it. */
  forced(value: number): void {
    const write = this.#writes.find((one) => one.value === value)
    if (write === undefined) return
    this.#areStable(this.#writes.filter((one) => one === write || (one.endedAt ?? Infinity) < write.begunAt))
  }

  /** What may be there once the power is back. */
  get candidates(): ReadonlySet<number> {
    return new Set([...this.#stable, ...this.#writes].map(({ value }) => value))
  }

  /** Those that have not ended. They may come yet. */
  get underWay(): readonly number[] {
    return this.#writes.filter(({ endedAt }) => endedAt === undefined).map(({ value }) => value)
  }

  /** The power was lost: any of the candidates may be there from now on. */
  powerLost(moment: number): void {
    this.#stable = [...this.candidates].map((value) => ({ value, begunAt: -1, endedAt: moment }))
    this.#writes = this.#writes.filter(({ endedAt }) => endedAt === undefined)
  }

  /** Where an acknowledged one began after another one had ended, that other one is over. */
  #areStable(writes: readonly Write[]): void {
    if (writes.length === 0) return
    const all = [...this.#stable, ...writes]
    const certain = all.filter(({ isCertain }) => isCertain === true)
    this.#stable = all.filter(({ endedAt = Infinity }) => !certain.some(({ begunAt }) => begunAt > endedAt))
    this.#writes = this.#writes.filter((write) => !writes.includes(write))
  }
}
