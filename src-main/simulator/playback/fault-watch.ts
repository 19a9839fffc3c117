import type { FaultHit } from '../../contract/simulation'
import type { FaultHits } from '../faults/fault'

/** Notes what faults hit, and until when. */
export class FaultWatch {
  readonly #nowMs: () => number
  #open: { readonly hit: { untilMs?: number }; readonly lasts: () => boolean }[] = []

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** `hits` grows as the strike, at once or later, reports what it hits. */
  strike(): { readonly hits: readonly FaultHit[]; readonly tell: FaultHits } {
    const hits: FaultHit[] = []
    const tell: FaultHits = (place, lasts) => {
      const hit: FaultHit & { untilMs?: number } = { place, atMs: this.#nowMs() }
      hits.push(hit)
      if (lasts !== undefined) this.#open.push({ hit, lasts })
    }
    return { hits, tell }
  }

  /** Call after every event. */
  look(): void {
    if (this.#open.some(({ lasts }) => !lasts())) this.#close(({ lasts }) => !lasts())
  }

  /** At the end of the run, everything that still lasts ends. */
  end(): void {
    this.#close(() => true)
  }

  #close(isOver: (open: { readonly lasts: () => boolean }) => boolean): void {
    const over = new Set(this.#open.filter(isOver))
    for (const { hit } of over) hit.untilMs = this.#nowMs()
    this.#open = this.#open.filter((open) => !over.has(open))
  }
}
