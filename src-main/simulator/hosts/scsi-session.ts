import { present } from '../../base/assert'
import { concatBytes } from '../../base/bytes'
import type { ClockPort, ConnectionHandler, ConnectionPort, NetworkPort } from '../../core/ports'
import { assemblePdu, NO_DATA, NO_DIGESTS, type DigestUse } from '../../core/iscsi/codec/assemble'
import { PduFramer, type Pdu } from '../../core/iscsi/codec/framer'
import type { ParameterWishes } from '../../core/iscsi/codec/key-rules'
import { getTargetSequence, opcodeOf, RESERVED_TAG, TARGET_OPCODE } from '../../core/iscsi/codec/layout'
import { ASYNC_EVENT, decodeAsyncMessage } from '../../core/iscsi/codec/pdu/async-message'
import { decodeDataIn, decodeReadyToTransfer } from '../../core/iscsi/codec/pdu/data'
import { decodeLoginResponse } from '../../core/iscsi/codec/pdu/login'
import { decodeNopIn, encodeNopOut } from '../../core/iscsi/codec/pdu/nop'
import { decodeScsiResponse, SCSI_SERVICE_RESPONSE, senseOfSegment } from '../../core/iscsi/codec/pdu/scsi-response'
import { decodeTaskManagementResponse, encodeTaskManagementRequest } from '../../core/iscsi/codec/pdu/task-management'
import { serialDistance } from '../../core/iscsi/codec/serial-number'
import { KeepAlive } from '../../core/iscsi/initiator/keep-alive'
import { InitiatorLogin, type LoginAgreement } from '../../core/iscsi/initiator/login'
import { SequenceNumbers } from '../../core/iscsi/initiator/sequence-numbers'
import { ScsiTask, type DataHabits, type ScsiAnswer, type ScsiSend } from './scsi-task'

export interface ScsiSessionOptions {
  readonly clock: ClockPort
  readonly network: NetworkPort
  readonly address: { readonly host: string; readonly port: number }
  readonly targetName: string
  readonly initiatorName: string
  readonly isidQualifier: number
  readonly wishes: Partial<ParameterWishes>
  readonly maxRecvBytes: number
}

export interface ScsiSessionHandler {
  loggedIn(): void
  answered(tag: number, answer: ScsiAnswer): void
  managed(tag: number, response: number): void
  /** Once, and nothing after it. */
  ended(): void
  /** The target does what RFC 7143 does not allow. */
  wrong(sentence: string): void
}

export interface TaskManagementRequest {
  readonly function: number
  readonly lun: number
  readonly referencedTag: number
  readonly refCmdSn: number
  readonly immediate: boolean
}

/**
 * A session with one connection that can do what the lab's own initiator never does: task management, commands out of their
 * order, data in every way that was agreed on. It checks each PDU that it gets by RFC 7143.
 */
export class ScsiSession implements ConnectionHandler {
  readonly #handler: ScsiSessionHandler
  readonly #framer: PduFramer
  readonly #login: InitiatorLogin
  readonly #keepAlive: KeepAlive
  readonly #numbers = new SequenceNumbers()
  readonly #tasks = new Map<number, ScsiTask>()
  readonly #managing = new Set<number>()
  #connection: ConnectionPort | undefined
  #agreement: LoginAgreement | undefined
  #digests: DigestUse = NO_DIGESTS
  #nextTag = 1
  #expCmdSn = 0
  #isEnded = false
  /** The target has asked to be left. */
  #isLeaving = false

  constructor(options: ScsiSessionOptions, handler: ScsiSessionHandler) {
    this.#handler = handler
    this.#framer = new PduFramer({ maxDataSegmentBytes: options.maxRecvBytes })
    this.#login = new InitiatorLogin(options)
    this.#keepAlive = new KeepAlive(options.clock, {
      oldestCommandMs: () => undefined,
      ping: () => {
        if (this.#agreement !== undefined) this.#sendNop(this.#takeTag(), RESERVED_TAG, NO_DATA)
      },
      dead: () => this.end(),
    })
    options.network.connect(options.address, {
      opened: (connection) => this.#opened(connection),
      failed: () => this.end(),
    })
    // Covers the login as well: a target that says nothing is dead.
    this.#keepAlive.start()
  }

  get isOpen(): boolean {
    return this.#agreement !== undefined && !this.#isEnded && !this.#isLeaving
  }

  /** One more command fits into the window of the target. */
  get hasRoom(): boolean {
    return this.#numbers.admitsCommand
  }

  /** Gives a command its tag and its number. It is sent by `send`, in whatever order. */
  number(command: ScsiSend, habits: DataHabits): ScsiTask {
    const task = new ScsiTask({
      command,
      habits,
      tag: this.#takeTag(),
      cmdSn: this.#takeNumber(),
      agreement: present(this.#agreement, 'login'),
    })
    this.#tasks.set(task.tag, task)
    return task
  }

  send(task: ScsiTask): void {
    task.sendCommand(this.#numbers.expStatSn, this.#send)
  }

  /** Sends the data that it held back. */
  resume(task: ScsiTask): void {
    task.resume(this.#numbers.expStatSn, this.#send)
  }

  /** Returns the tag of the request. */
  manage({ function: code, lun, referencedTag, refCmdSn, immediate }: TaskManagementRequest): number {
    const initiatorTaskTag = this.#takeTag()
    this.#managing.add(initiatorTaskTag)
    const cmdSn = immediate ? this.#numbers.cmdSn : this.#takeNumber()
    const tags = { initiatorTaskTag, referencedTaskTag: referencedTag }
    this.#send(
      encodeTaskManagementRequest({
        immediate,
        function: code,
        lun,
        ...tags,
        refCmdSn,
        cmdSn,
        expStatSn: this.#numbers.expStatSn,
      }),
      NO_DATA,
    )
    return initiatorTaskTag
  }

  /** The target has said that the task has ended. It must say nothing more of it. */
  forget(tag: number): void {
    this.#tasks.delete(tag)
  }

  end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#keepAlive.stop()
    this.#framer.stop()
    this.#connection?.close()
    this.#handler.ended()
  }

  onData(bytes: Uint8Array): void {
    if (this.#isEnded) return
    this.#keepAlive.heard()
    const failure = this.#framer.push(bytes, (pdu) => this.#take(pdu))
    if (failure !== undefined) this.#wrong(`sends what is no PDU: ${failure}`)
  }

  onDrained(): void {
    // What is sent here never waits.
  }

  onClosed(): void {
    this.end()
  }

  #opened(connection: ConnectionPort): ConnectionHandler {
    this.#connection = connection
    if (this.#isEnded) connection.close()
    else {
      const { header, text } = this.#login.first(this.#numbers.cmdSn)
      this.#send(header, [text])
    }
    return this
  }

  #take(pdu: Pdu): void {
    if (this.#isEnded) return
    if (this.#agreement === undefined) {
      this.#takeLoginResponse(pdu)
      return
    }
    this.#takeNumbers(pdu.header)
    const take = this.#takers[opcodeOf(pdu.header)]
    const wrong = take === undefined ? `sends opcode ${opcodeOf(pdu.header)}` : take(pdu)
    if (wrong !== undefined) this.#wrong(wrong)
    else if (this.#isLeaving && this.#tasks.size === 0 && this.#managing.size === 0) this.end()
  }

  #takeLoginResponse(pdu: Pdu): void {
    if (opcodeOf(pdu.header) !== TARGET_OPCODE.loginResponse) {
      this.#wrong(`sends opcode ${opcodeOf(pdu.header)} during login`)
      return
    }
    const response = decodeLoginResponse(pdu.header)
    const step = this.#login.take(response, pdu.data, this.#numbers.cmdSn)
    if (!step.ok) this.end()
    else if (step.value.kind === 'send') this.#send(step.value.request.header, [step.value.request.text])
    else {
      const { agreement } = step.value
      const { HeaderDigest, DataDigest } = agreement.parameters
      this.#numbers.begin(response)
      this.#expCmdSn = response.expCmdSn
      this.#digests = { header: HeaderDigest === 'CRC32C', data: DataDigest === 'CRC32C' }
      this.#framer.digests = this.#digests
      this.#agreement = agreement
      this.#handler.loggedIn()
    }
  }

  /** RFC 7143 §4.2.2.1: both numbers never go back, and the target expects no command that was not sent. */
  #takeNumbers(header: Uint8Array): void {
    const { expCmdSn, maxCmdSn } = getTargetSequence(header)
    if (serialDistance(expCmdSn, this.#expCmdSn) < 0) this.#wrong(`goes back from ExpCmdSN ${this.#expCmdSn} to ${expCmdSn}`)
    if (serialDistance(expCmdSn, this.#numbers.cmdSn) > 0) this.#wrong(`expects CmdSN ${expCmdSn}, and ${this.#numbers.cmdSn} is the next`)
    if (serialDistance(maxCmdSn, expCmdSn) < -1) this.#wrong(`has MaxCmdSN ${maxCmdSn} beside ExpCmdSN ${expCmdSn}`)
    this.#expCmdSn = expCmdSn
    this.#numbers.takeWindow(header)
  }

  /** By opcode. Each returns what is wrong, if anything is. */
  readonly #takers: { readonly [opcode: number]: (pdu: Pdu) => string | undefined } = {
    [TARGET_OPCODE.dataIn]: (pdu) => this.#takeDataIn(pdu),
    [TARGET_OPCODE.scsiResponse]: (pdu) => this.#takeScsiResponse(pdu),
    [TARGET_OPCODE.readyToTransfer]: (pdu) => this.#takeReadyToTransfer(pdu),
    [TARGET_OPCODE.taskManagementResponse]: (pdu) => this.#takeManaged(pdu),
    [TARGET_OPCODE.nopIn]: (pdu) => this.#takeNopIn(pdu),
    [TARGET_OPCODE.asyncMessage]: (pdu) => this.#takeAsyncMessage(pdu),
  }

  #takeDataIn(pdu: Pdu): string | undefined {
    const dataIn = decodeDataIn(pdu.header)
    const task = this.#tasks.get(dataIn.initiatorTaskTag)
    if (task === undefined) return `sends data for task ${dataIn.initiatorTaskTag}, which is over`
    const wrong = task.takeData(dataIn, pdu.data, pdu.dataBytes)
    if (wrong !== undefined || dataIn.status === undefined) return wrong
    const { status, residual, statSn } = dataIn
    return this.#answered(task, { status, residual, sense: undefined, data: task.dataIn }, statSn)
  }

  #takeScsiResponse(pdu: Pdu): string | undefined {
    const { initiatorTaskTag: tag, response, status, residual, statSn, expDataSn } = decodeScsiResponse(pdu.header)
    const task = this.#tasks.get(tag)
    if (task === undefined) return `answers task ${tag}, which is over`
    if (response !== SCSI_SERVICE_RESPONSE.completed) return `has the service response ${response}`
    if (expDataSn !== task.numberedPdus) return `says that it sent ${expDataSn} R2Ts and Data-Ins where ${task.numberedPdus} came`
    return this.#answered(task, { status, residual, sense: senseOfSegment(pdu.data), data: task.dataIn }, statSn)
  }

  #answered(task: ScsiTask, answer: ScsiAnswer, statSn: number): string | undefined {
    const wrong = this.#numbers.takeStatus(statSn)
    if (wrong !== undefined) return wrong
    this.#tasks.delete(task.tag)
    this.#handler.answered(task.tag, answer)
    return undefined
  }

  #takeReadyToTransfer(pdu: Pdu): string | undefined {
    const request = decodeReadyToTransfer(pdu.header)
    const task = this.#tasks.get(request.initiatorTaskTag)
    if (task === undefined) return `asks for data of task ${request.initiatorTaskTag}, which is over`
    return task.takeReadyToTransfer(request, this.#numbers.expStatSn, this.#send)
  }

  #takeManaged(pdu: Pdu): string | undefined {
    const { initiatorTaskTag: tag, response, statSn } = decodeTaskManagementResponse(pdu.header)
    if (!this.#managing.delete(tag)) return `answers task management ${tag}, which nobody asked for`
    const wrong = this.#numbers.takeStatus(statSn)
    if (wrong === undefined) this.#handler.managed(tag, response)
    return wrong
  }

  #takeNopIn(pdu: Pdu): string | undefined {
    const ping = decodeNopIn(pdu.header)
    if (ping.initiatorTaskTag === RESERVED_TAG) {
      if (ping.targetTransferTag !== RESERVED_TAG) this.#sendNop(RESERVED_TAG, ping.targetTransferTag, pdu.data)
      return undefined
    }
    this.#keepAlive.pingAnswered()
    return this.#numbers.takeStatus(ping.statSn)
  }

  #takeAsyncMessage(pdu: Pdu): string | undefined {
    const { event, statSn } = decodeAsyncMessage(pdu.header)
    if (event === ASYNC_EVENT.logoutRequested) this.#isLeaving = true
    return this.#numbers.takeStatus(statSn)
  }

  #wrong(what: string): void {
    if (this.#isEnded) return
    this.#handler.wrong(`the target ${what}`)
    this.end()
  }

  #takeTag(): number {
    return this.#nextTag++
  }

  #takeNumber(): number {
    const { cmdSn } = this.#numbers
    this.#numbers.commandSent()
    return cmdSn
  }

  /** A number whose command is never sent, and its tag. */
  skip(): { readonly tag: number; readonly cmdSn: number } {
    return { tag: this.#takeTag(), cmdSn: this.#takeNumber() }
  }

  #sendNop(initiatorTaskTag: number, targetTransferTag: number, data: readonly Uint8Array[]): void {
    const { cmdSn, expStatSn } = this.#numbers
    this.#send(encodeNopOut({ immediate: true, initiatorTaskTag, targetTransferTag, lun: 0, cmdSn, expStatSn }), data)
  }

  readonly #send = (header: Uint8Array, data: readonly Uint8Array[]): void => {
    const chunks: Uint8Array[] = []
    assemblePdu({ header, data }, this.#digests, chunks)
    // One chunk for each PDU, so that the network hands it over whole.
    this.#connection?.send([concatBytes(chunks)])
  }
}
