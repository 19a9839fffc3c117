import { assert } from '../../../base/assert'
import { BoundedQueue } from '../../../base/queue'
import { LIMITS } from '../../../contract/limits'
import type { DataDirection, ScsiResponse } from '../../scsi/device'
import { NO_DATA, totalBytes } from '../codec/assemble'
import type { Pdu } from '../codec/framer'
import { initiatorTaskTagOf, RESERVED_TAG } from '../codec/layout'
import { decodeDataOut, encodeReadyToTransfer } from '../codec/pdu/data'
import { isidQualifier } from '../codec/pdu/login'
import { REJECT_REASON } from '../codec/pdu/reject'
import { decodeScsiCommand, type ScsiCommandPdu } from '../codec/pdu/scsi-command'
import { plainSequence, rejectPdu, type SessionContext } from './context'
import { sendCompletion } from './responses'
import { TRANSPORT_REFUSAL } from './sense'
import { Task } from './task'
import { traceArrival, traceEnd } from './task-trace'
import { WriteTransfer, type DataFault, type WriteRules } from './write-transfer'

const MAX_TASKS = LIMITS.commandWindow + LIMITS.immediateCommands

/**
 * The SCSI commands of one session, from arrival to response. A command starts (R2Ts, or execution) only while its data fits into
 * the session's share of memory and the connection is not congested; the others wait in order. A waiting command holds its
 * unsolicited data, if there is room for it.
 */
export class ScsiTasks {
  readonly #context: SessionContext
  readonly #rules: WriteRules
  readonly #qualifier: number
  readonly #tasks = new Map<number, Task>()
  readonly #waiting = new BoundedQueue<Task>(MAX_TASKS)
  #immediateTasks = 0
  #isBeginning = false
  /** No more commands begin. */
  #isQuiesced = false
  #nextTransferTag = 0

  constructor(context: SessionContext) {
    const { parameters, isid } = context.facts
    this.#context = context
    this.#qualifier = isidQualifier(isid)
    this.#rules = {
      maxBurstBytes: parameters.MaxBurstLength,
      firstBurstBytes: parameters.FirstBurstLength,
      maxOutstandingR2Ts: parameters.MaxOutstandingR2T,
      initialR2T: parameters.InitialR2T,
      immediateData: parameters.ImmediateData,
    }
  }

  /** A command has arrived, perhaps before its turn. Undefined if the PDU was rejected. */
  open(pdu: Pdu): Task | undefined {
    const command = decodeScsiCommand(pdu.header)
    const reason = this.#reasonToReject(command)
    if (reason !== undefined) {
      rejectPdu(this.#context, pdu.header, reason)
      return undefined
    }
    const isTooLong = command.write && command.expectedDataTransferLength > LIMITS.transferBytes
    const transfer =
      command.write && !command.read && !isTooLong ? new WriteTransfer(command.expectedDataTransferLength, this.#rules) : undefined
    const trace = traceArrival(this.#context, this.#qualifier, command)
    const task = new Task({ command, transfer, trace, memoryBytes: this.#context.scsi.memoryBytes(command.cdb) })
    if (isTooLong || (command.read && command.write)) task.refusal = TRANSPORT_REFUSAL.invalidFieldInCdb
    else if (transfer !== undefined) {
      if (this.#hold(task, pdu.dataBytes))
        this.#noteFault(task, transfer.begin({ data: pdu.data, dataBytes: pdu.dataBytes, final: command.final }))
    } else if (pdu.dataBytes > 0) task.refusal = TRANSPORT_REFUSAL.unexpectedUnsolicitedData
    this.#tasks.set(command.initiatorTaskTag, task)
    if (command.immediate) this.#immediateTasks++
    this.#context.counters.commands++
    return task
  }

  /** Its turn has come. */
  deliver(task: Task): void {
    if (task.state === 'ended') {
      this.#retire(task)
      return
    }
    task.state = 'waiting'
    if (task.refusal !== undefined) {
      this.#finish(task, task.refusal)
      return
    }
    this.#waiting.push(task)
    this.#review()
  }

  dataOut(pdu: Pdu): void {
    const task = this.#tasks.get(initiatorTaskTagOf(pdu.header))
    // Data of a command that ended before its initiator knew is dropped (RFC 7143 §11.5.1).
    if (task?.transfer === undefined || task.refusal !== undefined || task.state === 'executing') return
    const hasBegun = task.state === 'collecting'
    if (hasBegun || this.#hold(task, pdu.dataBytes)) {
      const fault = task.transfer.accept(decodeDataOut(pdu.header), pdu.data, pdu.dataBytes)
      if (fault === 'tag') {
        if (!hasBegun) this.#release(task, pdu.dataBytes)
        rejectPdu(this.#context, pdu.header, REJECT_REASON.invalidPduField)
        return
      }
      this.#noteFault(task, fault)
    }
    if (task.state === 'arrived') return
    if (task.refusal !== undefined) this.#finish(task, task.refusal)
    else if (task.state === 'collecting') this.#collect(task)
    this.#review()
  }

  /** Begins waiting commands in the turns of this session, while there is room. True: the next could begin. */
  beginWaiting(): boolean {
    if (this.#isBeginning || this.#isQuiesced) return false
    this.#isBeginning = true
    let next = this.#nextToBegin()
    while (next !== undefined && this.#context.pace.mayBegin) {
      this.#waiting.shift()
      this.#start(next)
      next = this.#nextToBegin()
    }
    this.#isBeginning = false
    return next !== undefined
  }

  /** Room was made, or a command has come. Outside of a turn, one is asked for. */
  #review(): void {
    if (this.beginWaiting() && !this.#context.pace.mayBegin) this.#context.pace.ask()
  }

  #nextToBegin(): Task | undefined {
    let task = this.#waiting.peek()
    // One that was refused while it waited has ended.
    while (task !== undefined && task.state !== 'waiting') {
      this.#waiting.shift()
      task = this.#waiting.peek()
    }
    return task !== undefined && this.#hasRoom(task) ? task : undefined
  }

  /** Ends tasks without a response. Returns those that SCSI still has; they may still write until they end. */
  abort(matches: (task: Task) => boolean): readonly Task[] {
    const executing: Task[] = []
    for (const task of [...this.#tasks.values()]) {
      if (!matches(task)) continue
      task.isAborted = true
      if (task.state === 'executing') executing.push(task)
      else this.#drop(task)
    }
    for (let count = this.#waiting.length; count > 0; count--) {
      const task = this.#waiting.shift()
      if (task?.state === 'waiting') this.#waiting.push(task)
    }
    this.#review()
    return executing
  }

  /** Begins no more commands; what has not begun is dropped when the connection ends. Returns the tasks that SCSI has. */
  quiesce(): readonly Task[] {
    this.#isQuiesced = true
    return [...this.#tasks.values()].filter(({ state }) => state === 'executing')
  }

  find(initiatorTaskTag: number): Task | undefined {
    return this.#tasks.get(initiatorTaskTag)
  }

  #reasonToReject(command: ScsiCommandPdu): number | undefined {
    if (command.initiatorTaskTag === RESERVED_TAG || this.#tasks.has(command.initiatorTaskTag)) return REJECT_REASON.invalidPduField
    // Only data of a write can follow (RFC 7143 §11.3.1).
    if (!command.final && !command.write) return REJECT_REASON.invalidPduField
    if (command.immediate && this.#immediateTasks >= LIMITS.immediateCommands) return REJECT_REASON.tooManyImmediateCommands
    return undefined
  }

  #hasRoom(task: Task): boolean {
    return !this.#context.outbound.isCongested && this.#context.memory.mayBegin(bytesToReserve(task))
  }

  /** Makes room for data of a command that has not begun. Refuses the command if there is none. */
  #hold(task: Task, bytes: number): boolean {
    if (this.#context.memory.hold(bytes)) {
      task.heldBytes += bytes
      return true
    }
    task.refusal = TRANSPORT_REFUSAL.taskSetFull
    return false
  }

  #release(task: Task, bytes = task.heldBytes): void {
    this.#context.memory.release(bytes)
    task.heldBytes -= bytes
  }

  #start(task: Task): void {
    this.#release(task)
    task.reservedBytes = bytesToReserve(task)
    this.#context.memory.begin(task.reservedBytes)
    this.#context.pace.take(Math.max(LIMITS.commandBytes, task.memoryBytes))
    task.state = 'collecting'
    this.#collect(task)
  }

  /** Executes the command once its data is complete. Until then, asks for more. */
  #collect(task: Task): void {
    const { transfer, command } = task
    if (transfer === undefined || transfer.isComplete) {
      if (!this.#isQuiesced) this.#execute(task)
      return
    }
    for (;;) {
      const ready = transfer.nextReadyToTransfer(() => this.#takeTransferTag())
      if (ready === undefined) return
      const { initiatorTaskTag, lun } = command
      this.#context.outbound.send({ header: encodeReadyToTransfer({ lun, initiatorTaskTag, ...ready, ...plainSequence(this.#context) }) })
    }
  }

  #execute(task: Task): void {
    const { command, transfer, trace } = task
    task.state = 'executing'
    this.#context.counters.writtenBytes += transfer?.expectedBytes ?? 0
    this.#context.scsi.execute(
      {
        nexus: this.#context.nexus,
        lun: command.lun,
        cdb: command.cdb,
        dataOut: transfer?.chunks ?? NO_DATA,
        expects: expectedDirection(task),
        task,
        trace,
      },
      (response) => this.#executed(task, response),
    )
  }

  #executed(task: Task, response: ScsiResponse): void {
    assert(task.state === 'executing', 'a command was completed twice')
    if (task.isAborted) this.#drop(task)
    else this.#finish(task, response)
    this.#review()
  }

  #finish(task: Task, response: ScsiResponse): void {
    this.#forget(task)
    this.#retire(task)
    this.#context.counters.readBytes += task.command.read ? totalBytes(response.dataIn ?? NO_DATA) : 0
    sendCompletion(this.#context, task, response)
    traceEnd(this.#context, task, { status: response.status })
    task.end()
  }

  /** Ends a task without an answer to its initiator. A task that has not had its turn is retired when that comes. */
  #drop(task: Task): void {
    const hadTurn = task.state !== 'arrived'
    this.#forget(task)
    if (hadTurn) this.#retire(task)
    traceEnd(this.#context, task, { aborted: true })
    task.end()
  }

  #forget(task: Task): void {
    this.#tasks.delete(task.command.initiatorTaskTag)
    this.#release(task)
    this.#context.memory.end(task.reservedBytes)
    task.reservedBytes = 0
  }

  #retire(task: Task): void {
    if (task.command.immediate) this.#immediateTasks--
    else this.#context.window.retire()
  }

  #noteFault(task: Task, fault: DataFault | undefined): void {
    if (fault !== undefined)
      task.refusal = fault === 'unexpected' ? TRANSPORT_REFUSAL.unexpectedUnsolicitedData : TRANSPORT_REFUSAL.incorrectAmountOfData
  }

  #takeTransferTag(): number {
    const tag = this.#nextTransferTag
    this.#nextTransferTag = (tag + 1) & 0x7fff_ffff
    return tag
  }
}

/** The most that a command may hold in memory: the data that is sent to it, and what it reads or makes by its CDB. */
function bytesToReserve({ transfer, memoryBytes }: Task): number {
  return (transfer?.expectedBytes ?? 0) + memoryBytes
}

/** A length of 0 expects nothing, whatever the bits say. */
function expectedDirection({ command, transfer }: Task): DataDirection {
  if (command.expectedDataTransferLength === 0) return 'none'
  return transfer !== undefined ? 'out' : command.read ? 'in' : 'none'
}
