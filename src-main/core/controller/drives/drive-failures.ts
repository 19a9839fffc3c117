import { ok } from '../../../base/result'
import type { ArrayState, FailedMember } from '../../../contract/array-state'
import type { ControllerId } from '../../../contract/controller-id'
import type { ServiceError } from '../../../contract/service-request'
import type { ClockPort, TracePort } from '../../ports'
import { withoutMembers } from '../state/rebuild-changes'
import type { Committer } from '../state/committer'
import type { EventLog } from '../peer/event-log'
import type { Standing } from '../peer/standing'
import type { ControllerTimings } from '../peer/timings'
import type { VolumeService } from '../volumes/volume-service'

type Suspicion = Pick<FailedMember, 'groupId' | 'drive'>

export interface DriveFailuresParts {
  readonly self: ControllerId
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly log: EventLog
  readonly committer: Committer
  readonly volumes: Pick<VolumeService, 'groups' | 'recordFailed'>
  readonly timings: Pick<ControllerTimings, 'retryMs'>
  readonly standing: Standing
}

/**
 * Records drives that do not answer as failed. A group may count a write that missed a drive as done only once the array state
 * says so, at both controllers. Otherwise a controller that does not know, the peer or a later incarnation of this one, would
 * read old data from the drive as soon as it answers again.
 */
export class DriveFailures {
  readonly #parts: DriveFailuresParts
  #suspected: Suspicion[] = []
  #isUnderWay = false

  constructor(parts: DriveFailuresParts) {
    this.#parts = parts
  }

  /** Called by a group in the middle of its I/O, so the suspicion is handled in an event of its own. */
  suspect(suspicion: Suspicion): void {
    this.#suspected.push(suspicion)
    this.#commitAfter(0)
  }

  #commitAfter(delayMs: number): void {
    if (this.#isUnderWay) return
    this.#isUnderWay = true
    this.#parts.clock.after(delayMs, () => this.#commit())
  }

  #commit(): void {
    const { committer, timings, standing, volumes } = this.#parts
    let told: readonly Suspicion[] = []
    const change = (state: ArrayState): ArrayState => {
      told = [...this.#suspected]
      return withoutMembers(state, told, failedAgain)
    }
    committer.commitFirst(
      (state) => ok(change(state)),
      (outcome) => {
        this.#isUnderWay = false
        if (outcome.ok) {
          this.#suspected = this.#suspected.filter((suspicion) => !told.includes(suspicion))
          // Even if nothing changed: this withdraws a suspicion against a drive that the group cannot do without.
          volumes.recordFailed(outcome.value)
          if (this.#suspected.length > 0) this.#commitAfter(0)
        } else if (standing.isStopped) {
          for (const group of volumes.groups()) group.abandon()
        } else {
          this.#commitAfter(timings.retryMs)
        }
      },
    )
  }

  installed(state: ArrayState, previous: ArrayState | undefined): void {
    const { self, log, trace } = this.#parts
    for (const { groupId, drive, afterGeneration } of state.failedMembers ?? []) {
      if (previous?.failedMembers?.some((before) => before.groupId === groupId && before.drive === drive) === true) continue
      const name = state.configuration.groups.find(({ id }) => id === groupId)?.name ?? String(groupId)
      trace.record({ place: `controller-${self}`, kind: 'drive.failed', to: `drive-${drive}`, data: { drive, groupId, afterGeneration } })
      const what = `Group "${name}" carries on without drive ${drive}, which did not answer or is not what it was.`
      log.add('error', `${what} It misses writes from now on, so it stays out until it is rebuilt (rebuild-drive).`)
    }
  }
}

function failedAgain(drive: number): ServiceError {
  const message = `Drive ${drive} did not answer during its rebuild. It stays out. Check it, then send a new request.`
  return { code: 'not-possible-now', message }
}
