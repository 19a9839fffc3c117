import { assert } from '../../../base/assert'
import { concatBytes, getU32 } from '../../../base/bytes'
import { BoundedQueue } from '../../../base/queue'
import { LIMITS } from '../../../contract/limits'
import type { ClockPort } from '../../ports'
import type { Pdu } from '../codec/framer'
import { COMMON } from '../codec/layout'
import { decodeDataIn, decodeReadyToTransfer } from '../codec/pdu/data'
import { decodeReject } from '../codec/pdu/reject'
import { decodeScsiResponse, SCSI_SERVICE_RESPONSE, senseOfSegment } from '../codec/pdu/scsi-response'
import type { LoginAgreement } from './login'
import type { Outbound } from './outbound'
import type { ScsiOutcome, ScsiRequest } from './scsi-request'
import { InitiatorTask } from './task'

/** Commands in the window and behind it. */
const MAX_TASKS = 2 * LIMITS.commandWindow

export interface ScsiTasksParts {
  readonly clock: ClockPort
  readonly out: Outbound
  /** One less is under way. */
  finished(): void
}

/**
 * The commands of a session: those behind the target's window, and those that wait for data or status. What takes a PDU
 * returns what is wrong with it, if anything is.
 */
export class ScsiTasks {
  readonly #parts: ScsiTasksParts
  readonly #tasks = new Map<number, InitiatorTask>()
  #waiting = new BoundedQueue<InitiatorTask>(MAX_TASKS)
  #agreement: LoginAgreement | undefined

  constructor(parts: ScsiTasksParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#tasks.size
  }

  get isFull(): boolean {
    return this.#tasks.size >= MAX_TASKS
  }

  /** When the command that waits longest was taken; undefined where none waits. */
  get oldestMs(): number | undefined {
    return this.#tasks.values().next().value?.startedMs
  }

  /** The login has ended: commands may come. */
  begin(agreement: LoginAgreement): void {
    this.#agreement = agreement
  }

  /** There must be room. Returns its task tag. */
  execute(request: ScsiRequest, done: (outcome: ScsiOutcome) => void): number {
    assert(request.dataOut === undefined || request.dataInBytes === undefined, 'commands move data one way')
    const { clock, out } = this.#parts
    const task = new InitiatorTask(request, { tag: out.takeTag(), startedMs: clock.nowMs(), done })
    this.#tasks.set(task.tag, task)
    this.#waiting.push(task)
    this.sendWaiting()
    return task.tag
  }

  /** Sends as many commands as the target and the connection have room for. */
  sendWaiting(): void {
    const { out } = this.#parts
    while (!this.#waiting.isEmpty && out.admitsCommand) {
      const task = this.#waiting.shift()!
      task.sendCommand(out.sequence, this.#agreement!, out.send)
      out.numbers.commandSent()
    }
  }

  /** The connection is over: nothing is sent any more, and whoever waits learns that nobody knows. */
  lose(): void {
    const tasks = [...this.#tasks.values()]
    this.#tasks.clear()
    this.#waiting = new BoundedQueue(MAX_TASKS)
    for (const task of tasks) task.done({ kind: 'connection-lost' })
  }

  takeDataIn(pdu: Pdu): string | undefined {
    const dataIn = decodeDataIn(pdu.header)
    const task = this.#tasks.get(dataIn.initiatorTaskTag)
    if (task === undefined) return `Data-In for the unknown task ${dataIn.initiatorTaskTag}`
    const wrong =
      task.takeData(dataIn, pdu.data, pdu.dataBytes) ??
      (dataIn.status === undefined ? undefined : this.#parts.out.numbers.takeStatus(dataIn.statSn))
    if (wrong === undefined && dataIn.status !== undefined)
      this.#finish(task, { kind: 'answered', status: dataIn.status, sense: undefined, dataIn: task.dataIn })
    return wrong
  }

  takeScsiResponse(pdu: Pdu): string | undefined {
    const response = decodeScsiResponse(pdu.header)
    const task = this.#tasks.get(response.initiatorTaskTag)
    if (task === undefined) return `a response to the unknown task ${response.initiatorTaskTag}`
    const wrong = this.#parts.out.numbers.takeStatus(response.statSn)
    if (wrong !== undefined) return wrong
    if (response.response !== SCSI_SERVICE_RESPONSE.completed) return `service response ${response.response}`
    this.#finish(task, { kind: 'answered', status: response.status, sense: senseOfSegment(pdu.data), dataIn: task.dataIn })
    return undefined
  }

  takeReadyToTransfer(pdu: Pdu): string | undefined {
    const { out } = this.#parts
    const request = decodeReadyToTransfer(pdu.header)
    const task = this.#tasks.get(request.initiatorTaskTag)
    if (task === undefined) return `an R2T for the unknown task ${request.initiatorTaskTag}`
    return task.answerReadyToTransfer(request, out.numbers.expStatSn, this.#agreement!, out.send)
  }

  takeReject(pdu: Pdu): string | undefined {
    const reject = decodeReject(pdu.header)
    const wrong = this.#parts.out.numbers.takeStatus(reject.statSn)
    if (wrong !== undefined) return wrong
    const rejected = concatBytes(pdu.data)
    const task = rejected.length >= COMMON.targetTransferTag ? this.#tasks.get(getU32(rejected, COMMON.initiatorTaskTag)) : undefined
    if (task !== undefined) this.#finish(task, { kind: 'rejected', reason: reject.reason })
    return undefined
  }

  #finish(task: InitiatorTask, outcome: ScsiOutcome): void {
    this.#tasks.delete(task.tag)
    task.done(outcome)
    this.#parts.finished()
  }
}
