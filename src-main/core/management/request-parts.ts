import type { ControllerId } from '../../contract/controller-id'
import type { ControllerCounters } from '../../contract/snapshot'
import type { EventLog } from '../controller/peer/event-log'
import type { SecurityLog } from '../controller/peer/security-log'
import type { PeerSession } from '../controller/peer/peer-session'
import type { Standing } from '../controller/peer/standing'
import type { ArrayStore } from '../controller/state/array-store'
import type { Giveback } from '../controller/pair/giveback'
import type { PlannedHalt } from '../controller/pair/planned-halt'
import type { Restarts } from '../controller/pair/restarts'
import type { TakeoverHistory } from '../controller/pair/takeover-record'
import type { VolumeMover } from '../controller/volumes/volume-mover'
import type { VolumeRest } from '../controller/volumes/volume-rest'
import type { IoCounters } from '../controller/volumes/volume-operation'
import type { VolumeService } from '../controller/volumes/volume-service'
import type { ClockPort, ControllerPorts } from '../ports'

/** Requests that arrived at the addresses this controller serves, and requests that it carried out. */
export class ServiceCounters {
  received = 0
  served = 0
}

/** The parts of a controller that service requests read, and the parts that carry them out. */
export interface RequestParts {
  readonly self: ControllerId
  readonly targetName: string
  readonly clock: ClockPort
  readonly ports: Pick<ControllerPorts, 'drives'>
  readonly log: EventLog
  readonly security: SecurityLog
  readonly session: PeerSession
  readonly standing: Standing
  readonly store: ArrayStore
  readonly volumes: VolumeService
  readonly counters: IoCounters
  readonly serviceCounters: ServiceCounters
  readonly history: TakeoverHistory

  readonly mover: VolumeMover
  readonly rest: VolumeRest
  readonly giveback: Giveback
  readonly halt: PlannedHalt
  readonly restarts: Restarts
}

export interface DriveView {
  readonly index: number
  readonly state: 'online' | 'failed'
}

/** A drive is failed here if it is out in any group. */
export function driveViews({ ports, volumes }: Pick<RequestParts, 'ports' | 'volumes'>): readonly DriveView[] {
  const failed = volumes.failedDrives()
  return ports.drives.map(({ index }) => ({ index, state: failed.has(index) ? 'failed' : 'online' }))
}

export function countersOf({ counters, serviceCounters }: Pick<RequestParts, 'counters' | 'serviceCounters'>): ControllerCounters {
  const { reads, writes, readBytes, writtenBytes, forwarded, forwardedIn, refusedWrites } = counters
  const { received, served } = serviceCounters
  return { reads, writes, readBytes, writtenBytes, forwarded, forwardedIn, refusedWrites, serviceReceived: received, serviceServed: served }
}
