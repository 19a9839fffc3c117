import { SIMULATION_BOUNDS, type RunAnswers } from '../contract/simulation'
import type { HostAnswer } from './host-commands'

/** An answer that took so long is never left out. */
const SLOW_MS = 20

/** The answers that hosts got, for a picture of how long they waited. Where there are too many, some of the quick ones are left out. */
export class RunAnswerList {
  #answers: HostAnswer[] = []
  #count = 0
  /** Of quick answers, one of so many is kept. */
  #oneOf = 1
  #quick = 0

  add(answer: HostAnswer): void {
    this.#count++
    if (isQuick(answer) && this.#quick++ % this.#oneOf !== 0) return
    this.#answers.push(answer)
    if (this.#answers.length > SIMULATION_BOUNDS.maxAnswers) this.#thinOut()
  }

  get all(): RunAnswers {
    const answers = this.#answers
    return {
      atMs: answers.map(({ atMs }) => atMs),
      latencyMs: answers.map(({ latencyMs }) => latencyMs),
      outcome: answers.map(({ outcome }) => outcome),
      lun: answers.map(({ lun }) => lun),
      event: answers.map(({ event }) => event),
      id: answers.map(({ id }) => id),
      leftOut: this.#count - answers.length,
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

function isQuick({ outcome, latencyMs }: HostAnswer): boolean {
  return outcome === 'good' && latencyMs < SLOW_MS
}
