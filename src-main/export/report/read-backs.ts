import type { TraceEvent } from '../../contract/trace'

/** Finds when the host read its ledger back. */
export class ReadBacks {
  #beganAtMs: number | undefined
  #lastBeganAtMs: number | undefined

  take({ kind }: TraceEvent, atMs: number): void {
    if (kind === 'host.verification-started') this.#beganAtMs = atMs
    if (kind === 'host.verification-finished') this.#lastBeganAtMs = this.#beganAtMs
  }

  /** Of the last one that came to its end: it may have missed what happened after that. Undefined: there is none, or not all of one. */
  get lastBeganAtMs(): number | undefined {
    return this.#lastBeganAtMs
  }
}
