import { assert } from '../../../base/assert'
import { BoundedQueue } from '../../../base/queue'
import { LIMITS } from '../../../contract/limits'
import type { ClockPort, ConnectionHandler, ConnectionPort, NetworkPort, Timer } from '../../ports'
import { assemblePdu, NO_DATA, NO_DIGESTS } from '../codec/assemble'
import { PduFramer, type Pdu } from '../codec/framer'
import { COMMON, opcodeOf, RESERVED_TAG, TARGET_OPCODE } from '../codec/layout'
import { ASYNC_EVENT, decodeAsyncMessage } from '../codec/pdu/async-message'
import { decodeDataIn, decodeReadyToTransfer } from '../codec/pdu/data'
import { decodeLoginResponse } from '../codec/pdu/login'
import { decodeLogoutResponse, encodeLogoutRequest, LOGOUT_REASON } from '../codec/pdu/logout'
import { decodeNopIn, encodeNopOut } from '../codec/pdu/nop'
import { decodeReject } from '../codec/pdu/reject'
import { decodeScsiResponse, SCSI_SERVICE_RESPONSE, senseOfSegment } from '../codec/pdu/scsi-response'
import { decodeTextResponse, encodeTextRequest } from '../codec/pdu/text'
import { concatBytes, getU32 } from '../../../base/bytes'
import { KeepAlive, SESSION_TIMES } from './keep-alive'
import { INITIATOR_MAX_RECV_DATA_SEGMENT_BYTES, InitiatorLogin, type LoginAgreement, type LoginOptions } from './login'
import type { ScsiOutcome, ScsiRequest } from './scsi-request'
import { SequenceNumbers } from './sequence-numbers'
import { InitiatorTask } from './task'
import { TextExchange } from './text-exchange'

/**
 * One iSCSI session with one connection (RFC 7143), seen from the initiator: ErrorRecoveryLevel 0, so that whatever goes
 * wrong ends the connection, and with it every command that was under way.
 */
export interface SessionOptions extends LoginOptions {
  readonly clock: ClockPort
  readonly network: NetworkPort
  readonly address: { readonly host: string; readonly port: number }
}

/** `ended` is called once, whatever happens, and nothing after it. */
export interface SessionHandler {
  loggedIn(agreement: LoginAgreement): void
  /** Sense data outside of a command: asynchronous events of a logical unit (RFC 7143 §11.9). */
  asyncSense?(lun: number, sense: Uint8Array): void
  ended(reason: string): void
}

type Phase = 'connecting' | 'login' | 'open' | 'leaving' | 'ended'

/** Commands in the window and behind it. */
const MAX_TASKS = 2 * LIMITS.commandWindow
const EMPTY = new Uint8Array(0)

export class InitiatorSession implements ConnectionHandler {
  readonly #options: SessionOptions
  readonly #handler: SessionHandler
  readonly #framer = new PduFramer({ maxDataSegmentBytes: INITIATOR_MAX_RECV_DATA_SEGMENT_BYTES })
  readonly #login: InitiatorLogin
  readonly #keepAlive: KeepAlive
  readonly #tasks = new Map<number, InitiatorTask>()
  readonly #waiting = new BoundedQueue<InitiatorTask>(MAX_TASKS)
  #phase: Phase = 'connecting'
  #connection: ConnectionPort | undefined
  #agreement: LoginAgreement | undefined
  #timer: Timer | undefined
  #nextTag = 1
  readonly #numbers = new SequenceNumbers()
  #text: { readonly exchange: TextExchange; readonly done: (text: Uint8Array) => void } | undefined
  #logoutTag: number | undefined

  constructor(options: SessionOptions, handler: SessionHandler) {
    this.#options = options
    this.#handler = handler
    this.#login = new InitiatorLogin(options)
    this.#keepAlive = new KeepAlive(options.clock, {
      oldestCommandMs: () => this.#tasks.values().next().value?.startedMs,
      ping: () => this.#sendNop({ initiatorTaskTag: this.#takeTag(), targetTransferTag: RESERVED_TAG, lun: 0 }, NO_DATA),
      dead: (reason) => this.drop(reason),
    })
    this.#timer = options.clock.after(SESSION_TIMES.loginMs, () => this.drop('no login within the time for it'))
    options.network.connect(options.address, {
      opened: (connection) => this.#opened(connection),
      failed: (reason) => this.drop(reason),
    })
  }

  /** Whether commands are taken. */
  get isOpen(): boolean {
    return this.#phase === 'open'
  }

  get tasks(): number {
    return this.#tasks.size
  }

  get isFull(): boolean {
    return this.#tasks.size >= MAX_TASKS
  }

  /** Takes a command into the window or behind it; the session must be open and not full. Returns its task tag. */
  execute(request: ScsiRequest, done: (outcome: ScsiOutcome) => void): number {
    assert(this.isOpen && !this.isFull, `a command to a session that is ${this.#phase} with ${this.#tasks.size} commands`)
    assert(request.dataOut === undefined || request.dataInBytes === undefined, 'commands move data one way')
    const task = new InitiatorTask(request, { tag: this.#takeTag(), startedMs: this.#options.clock.nowMs(), done })
    this.#tasks.set(task.tag, task)
    this.#waiting.push(task)
    this.#sendWaiting()
    return task.tag
  }

  /** A text negotiation of its own (RFC 7143 §11.10); one at a time. */
  exchangeText(text: Uint8Array, done: (text: Uint8Array) => void): void {
    assert(this.isOpen && this.#text === undefined, 'a text exchange is under way')
    this.#text = { exchange: new TextExchange(this.#takeTag()), done }
    this.#sendText(RESERVED_TAG, text)
  }

  /** Takes no more commands, waits for those under way, and logs out. */
  logout(): void {
    if (this.#phase !== 'open') return this.drop('closed')
    this.#phase = 'leaving'
    this.#keepAlive.stop()
    this.#timer = this.#options.clock.after(SESSION_TIMES.logoutMs, () => this.drop('logged out'))
    this.#sendLogoutWhenIdle()
  }

  /** Ends at once: every outcome that is still open is reported, then the end, before this returns. */
  drop(reason: string): void {
    if (this.#phase === 'ended') return
    this.#phase = 'ended'
    this.#timer?.cancel()
    this.#keepAlive.stop()
    this.#framer.stop()
    this.#connection?.close()
    const tasks = [...this.#tasks.values()]
    this.#tasks.clear()
    for (const task of tasks) task.done({ kind: 'connection-lost' })
    this.#handler.ended(reason)
  }

  onData(bytes: Uint8Array): void {
    this.#keepAlive.heard()
    const failure = this.#framer.push(bytes, (pdu) => this.#take(pdu))
    if (failure !== undefined) this.drop(`protocol error: ${failure}`)
  }

  onDrained(): void {
    this.#sendWaiting()
  }

  onClosed(): void {
    this.drop(this.#phase === 'leaving' ? 'logged out' : 'the target closed the connection')
  }

  #opened(connection: ConnectionPort): ConnectionHandler {
    this.#connection = connection
    if (this.#phase === 'ended') connection.close()
    else {
      this.#phase = 'login'
      const { header, text } = this.#login.first(this.#numbers.cmdSn)
      this.#send(header, [text])
    }
    return this
  }

  #take(pdu: Pdu): void {
    if (this.#phase === 'ended') return
    const opcode = opcodeOf(pdu.header)
    if (this.#phase === 'login') {
      if (opcode === TARGET_OPCODE.loginResponse) this.#takeLoginResponse(pdu)
      else this.#protocolError(`opcode ${opcode.toString(16)}h during login`)
      return
    }
    const take = this.#pduTakers.get(opcode)
    if (take === undefined) return this.#protocolError(`opcode ${opcode.toString(16)}h`)
    this.#numbers.takeWindow(pdu.header)
    const wrong = take(pdu)
    if (wrong !== undefined) return this.#protocolError(wrong)
    this.#sendWaiting()
  }

  #takeLoginResponse(pdu: Pdu): void {
    const response = decodeLoginResponse(pdu.header)
    const step = this.#login.take(response, pdu.data, this.#numbers.cmdSn)
    if (!step.ok) return this.drop(step.error)
    if (step.value.kind === 'send') return this.#send(step.value.request.header, [step.value.request.text])
    this.#numbers.begin(response)
    this.#agreement = step.value.agreement
    this.#phase = 'open'
    this.#timer?.cancel()
    this.#keepAlive.start()
    this.#handler.loggedIn(step.value.agreement)
  }

  /** What to do with each PDU of the full feature phase. Each returns what is wrong with it, if anything is. */
  readonly #pduTakers: ReadonlyMap<number, (pdu: Pdu) => string | undefined> = new Map([
    [TARGET_OPCODE.dataIn, (pdu: Pdu) => this.#takeDataIn(pdu)],
    [TARGET_OPCODE.scsiResponse, (pdu: Pdu) => this.#takeScsiResponse(pdu)],
    [TARGET_OPCODE.readyToTransfer, (pdu: Pdu) => this.#takeReadyToTransfer(pdu)],
    [TARGET_OPCODE.nopIn, (pdu: Pdu) => this.#takeNopIn(pdu)],
    [TARGET_OPCODE.reject, (pdu: Pdu) => this.#takeReject(pdu)],
    [TARGET_OPCODE.asyncMessage, (pdu: Pdu) => this.#takeAsyncMessage(pdu)],
    [TARGET_OPCODE.textResponse, (pdu: Pdu) => this.#takeTextResponse(pdu)],
    [TARGET_OPCODE.logoutResponse, (pdu: Pdu) => this.#takeLogoutResponse(pdu)],
  ])

  #takeDataIn(pdu: Pdu): string | undefined {
    const dataIn = decodeDataIn(pdu.header)
    const task = this.#tasks.get(dataIn.initiatorTaskTag)
    if (task === undefined) return `Data-In for the unknown task ${dataIn.initiatorTaskTag}`
    const wrong =
      task.takeData(dataIn, pdu.data, pdu.dataBytes) ?? (dataIn.status === undefined ? undefined : this.#numbers.takeStatus(dataIn.statSn))
    if (wrong === undefined && dataIn.status !== undefined)
      this.#finish(task, { kind: 'answered', status: dataIn.status, sense: undefined, dataIn: task.dataIn })
    return wrong
  }

  #takeScsiResponse(pdu: Pdu): string | undefined {
    const response = decodeScsiResponse(pdu.header)
    const task = this.#tasks.get(response.initiatorTaskTag)
    if (task === undefined) return `a response to the unknown task ${response.initiatorTaskTag}`
    const wrong = this.#numbers.takeStatus(response.statSn)
    if (wrong !== undefined) return wrong
    if (response.response !== SCSI_SERVICE_RESPONSE.completed) return `service response ${response.response}`
    this.#finish(task, { kind: 'answered', status: response.status, sense: senseOfSegment(pdu.data), dataIn: task.dataIn })
    return undefined
  }

  #takeReadyToTransfer(pdu: Pdu): string | undefined {
    const request = decodeReadyToTransfer(pdu.header)
    const task = this.#tasks.get(request.initiatorTaskTag)
    if (task === undefined) return `an R2T for the unknown task ${request.initiatorTaskTag}`
    return task.answerReadyToTransfer(request, this.#numbers.expStatSn, this.#agreement!, this.#send)
  }

  #takeNopIn(pdu: Pdu): string | undefined {
    const ping = decodeNopIn(pdu.header)
    if (ping.initiatorTaskTag !== RESERVED_TAG) {
      this.#keepAlive.pingAnswered()
      return this.#numbers.takeStatus(ping.statSn)
    }
    if (ping.targetTransferTag !== RESERVED_TAG)
      this.#sendNop({ initiatorTaskTag: RESERVED_TAG, targetTransferTag: ping.targetTransferTag, lun: ping.lun }, pdu.data)
    return undefined
  }

  #takeReject(pdu: Pdu): string | undefined {
    const reject = decodeReject(pdu.header)
    const wrong = this.#numbers.takeStatus(reject.statSn)
    if (wrong !== undefined) return wrong
    const rejected = concatBytes(pdu.data)
    const task = rejected.length >= COMMON.targetTransferTag ? this.#tasks.get(getU32(rejected, COMMON.initiatorTaskTag)) : undefined
    if (task !== undefined) this.#finish(task, { kind: 'rejected', reason: reject.reason })
    return undefined
  }

  #takeAsyncMessage(pdu: Pdu): string | undefined {
    const message = decodeAsyncMessage(pdu.header)
    const wrong = this.#numbers.takeStatus(message.statSn)
    if (wrong !== undefined) return wrong
    this.#takeAsyncEvent(message.event, message.lun, senseOfSegment(pdu.data))
    return undefined
  }

  #takeTextResponse(pdu: Pdu): string | undefined {
    const response = decodeTextResponse(pdu.header)
    const wrong = this.#numbers.takeStatus(response.statSn)
    if (wrong !== undefined) return wrong
    if (this.#text?.exchange.tag !== response.initiatorTaskTag) return 'a text response that nobody asked for'
    const { exchange, done } = this.#text
    const taken = exchange.take(response, pdu.data)
    if ('wrong' in taken) return taken.wrong
    if ('nextTag' in taken) {
      this.#sendText(taken.nextTag, EMPTY)
      return undefined
    }
    this.#text = undefined
    done(taken.text)
    return undefined
  }

  #takeLogoutResponse(pdu: Pdu): string | undefined {
    if (decodeLogoutResponse(pdu.header).initiatorTaskTag !== this.#logoutTag) return 'a logout response that nobody asked for'
    this.drop('logged out')
    return undefined
  }

  #takeAsyncEvent(event: number, lun: number, sense: Uint8Array | undefined): void {
    if (event === ASYNC_EVENT.scsi && sense !== undefined) this.#handler.asyncSense?.(lun, sense)
    else if (event === ASYNC_EVENT.logoutRequested) this.logout()
    else if (event === ASYNC_EVENT.connectionDropped || event === ASYNC_EVENT.sessionDropped) this.drop('the target drops the session')
  }

  #finish(task: InitiatorTask, outcome: ScsiOutcome): void {
    this.#tasks.delete(task.tag)
    task.done(outcome)
    if (this.#phase === 'leaving') this.#sendLogoutWhenIdle()
  }

  #sendWaiting(): void {
    while (!this.#waiting.isEmpty && this.#mayLeave() && this.#hasRoom()) {
      const task = this.#waiting.shift()!
      task.sendCommand(this.#sequence(), this.#agreement!, this.#send)
      this.#numbers.commandSent()
    }
  }

  #mayLeave(): boolean {
    return (this.#phase === 'open' || this.#phase === 'leaving') && this.#numbers.admitsCommand
  }

  #hasRoom(): boolean {
    return (this.#connection?.queuedBytes ?? 0) < LIMITS.connectionQueueBytes
  }

  readonly #send = (header: Uint8Array, data: readonly Uint8Array[]): void => {
    const chunks: Uint8Array[] = []
    assemblePdu({ header, data }, NO_DIGESTS, chunks)
    this.#connection?.send(chunks)
  }

  #sendNop(
    tags: { readonly initiatorTaskTag: number; readonly targetTransferTag: number; readonly lun: number },
    data: readonly Uint8Array[],
  ): void {
    this.#send(encodeNopOut({ immediate: true, ...tags, ...this.#sequence() }), data)
  }

  #sendText(targetTransferTag: number, text: Uint8Array): void {
    const flags = { immediate: true, final: true, continued: false, initiatorTaskTag: this.#text!.exchange.tag, targetTransferTag }
    this.#send(encodeTextRequest({ ...flags, ...this.#sequence() }), text.length > 0 ? [text] : NO_DATA)
  }

  #sendLogoutWhenIdle(): void {
    if (this.#tasks.size > 0 || this.#logoutTag !== undefined) return
    this.#logoutTag = this.#takeTag()
    this.#send(
      encodeLogoutRequest({
        immediate: true,
        reason: LOGOUT_REASON.closeSession,
        initiatorTaskTag: this.#logoutTag,
        connectionId: 0,
        ...this.#sequence(),
      }),
      NO_DATA,
    )
  }

  #sequence(): { readonly cmdSn: number; readonly expStatSn: number } {
    const { cmdSn, expStatSn } = this.#numbers
    return { cmdSn, expStatSn }
  }

  #takeTag(): number {
    const tag = this.#nextTag
    this.#nextTag = tag >= 0x7fff_ffff ? 1 : tag + 1
    return tag
  }

  #protocolError(what: string): void {
    this.drop(`protocol error: ${what}`)
  }
}
