import type { Result } from '../base/result'
import type { LabApi } from '../contract/lab-api'
import type { LabError } from '../contract/lab-error'
import type { RecordingShelf } from '../contract/recording'
import type { LabSnapshot } from '../contract/snapshot'
import type { TraceEvent } from '../contract/trace'
import type { OpenDesk } from './exercise-desk'
import type { LabAddresses } from './lab-addresses'
import { getServiceTable, postServiceRequest } from './management-client'
import type { SimulationSupervisor } from './simulation'
import type { SnapshotSender } from './snapshot-sender'
import type { Surprise } from './surprise'
import type { TraceCollector } from './trace-collector'

export interface RunningApiParts {
  /** As those may see it who watch the lab. */
  readonly shown: () => LabSnapshot
  readonly addresses: LabAddresses
  readonly runCommand: (name: string, parameters: unknown) => Result<null, LabError>
  readonly collector: Pick<TraceCollector, 'recent' | 'onEvents'>
  readonly snapshots: Pick<SnapshotSender, 'subscribe'>
  readonly surprise: Pick<Surprise, 'maskEvent'>
  readonly simulation: SimulationSupervisor
  readonly recordings: () => RecordingShelf
  readonly desk: OpenDesk
}

/** What windows ask of a lab that runs. A learner’s try that goes on may not allow what they do. */
export function runningApi(parts: RunningApiParts): LabApi {
  const { addresses, collector, snapshots, surprise, simulation, desk } = parts
  const mask = (event: TraceEvent): TraceEvent => surprise.maskEvent(event)
  return {
    snapshot: () => Promise.resolve(parts.shown()),
    access: () => Promise.resolve(addresses.access()),
    serviceTable: () => getServiceTable(addresses.management('a')).catch(() => getServiceTable(addresses.management('b'))),
    recentEvents: (limit) => Promise.resolve(collector.recent(limit).map(mask)),
    command: (name, parameters) => Promise.resolve(desk.live.commanded(name, parameters, () => parts.runCommand(name, parameters))),
    requestService: (to, request) => desk.live.requested(to, request, (sent) => postServiceRequest(addresses.management(to), sent)),
    onSnapshot: (listener) => snapshots.subscribe(listener),
    onEvents: (listener) => collector.onEvents((events) => listener(events.map(mask))),
    simulation: () => Promise.resolve(simulation.view),
    recordings: () => Promise.resolve(parts.recordings()),
    simulate: (order) => simulation.order(order),
    giveRecording: (piece) => simulation.giveRecording(piece),
    exportRun: (order) => simulation.exportRun(order),
    onSimulation: (listener) => simulation.subscribe(listener),
    exercises: () => desk.look(),
    exercise: (order) => desk.order(order),
    onExercises: (listener) => desk.subscribe(listener),
    classroom: () => Promise.resolve(desk.classroom.view),
    teach: (order) => desk.classroom.order(order),
    onClassroom: (listener) => desk.classroom.subscribe(listener),
  }
}
