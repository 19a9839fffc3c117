import type { ControllerId } from '../../../contract/controller-id'
import type { ClockPort, TracePort } from '../../ports'
import type { ArrayStore } from '../state/array-store'
import type { Committer } from '../state/committer'
import type { EventLog } from '../peer/event-log'
import type { VolumeService } from '../volumes/volume-service'

/** What work needs that goes over stripes in the background, and of which the array state says how far it is. */
export interface BackgroundParts {
  readonly self: ControllerId
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly log: EventLog
  readonly store: ArrayStore
  readonly committer: Committer
  readonly volumes: VolumeService
  isServing(): boolean
}
