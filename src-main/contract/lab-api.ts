import * as v from 'valibot'
import type { Result } from '../base/result'
import type { Classroom, ClassroomOrder } from './classroom'
import { controllerIdSchema, type ControllerId } from './controller-id'
import type { ExerciseDesk, ExerciseOrder } from './exercise-desk'
import type { LabError } from './lab-error'
import type { GivenPiece } from './given-recording'
import { LIMITS } from './limits'
import { ADDRESS_KINDS } from './pair-faults'
import { recordingNameSchema, RECORDINGS_MIB, type RecordingShelf } from './recording'
import type { ExportOrder, ExportPiece } from './run-export'
import type { ServiceAnswer, ServiceRequest } from './service-request'
import type { SimulationOrder, SimulationPush, SimulationView } from './simulation'
import type { LabSnapshot, ServiceTable } from './snapshot'
import type { TraceEvent } from './trace'
import { workloadSchema } from './workload'

/** What a person does to the lab from outside the array: faults and the workload, but nothing that a service request can do. */
const noParameters = v.strictObject({})
const ofController = v.strictObject({ controller: controllerIdSchema })
const count = v.pipe(v.number('must be a number'), v.safeInteger('must be a whole number'), v.minValue(0, 'must not be negative'))
const ofDrive = v.strictObject({ drive: count })
/** A sector of it; left out: some sector that holds something. */
const inDrive = v.strictObject({ drive: count, block: v.optional(count) })
const ofRecording = v.strictObject({ name: recordingNameSchema })
const atMost = (max: number) => v.pipe(count, v.maxValue(max, `must be at most ${max}`))
const ofAddress = v.strictObject({
  controller: controllerIdSchema,
  address: v.picklist(ADDRESS_KINDS, `must be one of ${ADDRESS_KINDS.join(', ')}`),
})

export const LAB_COMMANDS = {
  kill: ofController,
  hang: ofController,
  panic: ofController,
  restart: ofController,
  'cut-interconnect': noParameters,
  'mend-interconnect': noParameters,
  /** For each message, in each direction; 0 ends it. */
  'slow-interconnect': v.strictObject({ extraLatencyMs: atMost(LIMITS.interconnectExtraLatencyMs) }),
  'unplug-portal': ofController,
  'plug-in-portal': ofController,
  'unplug-management': ofController,
  'plug-in-management': ofController,
  'steal-address': ofAddress,
  'give-address-back': ofAddress,
  'remove-battery': ofController,
  'put-battery-back': ofController,
  /** A fault drawn from a seed strikes after a drawn time, and is hidden. Left out: any seed. */
  surprise: v.strictObject({ seed: v.optional(atMost(LIMITS.surpriseSeed)) }),
  'reveal-surprise': noParameters,
  'pull-drive': ofDrive,
  'put-drive-back': ofDrive,
  'fail-drive': ofDrive,
  'replace-drive': ofDrive,
  'slow-drive': v.strictObject({ drive: count, extraLatencyMs: atMost(LIMITS.driveExtraLatencyMs) }),
  'spoil-sector': inDrive,
  'flip-bit': inDrive,
  'start-workload': v.strictObject({ workload: v.optional(workloadSchema) }),
  'stop-workload': noParameters,
  'verify-ledger': noParameters,
  /** `replaceDrives`: dead drives may be replaced by blank ones. What is on them is gone then. */
  'make-whole': v.strictObject({ replaceDrives: v.optional(v.boolean()) }),
  'cancel-make-whole': noParameters,
  'reset-outages': noParameters,
  'pin-recording': ofRecording,
  'unpin-recording': ofRecording,
  /** Room for those that nobody keeps. If less fits, the oldest go at once. */
  'bound-recordings': v.strictObject({
    mib: v.pipe(atMost(RECORDINGS_MIB.max), v.minValue(RECORDINGS_MIB.min, `must be at least ${RECORDINGS_MIB.min}`)),
  }),
} as const
export type LabCommandName = keyof typeof LAB_COMMANDS
export type LabCommandParameters<N extends LabCommandName> = v.InferInput<(typeof LAB_COMMANDS)[N]>

/** The addresses and the token for reaching the lab from other programs. Never in a snapshot. */
export interface LabAccess {
  readonly target: string
  readonly portals: Readonly<Record<ControllerId, string>>
  readonly management: Readonly<Record<ControllerId, string>>
  readonly http: string | undefined
  readonly token: string
}

/** The one interface of the window, over Electron's IPC or over WebSocket. Plain data both ways. */
export interface LabApi {
  snapshot(): Promise<LabSnapshot>
  access(): Promise<LabAccess>
  serviceTable(): Promise<ServiceTable>
  /** All rare events of this session (contract/trace-history), and at most so many of the others: the newest in memory. Oldest first. */
  recentEvents(limit: number): Promise<readonly TraceEvent[]>
  command<N extends LabCommandName>(name: N, parameters: LabCommandParameters<N>): Promise<Result<null, LabError>>
  /** Goes to that controller's management port like any other request. Rejects only if no controller serves the port. */
  requestService(to: ControllerId, request: ServiceRequest): Promise<Result<ServiceAnswer, LabError>>
  /** Each returns a function that ends the subscription. */
  onSnapshot(listener: (snapshot: LabSnapshot) => void): () => void
  onEvents(listener: (events: readonly TraceEvent[]) => void): () => void
  /** One player a lab, beside the live pair and without touching it; all windows see the same. */
  simulate(order: SimulationOrder): Promise<Result<null, LabError>>
  simulation(): Promise<SimulationView>
  /** In the lab's folder. */
  recordings(): Promise<RecordingShelf>
  /** Opens a recording in the player that is no file of the lab. It comes in pieces. */
  giveRecording(piece: GivenPiece): Promise<Result<null, LabError>>
  /** Of the run that is open in the player. */
  exportRun(order: ExportOrder): Promise<Result<ExportPiece, LabError>>
  onSimulation(listener: (push: SimulationPush) => void): () => void
  /** Where exercises are done: one desk a lab. Its runs are shown by the player. */
  exercises(): Promise<ExerciseDesk>
  exercise(order: ExerciseOrder): Promise<Result<null, LabError>>
  onExercises(listener: (desk: ExerciseDesk) => void): () => void
  /** What a trainer has of a class: one classroom a lab. */
  classroom(): Promise<Classroom>
  teach(order: ClassroomOrder): Promise<Result<null, LabError>>
  onClassroom(listener: (classroom: Classroom) => void): () => void
}
