import type { TraceTag } from '../../ports'
import type { Pdu } from '../codec/framer'
import type { ScsiResponse } from '../../scsi/device'
import type { ScsiCommandPdu } from '../codec/pdu/scsi-command'
import type { WriteTransfer } from './write-transfer'

/**
 * - `arrived`: known, but its turn has not come
 * - `waiting`: its turn has come, but there is no room for its data
 * - `collecting`: its data is arriving
 * - `executing`: SCSI has it
 */
export type TaskState = 'arrived' | 'waiting' | 'collecting' | 'executing' | 'ended'

/** One SCSI command of a session. */
export class Task {
  readonly command: ScsiCommandPdu
  readonly transfer: WriteTransfer | undefined
  readonly trace: TraceTag | undefined
  /** By its CDB, besides its data-out. */
  readonly memoryBytes: number
  state: TaskState = 'arrived'
  /** Ends without a response as soon as SCSI returns it. */
  isAborted = false
  /** The response, if it cannot be executed. */
  refusal: ScsiResponse | undefined
  /** Of the session's memory: what came before it could begin, and what it needs once it has begun. */
  heldBytes = 0
  reservedBytes = 0
  readonly #whenEnded: (() => void)[] = []

  constructor(options: {
    readonly command: ScsiCommandPdu
    readonly transfer: WriteTransfer | undefined
    readonly trace: TraceTag | undefined
    readonly memoryBytes: number
  }) {
    this.command = options.command
    this.transfer = options.transfer
    this.trace = options.trace
    this.memoryBytes = options.memoryBytes
  }

  whenEnded(run: () => void): void {
    this.#whenEnded.push(run)
  }

  end(): void {
    this.state = 'ended'
    for (const run of this.#whenEnded.splice(0)) run()
  }
}

/** A command that has arrived, perhaps before its turn. A SCSI command is opened on arrival, since its data may follow at once. */
export interface Arrival {
  /** Undefined: nothing arrived, but the number counts as received. */
  readonly pdu: Pdu | undefined
  readonly task: Task | undefined
}

/** Calls `run` when the last of the tasks has ended, or at once if there are none. */
export function afterAll(tasks: readonly Task[], run: () => void): void {
  let left = tasks.length
  if (left === 0) run()
  for (const task of tasks) {
    task.whenEnded(() => {
      left--
      if (left === 0) run()
    })
  }
}
