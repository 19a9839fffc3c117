import type { TraceId } from '../../contract/trace'
import type { DriveStatus, WriteClaim } from '../ports'
import { carryOut, type CarriedOut } from './carry-out'
import { giveUpInterrupted, putBackBy } from './interrupted-losses'
import type { InterruptedRows } from './interrupted-rows'
import type { GroupLayout } from './levels/level'
import { worse, type MemberRange } from './member-io'
import { giveUpRows, type Row } from './lost-rows'
import type { Members } from './members'
import { readMember } from './recovery'
import { InterruptedStripes, type StripeRange } from './interrupted-stripes'
import type { PartialParity, WritePlan, WriteRun } from './write-plan'

/** Runs inside stripes that are locked exclusively. */
export interface LockedWrite extends StripeRange {
  readonly runs: readonly WriteRun[]
  readonly claim: WriteClaim
  readonly cause?: TraceId | undefined
  readonly recomputeParity?: boolean | undefined
  readonly secure?: ((partials: readonly PartialParity[], go: (isSecured: boolean) => void) => void) | undefined
}

/** Writes to a group: plans the write, has partial parity logged, carries the plan out, and remembers what was interrupted. */
export class GroupWriter {
  readonly #layout: GroupLayout
  readonly #members: Members
  readonly #interruptedRows: InterruptedRows
  readonly #interruptedStripes = new InterruptedStripes()
  readonly #lost: ((groupBlocks: readonly number[]) => void) | undefined

  constructor(
    layout: GroupLayout,
    members: Members,
    options: { readonly interruptedRows: InterruptedRows; readonly lost: ((groupBlocks: readonly number[]) => void) | undefined },
  ) {
    this.#layout = layout
    this.#members = members
    this.#interruptedRows = options.interruptedRows
    this.#lost = options.lost
  }

  isInterrupted(range: StripeRange): boolean {
    return this.#interruptedStripes.hasAny(range)
  }

  write(io: LockedWrite, done: (status: DriveStatus) => void): void {
    const { cause, runs } = io
    const recomputeParity = io.recomputeParity === true || this.#interruptedStripes.hasAny(io)
    let isBegun = recomputeParity
    let begun: readonly PartialParity[] = []
    let mayGiveUp = this.#layout.redundancy > 0
    const isInterrupted = recomputeParity || this.#interruptedRows.hasAny(io)
    const finish = (status: DriveStatus): void => {
      if (status === 'good') for (const run of runs) this.#interruptedRows.forget(run)
      else for (const update of begun) this.#interruptedRows.note(update)
      // A stripe stays interrupted while some rows of it are.
      const isOver = status !== 'good' || !this.#interruptedRows.hasAny(io)
      if (this.#layout.redundancy > 0 && isBegun && isOver) this.#interruptedStripes.note(io, status)
      done(status)
    }
    const attempt = (isSettled: boolean): void => {
      if (!isSettled) {
        this.#members.refuse(0, cause, () => finish('failed'))
        return
      }
      const write = { runs, cause, recomputeParity, readOld: this.#readerOf(recomputeParity, io) }
      this.#layout.rule.planWrite(this.#layout, this.#members, write, (planned) => {
        if (planned.status === 'medium-error' && mayGiveUp) {
          mayGiveUp = false
          // A drive that is only suspected may still have the data.
          this.#members.whenSettled((isNowSettled) => {
            if (!isNowSettled) finish(planned.status)
            else
              this.#giveUpLost(io, isInterrupted, (given) => {
                if (given === 'good') this.#members.whenSettled(attempt)
                // This passes, and then what is lost can be given up.
                else finish(given === 'no-space' ? given : worse('medium-error', given))
              })
          })
        } else if (planned.status !== 'good') finish(planned.status)
        // A drive was dropped while the plan was made: plan again once that is recorded.
        else if (!this.#members.isSettled) this.#members.whenSettled(attempt)
        else {
          secured(io, planned.plan, (isSecured) => {
            if (!isSecured) {
              finish('failed')
              return
            }
            isBegun = true
            begun = planned.plan.partials
            carryOut(this.#members, planned.plan, io, (outcome) => whenRecorded(this.#members, outcome, finish))
          })
        }
      })
    }
    this.#members.whenSettled(attempt)
  }

  flush(cause: TraceId | undefined, done: (status: DriveStatus) => void): void {
    const members = this.#members
    const missed: number[] = []
    const asked = this.#layout.sections.flatMap((_, member) => (members.hasFailed(member) ? [] : [member]))
    let waiting = asked.length
    let worst: DriveStatus = 'good'
    for (const member of asked) {
      members.flush(member, cause, (status) => {
        // If a drive stops answering, the others still have the data, provided that nobody reads from that drive again.
        if (status === 'failed' && members.isGone(member)) missed.push(member)
        else worst = worse(worst, status)
        if (--waiting === 0) whenRecorded(members, { status: worst, missed }, done)
      })
    }
  }

  /** Sectors of these rows cannot be read, and without them there is no new parity. New data must be able to heal them. */
  #giveUpLost({ runs, claim, cause, secure }: LockedWrite, isInterrupted: boolean, done: (status: DriveStatus) => void): void {
    const { rule, stripeBlocks } = this.#layout
    const rows = new Map<number, Row>()
    for (const { firstBlock, blockCount } of runs) {
      for (let block = firstBlock; block < firstBlock + blockCount; block++) {
        const memberBlock = rule.memberBlockOf(this.#layout, block)
        rows.set(memberBlock, { stripe: Math.floor(block / stripeBlocks), memberBlock })
      }
    }
    const tell = (status: DriveStatus, lost: readonly number[]): void => {
      if (lost.length > 0) this.#lost?.(lost)
      done(status)
    }
    const all = [...rows.values()]
    if (!isInterrupted) giveUpRows(this.#layout, this.#members, all, { rebuilt: undefined, claim, cause }, tell)
    // Without a log to say what the rows are going to be, they wait for the sector or the drive.
    else if (secure === undefined || this.#layout.rule.parityCount === 0) done('medium-error')
    else giveUpInterrupted(this.#layout, this.#members, this.#interruptedRows, { rows: all, runs, claim, cause, secure }, tell)
  }

  /** Where parity cannot be trusted, reads use the partial parity that the interrupted update logged. */
  #readerOf(recomputeParity: boolean, { claim }: LockedWrite): (range: MemberRange, done: (status: DriveStatus) => void) => void {
    if (recomputeParity && !this.#interruptedRows.isEmpty) {
      const putBack = putBackBy(this.#members, claim)
      return (range, done) => this.#interruptedRows.read(this.#members, range, done, putBack)
    }
    return (range, done) => readMember(this.#layout, this.#members, range, done)
  }
}

function secured({ secure }: LockedWrite, { partials }: WritePlan, go: (isSecured: boolean) => void): void {
  if (partials.length === 0 || secure === undefined) go(true)
  else secure(partials, go)
}

/** A write that missed a drive is done only once the drive is recorded as failed. Otherwise it could come back with old data. */
function whenRecorded(members: Members, { status, missed }: CarriedOut, done: (status: DriveStatus) => void): void {
  if (missed.length === 0) done(status)
  else members.whenSettled(() => done(missed.every((member) => members.hasFailed(member)) ? status : worse(status, 'failed')))
}
