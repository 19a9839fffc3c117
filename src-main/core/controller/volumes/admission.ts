import { assert } from '../../../base/assert'
import type { ControllerId } from '../../../contract/controller-id'
import { LIMITS } from '../../../contract/limits'
import type { TracePort } from '../../ports'
import type { IoCounters, OperationOutcome, VolumeOperation } from './volume-operation'

export interface AdmissionParts {
  readonly self: ControllerId
  readonly trace: TracePort
  readonly counters: IoCounters
}

/** Limits the unanswered operations of hosts and the peer over all volumes, and counts host I/O that succeeds. */
export class Admission {
  readonly #parts: AdmissionParts
  #underWay = 0
  #idle: (() => void) | undefined

  constructor(parts: AdmissionParts) {
    this.#parts = parts
  }

  /** False when there are too many. */
  admit(): boolean {
    if (this.#underWay >= LIMITS.volumeOperations) return false
    this.#underWay++
    return true
  }

  /** The operation has ended: whoever asked for it learns of it. */
  finish(io: VolumeOperation, outcome: OperationOutcome): void {
    this.#count(io, outcome)
    io.finish(outcome)
  }

  #count(io: VolumeOperation, outcome: OperationOutcome): void {
    const { self, trace, counters } = this.#parts
    this.#underWay--
    assert(this.#underWay >= 0, 'more operations ended than began')
    if (io.origin === 'host' && outcome.ok) counters.count(io)
    if (!outcome.ok && io.trace !== undefined) {
      trace.record({ ...io.trace, kind: 'io.failed', place: `controller-${self}`, data: { reason: outcome.fault } })
    }
    if (this.#underWay > 0) return
    const idle = this.#idle
    this.#idle = undefined
    idle?.()
  }

  /** Calls `done` once nothing is under way or held. */
  whenIdle(done: () => void): void {
    if (this.#underWay === 0) done()
    else this.#idle = done
  }
}
