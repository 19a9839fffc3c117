/** Jobs that are done one after the other, in the order in which they came. */
export class OneByOne<Job> {
  readonly #run: (job: Job, end: () => void) => void
  readonly #jobs: Job[] = []
  #isBusy = false

  constructor(run: (job: Job, end: () => void) => void) {
    this.#run = run
  }

  get isBusy(): boolean {
    return this.#isBusy
  }

  add(job: Job): void {
    this.#jobs.push(job)
    this.#next()
  }

  #next(): void {
    const job = this.#isBusy ? undefined : this.#jobs.shift()
    if (job === undefined) return
    this.#isBusy = true
    this.#run(job, () => {
      this.#isBusy = false
      this.#next()
    })
  }
}
