import { present } from '../../base/assert'
import type { TraceId } from '../../contract/trace'
import type { DrivePort, DriveStatus, WriteClaim } from '../ports'
import type { GroupLayout } from './geometry'

/** One write to one member, planned before any is issued. */
export interface MemberWrite {
  readonly member: number
  readonly memberBlock: number
  readonly from: Uint8Array[]
}

/**
 * The drives of a group, addressed by member.
 *
 * A member whose drive does not answer is given up as long as the level can do without it. At first it is *suspected*:
 * nothing is asked of it any more, and nothing that missed it counts as done. It has *failed* when the array state says so.
 * From then on it may miss writes, so what it has is never used again, by either controller.
 */
export class Members {
  readonly count: number
  readonly #ports: readonly DrivePort[]
  readonly #firstBlocks: readonly number[]
  readonly #redundancy: number
  readonly #standing: ('in-use' | 'suspected' | 'failed')[]
  readonly #suspect: ((drive: number) => void) | undefined
  #waiting: ((isSettled: boolean) => void)[] = []
  #isAbandoned = false

  /** `suspect` has the failure put on record and tells by `recordFailed`. Without it there is nobody else who has to know. */
  constructor(layout: GroupLayout, drives: readonly DrivePort[], options: { readonly failedDrives: readonly number[]; readonly suspect: ((drive: number) => void) | undefined }) {
    const { sections, redundancy } = layout
    this.count = sections.length
    this.#ports = sections.map((section) => present(drives.find((drive) => drive.index === section.drive), `drive ${section.drive}`))
    this.#firstBlocks = sections.map((section) => section.firstBlock)
    this.#redundancy = redundancy
    this.#standing = sections.map((section) => (redundancy > 0 && options.failedDrives.includes(section.drive) ? 'failed' : 'in-use'))
    this.#suspect = options.suspect
  }

  /** Nothing is read from it or written to it: it may have missed a write, or is about to. */
  isOut(member: number): boolean {
    return this.#standing[member] !== 'in-use'
  }

  hasFailed(member: number): boolean {
    return this.#standing[member] === 'failed'
  }

  get isSettled(): boolean {
    return !this.#standing.includes('suspected')
  }

  /** One more than the level can do without is not given up: what it still has is all there is. */
  noteFailure(member: number, status: DriveStatus): void {
    if (status !== 'failed' || this.isOut(member) || this.#outCount() >= this.#redundancy) return
    this.#standing[member] = this.#suspect === undefined ? 'failed' : 'suspected'
    this.#suspect?.(this.#ports[member]!.index)
  }

  /** Of the drives that the array state says have failed. A suspicion that would be one too many with them is taken back. */
  recordFailed(drives: readonly number[]): void {
    this.#ports.forEach((port, member) => {
      if (drives.includes(port.index)) this.#standing[member] = 'failed'
    })
    const isFull = this.#standing.filter((standing) => standing === 'failed').length >= this.#redundancy
    this.#standing.forEach((standing, member) => {
      if (isFull && standing === 'suspected') this.#standing[member] = 'in-use'
    })
    if (this.isSettled) this.#release()
  }

  /** What is suspected will not be on record any more: this controller has stopped. */
  abandon(): void {
    this.#isAbandoned = true
    this.#release()
  }

  /** Calls `run`, at once or later, when nothing is suspected any more, or with false when that will not be. */
  whenSettled(run: (isSettled: boolean) => void): void {
    if (this.isSettled || this.#isAbandoned) run(this.isSettled)
    else this.#waiting.push(run)
  }

  outDrives(): number[] {
    return this.#ports.filter((_, member) => this.isOut(member)).map((port) => port.index)
  }

  /** For the caller to note a failure: the hot path has no closure of its own here. */
  read(member: number, memberBlock: number, into: Uint8Array, cause: TraceId | undefined, done: (status: DriveStatus) => void): void {
    this.#ports[member]!.read({ firstBlock: this.#firstBlocks[member]! + memberBlock, into, cause }, done)
  }

  write(write: MemberWrite, claim: WriteClaim, cause: TraceId | undefined, done: (status: DriveStatus) => void): void {
    const firstBlock = this.#firstBlocks[write.member]! + write.memberBlock
    this.#ports[write.member]!.write({ firstBlock, from: write.from, claim, cause }, (status) => {
      this.noteFailure(write.member, status)
      done(status)
    })
  }

  flush(member: number, cause: TraceId | undefined, done: (status: DriveStatus) => void): void {
    this.#ports[member]!.flush({ cause }, (status) => {
      this.noteFailure(member, status)
      done(status)
    })
  }

  /** For a request that needs a member which is out: the drive is asked so that the answer comes as a completion. */
  refuse(member: number, cause: TraceId | undefined, done: () => void): void {
    this.#ports[member]!.flush({ cause }, () => done())
  }

  #outCount(): number {
    return this.#standing.filter((standing) => standing !== 'in-use').length
  }

  #release(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const run of waiting) run(this.isSettled)
  }
}
