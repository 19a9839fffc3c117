export interface Violation {
  readonly checker: string
  readonly atMs: number
  readonly sentence: string
}

/** Where checkers report. A world that has one violation is wrong: what follows from it is not told apart. */
export class Violations {
  readonly #found: Violation[] = []
  readonly #nowMs: () => number

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  get found(): readonly Violation[] {
    return this.#found
  }

  add(checker: string, sentence: string): void {
    this.#found.push({ checker, atMs: this.#nowMs(), sentence })
  }
}
