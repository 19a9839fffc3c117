import { TOLD, type ReservationAct } from './reservation-model'

/** What a command of another nexus may have told this one. */
export interface NewsCause {
  /** It is answered. */
  ends(moment: number): void
}

interface Cause {
  /** That it may still tell. */
  codes: readonly number[]
  endedAt: number | undefined
}

const CODES: Readonly<Partial<Record<ReservationAct['kind'], readonly number[]>>> = {
  register: [TOLD.released],
  release: [TOLD.released],
  clear: [TOLD.preempted],
  preempt: [TOLD.released, TOLD.unregistered],
}
const ALL: readonly number[] = Object.values(TOLD)

/** Unit attentions about reservations of one nexus: each comes once, in time, and none without its cause. */
export class ReservationNewsCheck {
  readonly #wrong: (sentence: string) => void
  #causes: Cause[] = []
  /** By code: a command that is sent after this moment must be told. */
  readonly #due = new Map<number, number>()
  /** By code: when it was reported last. */
  readonly #reportedAt = new Map<number, number>()
  /** Since when the nexus has used the unit, so that it is told of changes. */
  #usesSince: number | undefined

  constructor(wrong: (sentence: string) => void) {
    this.#wrong = wrong
  }

  /** Another session: it begins with the power on, which tells of everything before. */
  restart(): void {
    this.#usesSince = undefined
    this.#due.clear()
  }

  /** Another nexus asks for this. Undefined: it tells nobody. */
  mayBeTold(act: ReservationAct): NewsCause | undefined {
    const codes = CODES[act.kind]
    if (codes === undefined) return undefined
    const cause: Cause = { codes, endedAt: undefined }
    this.#causes.push(cause)
    return { ends: (moment) => (cause.endedAt = moment) }
  }

  /** A change that began at `from` and was answered at `now` told this nexus. */
  isDue(code: number, from: number, now: number): void {
    const isToldAlready = (this.#reportedAt.get(code) ?? -1) >= from
    if (this.#usesSince !== undefined && this.#usesSince < from && !isToldAlready) this.#due.set(code, now)
  }

  /** A command that was sent at `moment` has ended with this attention, now. */
  reported(code: number, moment: number, now: number): void {
    this.#usesSince ??= moment
    if (!ALL.includes(code)) return
    this.#due.delete(code)
    this.#reportedAt.set(code, now)
    const matching = this.#causes.filter(({ codes }) => codes.includes(code))
    if (matching.length === 0) this.#wrong(`is told ${code.toString(16)}, and nobody did anything, or it is told twice`)
    // All that had ended when the command was sent are told as one. Which of them tells another code is not known, so any still may.
    const over = matching.filter(({ endedAt }) => endedAt !== undefined && endedAt <= moment)
    for (const cause of over.length > 0 ? over : matching.slice(0, 1)) cause.codes = cause.codes.filter((one) => one !== code)
    this.#causes = this.#causes.filter(({ codes }) => codes.length > 0)
  }

  /** A command that an attention would have ended was sent at `moment`, and has ended otherwise. */
  passed(moment: number): void {
    this.#usesSince ??= moment
    // What ended before it has told this nexus nothing, or that was reported.
    this.#causes = this.#causes.filter(({ endedAt }) => endedAt === undefined || endedAt > moment)
    for (const [code, since] of this.#due) if (moment > since) this.#wrong(`is not told ${code.toString(16)}, which it should have been`)
  }
}
