import type { TraceId } from '../../contract/trace'
import type { DriveStatus, WriteClaim } from '../ports'
import { carryOut, type CarriedOut } from './carry-out'
import type { InterruptedRows } from './interrupted-rows'
import type { GroupLayout } from './levels/level'
import { worse, type MemberRange } from './member-io'
import type { Members } from './members'
import { readMember } from './recovery'
import { TornStripes, type StripeRange } from './torn-stripes'
import type { PartialParity, WritePlan, WriteRun } from './write-plan'

/** Runs inside stripes that are locked exclusively. */
export interface LockedWrite extends StripeRange {
  readonly runs: readonly WriteRun[]
  readonly claim: WriteClaim
  readonly cause?: TraceId | undefined
  readonly makeParityAnew?: boolean | undefined
  readonly secure?: ((partials: readonly PartialParity[], go: (isSecured: boolean) => void) => void) | undefined
}

/** Writes to a group: plans, has secured what a crash in the middle would take, carries out, and remembers what ended half-way. */
export class GroupWriter {
  readonly #layout: GroupLayout
  readonly #members: Members
  readonly #interrupted: InterruptedRows
  readonly #torn = new TornStripes()

  constructor(layout: GroupLayout, members: Members, interrupted: InterruptedRows) {
    this.#layout = layout
    this.#members = members
    this.#interrupted = interrupted
  }

  isTorn(range: StripeRange): boolean {
    return this.#torn.hasAny(range)
  }

  write(io: LockedWrite, done: (status: DriveStatus) => void): void {
    const { claim, cause, runs } = io
    const makeParityAnew = io.makeParityAnew === true || this.#torn.hasAny(io)
    let isBegun = makeParityAnew
    let begun: readonly PartialParity[] = []
    const finish = (status: DriveStatus): void => {
      if (status === 'good') for (const run of runs) this.#interrupted.forget(run)
      else for (const update of begun) this.#interrupted.note(update)
      // A stripe stays torn while some rows of it may be.
      if (this.#layout.redundancy > 0 && isBegun && (status !== 'good' || !this.#interrupted.hasAny(io))) this.#torn.note(io, status)
      done(status)
    }
    const attempt = (isSettled: boolean): void => {
      if (!isSettled) {
        this.#members.refuse(0, cause, () => finish('failed'))
        return
      }
      this.#layout.rule.planWrite(this.#layout, this.#members, { runs, cause, makeParityAnew, readOld: this.#readerOf(makeParityAnew) }, (planned) => {
        if (planned.status !== 'good') finish(planned.status)
        // A drive was given up while the plan was made: another plan, when that is on record.
        else if (!this.#members.isSettled) this.#members.whenSettled(attempt)
        else {
          secured(io, planned.plan, (isSecured) => {
            if (!isSecured) {
              finish('failed')
              return
            }
            isBegun = true
            begun = planned.plan.partials
            carryOut(this.#members, planned.plan, claim, cause, (outcome) => whenRecorded(this.#members, outcome, finish))
          })
        }
      })
    }
    this.#members.whenSettled(attempt)
  }

  /** Where parity says nothing, what an interrupted update has said of its rows stands in for it. */
  #readerOf(makeParityAnew: boolean): (range: MemberRange, done: (status: DriveStatus) => void) => void {
    if (makeParityAnew && !this.#interrupted.isEmpty) return (range, done) => this.#interrupted.read(this.#members, range, done)
    return (range, done) => readMember(this.#layout, this.#members, range, done)
  }
}

function secured({ secure }: LockedWrite, { partials }: WritePlan, go: (isSecured: boolean) => void): void {
  if (partials.length === 0 || secure === undefined) go(true)
  else secure(partials, go)
}

/** What missed a drive is done only when that drive is on record as failed: else it could come back with old data. */
export function whenRecorded(members: Members, { status, missed }: CarriedOut, done: (status: DriveStatus) => void): void {
  if (missed.length === 0) done(status)
  else members.whenSettled(() => done(missed.every((member) => members.hasFailed(member)) ? status : worse(status, 'failed')))
}
