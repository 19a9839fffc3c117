import { LIMITS } from '../../contract/limits'
import type { ClockPort, TurnPort } from '../ports'

/** What one guest may do before the others have their turn, in bytes. What it takes too much is missing from the next. */
export class Portion {
  #leftBytes: number

  constructor(bytes: number) {
    this.#leftBytes = bytes
  }

  get leftBytes(): number {
    return this.#leftBytes
  }

  get isSpent(): boolean {
    return this.#leftBytes <= 0
  }

  take(bytes: number): void {
    this.#leftBytes -= bytes
  }
}

/** Works until it has nothing to do, or its portion is spent. True: there is more. */
export type Serve = (portion: Portion) => boolean

/** Of a guest: somebody who brings work in any amount, such as a connection, or the peer. */
export interface Place {
  /** There is work. It may be done before this returns. While the guest is served, its `serve` says whether there is more. */
  wake(): void
  /** Never to be served again. */
  leave(): void
}

interface Guest {
  readonly serve: Serve
  readonly weight: number
  /** When it was last served as one of the patient. */
  patientAtMs: number
  debtBytes: number
  isServed: boolean
  hasLeft: boolean
}

export interface RoundsOptions {
  readonly clock: ClockPort
  readonly turn: TurnPort
}

const SHORTEST_REST_MS = 0.01

/**
 * Shares the time of one controller among all who want something of it. Work is done in portions, one guest after the other, and
 * a turn ends when it has done enough, in bytes and in milliseconds. So heartbeats and whatever else has arrived are never held up.
 *
 * A guest that is not done with one portion is *patient*: it waits with its like. While others are served, too, the patient rest
 * after each turn of theirs: for as long as it took if there is one of them, twice as long if there are two, up to a bound. So
 * those who ask for little get it at once, however many ask for a lot, and those who ask for a lot get on.
 */
export class Rounds {
  readonly #options: RoundsOptions
  readonly #guests = new Set<Guest>()
  readonly #prompt = new Set<Guest>()
  readonly #patient = new Set<Guest>()
  #isServing = false
  /** The turn has done enough. Everybody waits for the next. */
  #isOver = false
  #turnBytes = 0
  #turnMs = 0
  /** When the first of the patient was served in this turn. */
  #patientSinceMs: number | undefined
  #patientBytes = 0
  /** The patient were served in the turn before, so the others go first in this one. */
  #isPromptFirst = false
  #restUntilMs = 0
  /** Without others for this long, the rest is over. */
  #quietMs = 0
  #isWaitingForRest = false
  #lastPromptMs = 0
  /** Who else was served since the patient were. */
  readonly #promptSince = new Set<Guest>()

  constructor(options: RoundsOptions) {
    this.#options = options
  }

  /** `weight`: for how many it stands. */
  join(serve: Serve, weight = 1): Place {
    const guest: Guest = { serve, weight, patientAtMs: -Infinity, debtBytes: 0, isServed: false, hasLeft: false }
    this.#guests.add(guest)
    return {
      wake: () => this.#wake(guest),
      leave: () => {
        guest.hasLeft = true
        this.#guests.delete(guest)
        this.#promptSince.delete(guest)
        this.#prompt.delete(guest)
        this.#patient.delete(guest)
      },
    }
  }

  #wake(guest: Guest): void {
    if (guest.isServed || guest.hasLeft || this.#patient.has(guest)) return
    if (guest.debtBytes > 0) this.#patient.add(guest)
    else this.#prompt.add(guest)
    this.#run()
  }

  #run(): void {
    if (this.#isServing || this.#isOver) return
    const { clock } = this.#options
    const startMs = clock.nowMs()
    let nowMs = startMs
    this.#isServing = true
    for (let guest = this.#next(nowMs); guest !== undefined; guest = this.#next(nowMs)) {
      const sinceMs = nowMs
      const sinceBytes = this.#turnBytes
      const isPrompt = this.#serve(guest)
      nowMs = clock.nowMs()
      if (isPrompt) {
        this.#promptSince.add(guest)
        this.#lastPromptMs = nowMs
      } else {
        this.#patientSinceMs ??= sinceMs
        this.#patientBytes += this.#turnBytes - sinceBytes
        guest.patientAtMs = nowMs
      }
      if (this.#turnBytes < LIMITS.turnBytes && this.#turnMs + nowMs - startMs < LIMITS.turnMs) continue
      this.#isOver = true
      break
    }
    this.#isServing = false
    this.#turnMs += nowMs - startMs
    if (this.#isOver) this.#options.turn.next(() => this.#beginTurn())
  }

  #beginTurn(): void {
    this.#isOver = false
    this.#turnBytes = 0
    this.#turnMs = 0
    this.#rest()
    this.#run()
  }

  /**
   * What the patient took has its end only now: when its answers are on their way, and the thread is free again. To move much takes
   * time also later: to send it, and to free its memory.
   */
  #rest(): void {
    const sinceMs = this.#patientSinceMs
    this.#isPromptFirst = sinceMs !== undefined
    if (sinceMs === undefined) return
    const bytes = this.#patientBytes
    this.#patientSinceMs = undefined
    this.#patientBytes = 0
    const nowMs = this.#options.clock.nowMs()
    const isPatient = ({ patientAtMs }: Guest): boolean => nowMs - patientAtMs < LIMITS.patientWithinMs
    const areAlone = this.#prompt.size === 0 && [...this.#promptSince].every(isPatient)
    this.#promptSince.clear()
    if (areAlone) return
    // Also those that wait for room at the moment.
    let count = 0
    for (const guest of this.#guests) if (isPatient(guest)) count += guest.weight
    const tookMs = Math.max(nowMs - sinceMs, bytes / LIMITS.patientBytesPerMs)
    this.#restUntilMs = nowMs + tookMs * Math.min(count, LIMITS.patientRest)
    this.#quietMs = Math.min(count, LIMITS.patientQuietMs)
    this.#lastPromptMs = nowMs
  }

  /** The patient go first once they have rested. */
  #next(nowMs: number): Guest | undefined {
    const [prompt] = this.#prompt
    // Mostly there are none.
    if (this.#patient.size === 0) return prompt
    const [patient] = this.#patient
    if (patient === undefined || (prompt !== undefined && this.#isPromptFirst)) return prompt
    if (this.#hasRested(nowMs)) return patient
    if (prompt === undefined) this.#waitForRest(nowMs)
    return prompt
  }

  #hasRested(nowMs: number): boolean {
    return nowMs >= this.#restsUntilMs()
  }

  #restsUntilMs(): number {
    return Math.min(this.#restUntilMs, this.#lastPromptMs + this.#quietMs)
  }

  #waitForRest(nowMs: number): void {
    if (this.#isWaitingForRest) return
    this.#isWaitingForRest = true
    // Rounded, a shorter time could be none, and then the wait would never end.
    this.#options.clock.after(Math.max(this.#restsUntilMs() - nowMs, SHORTEST_REST_MS), () => {
      this.#isWaitingForRest = false
      this.#run()
    })
  }

  /** True if it was one of the others, and is done with one portion. */
  #serve(guest: Guest): boolean {
    const wasPrompt = this.#prompt.delete(guest)
    this.#patient.delete(guest)
    const portionBytes = LIMITS.portionBytes
    if (guest.debtBytes >= portionBytes) {
      guest.debtBytes -= portionBytes
      this.#patient.add(guest)
      return false
    }
    const portion = new Portion(portionBytes - guest.debtBytes)
    guest.isServed = true
    const hasMore = guest.serve(portion)
    guest.isServed = false
    this.#turnBytes += portionBytes - guest.debtBytes - portion.leftBytes
    guest.debtBytes = Math.max(0, -portion.leftBytes)
    if (hasMore && !guest.hasLeft) this.#patient.add(guest)
    return wasPrompt && !hasMore && guest.debtBytes === 0
  }
}
