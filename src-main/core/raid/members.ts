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

/** The drives of a group, addressed by member. */
export class Members {
  readonly count: number
  readonly #ports: readonly DrivePort[]
  readonly #firstBlocks: readonly number[]
  readonly #left: boolean[]
  readonly #redundant: boolean

  constructor(layout: GroupLayout, drives: readonly DrivePort[], failedDrives: readonly number[]) {
    const { sections } = layout
    this.count = sections.length
    this.#ports = sections.map((section) => present(drives.find((drive) => drive.index === section.drive), `drive ${section.drive}`))
    this.#firstBlocks = sections.map((section) => section.firstBlock)
    this.#redundant = layout.redundancy > 0
    this.#left = sections.map((section) => this.#redundant && failedDrives.includes(section.drive))
  }

  /** The drive answered `failed` once: it may have missed a write, so what it has is not used again. */
  hasFailed(member: number): boolean {
    return this.#left[member]!
  }

  /** Members of a group without redundancy are never given up: what they still have is all there is. */
  noteFailure(member: number, status: DriveStatus): void {
    if (status === 'failed' && this.#redundant) this.#left[member] = true
  }

  failedDrives(): number[] {
    return this.#ports.filter((_, member) => this.#left[member]).map((port) => port.index)
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

  /** For a request that needs a member which has failed: the drive is asked so that the answer comes as a completion. */
  refuse(member: number, cause: TraceId | undefined, done: () => void): void {
    this.#ports[member]!.flush({ cause }, () => done())
  }
}
