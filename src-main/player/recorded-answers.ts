import { SIMULATION_BOUNDS, type RunAnswers } from '../contract/simulation'
import type { TraceEvent } from '../contract/trace'

/** An answer that took so long is never left out. */
const SLOW_MS = 20
const GOOD_STATUS = 0

interface Answer {
  readonly atMs: number
  readonly latencyMs: number
  readonly isGood: boolean
}

/** Finds the answers of the lab's host in the events of a recording, for a picture of how long it waited. */
export class RecordedAnswers {
  #answers: Answer[] = []
  /** Of quick answers, one of so many is kept. */
  #oneOf = 1
  #quick = 0

  take({ kind, data }: TraceEvent, atMs: number): void {
    const latencyMs = data?.['latencyMs']
    if (kind !== 'host.response' || typeof latencyMs !== 'number') return
    const answer = { atMs, latencyMs, isGood: data?.['status'] === GOOD_STATUS }
    if (isQuick(answer) && this.#quick++ % this.#oneOf !== 0) return
    this.#answers.push(answer)
    if (this.#answers.length > SIMULATION_BOUNDS.maxAnswers) this.#thinOut()
  }

  get all(): RunAnswers {
    const answers = this.#answers
    return {
      atMs: answers.map(({ atMs }) => atMs),
      latencyMs: answers.map(({ latencyMs }) => latencyMs),
      isGood: answers.map(({ isGood }) => isGood),
    }
  }

  /** Of the quick ones, every other one goes; if that is not enough, of all. */
  #thinOut(): void {
    this.#oneOf *= 2
    let quick = 0
    const kept = this.#answers.filter((answer) => !isQuick(answer) || quick++ % 2 === 0)
    const isEnough = kept.length <= SIMULATION_BOUNDS.maxAnswers * 0.9
    this.#answers = isEnough ? kept : kept.filter((_, index) => index % 2 === 0)
  }
}

function isQuick({ isGood, latencyMs }: Answer): boolean {
  return isGood && latencyMs < SLOW_MS
}
