import type { Result } from '../../base/result'
import type { ControllerId } from '../../contract/controller-id'
import type { LabError } from '../../contract/lab-error'
import type { ServiceAnswer, ServiceRequest } from '../../contract/service-request'
import type { LabSnapshot } from '../../contract/snapshot'
import type { TraceEvent } from '../../contract/trace'

/** A lab that runs, as a live exercise uses it. */
export interface LiveLab {
  /** On the trace clock. */
  nowMs(): number
  snapshot(): LabSnapshot
  command(name: string, parameters: unknown): Result<null, LabError>
  requestService(to: ControllerId, request: ServiceRequest): Promise<Result<ServiceAnswer, LabError>>
  onEvents(listener: (events: readonly TraceEvent[]) => void): () => void
  /** Begins to record what happens from now on. One at a time. */
  record(): TryRecording
}

/** A recording of its own beside that of the lab: of a try, from its first moment to its last. */
export interface TryRecording {
  /** Of the first moment, on the trace clock. */
  readonly fromMs: number
  /** So far. */
  readonly eventCount: number
  /** It has as much as it may have. Nothing is added any more. */
  readonly isFull: boolean
  /** All of it up to now. */
  end(): Promise<Uint8Array>
}
