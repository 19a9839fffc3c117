import type { Result } from '../base/result'
import type { LabError } from '../contract/lab-error'
import type { LabSnapshot } from '../contract/snapshot'
import type { LiveLab } from '../exercise/live/live-lab'
import type { LabAddresses } from './lab-addresses'
import { postServiceRequest } from './management-client'
import type { TraceCollector } from './trace-collector'
import { recordTry, type TryRecorder } from './try-recorder'

/** A lab that runs, as an exercise uses it. */
export class LabForExercises {
  readonly lab: LiveLab
  #tryRecorder: TryRecorder | undefined

  constructor(parts: {
    readonly nowMs: () => number
    readonly compose: () => LabSnapshot
    readonly runCommand: (name: string, parameters: unknown) => Result<null, LabError>
    readonly addresses: Pick<LabAddresses, 'management'>
    readonly collector: Pick<TraceCollector, 'onEvents' | 'flush'>
  }) {
    const { nowMs, compose, runCommand, addresses, collector } = parts
    this.lab = {
      nowMs,
      snapshot: compose,
      command: runCommand,
      requestService: (to, request) => postServiceRequest(addresses.management(to), request),
      onEvents: (listener) => collector.onEvents(listener),
      record: () => (this.#tryRecorder = recordTry({ compose, collector, ended: () => (this.#tryRecorder = undefined) })),
    }
  }

  /** Something of the pair may have changed. */
  look(): void {
    this.#tryRecorder?.look()
  }
}
