import { assert } from '../../../base/assert'
import type { ClockPort, ConnectionHandler, ConnectionPort, NetworkPort, Timer } from '../../ports'
import { NO_DATA } from '../codec/assemble'
import { PduFramer, type Pdu } from '../codec/framer'
import { opcodeOf, RESERVED_TAG, TARGET_OPCODE } from '../codec/layout'
import { ASYNC_EVENT, decodeAsyncMessage } from '../codec/pdu/async-message'
import { decodeLoginResponse } from '../codec/pdu/login'
import { decodeLogoutResponse } from '../codec/pdu/logout'
import { decodeNopIn } from '../codec/pdu/nop'
import { senseOfSegment } from '../codec/pdu/scsi-response'
import { decodeTextResponse } from '../codec/pdu/text'
import { KeepAlive, SESSION_TIMES } from './keep-alive'
import { INITIATOR_MAX_RECV_DATA_SEGMENT_BYTES, InitiatorLogin, type LoginAgreement, type LoginOptions } from './login'
import { Outbound } from './outbound'
import type { ScsiOutcome, ScsiRequest } from './scsi-request'
import { ScsiTasks } from './scsi-tasks'
import { TextExchange } from './text-exchange'

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

const EMPTY = new Uint8Array(0)

/**
 * One iSCSI session with one connection (RFC 7143), seen from the initiator: ErrorRecoveryLevel 0, so that whatever goes
 * wrong ends the connection, and with it every command that was under way.
 */
export class InitiatorSession implements ConnectionHandler {
  readonly #options: SessionOptions
  readonly #handler: SessionHandler
  readonly #framer = new PduFramer({ maxDataSegmentBytes: INITIATOR_MAX_RECV_DATA_SEGMENT_BYTES })
  readonly #login: InitiatorLogin
  readonly #keepAlive: KeepAlive
  readonly #out = new Outbound()
  readonly #tasks: ScsiTasks
  #phase: Phase = 'connecting'
  #timer: Timer | undefined
  #text: { readonly exchange: TextExchange; readonly done: (text: Uint8Array) => void } | undefined
  #logoutTag: number | undefined

  constructor(options: SessionOptions, handler: SessionHandler) {
    this.#options = options
    this.#handler = handler
    this.#login = new InitiatorLogin(options)
    this.#tasks = new ScsiTasks({ clock: options.clock, out: this.#out, finished: () => this.#sendLogoutWhenIdle() })
    this.#keepAlive = new KeepAlive(options.clock, {
      oldestCommandMs: () => this.#tasks.oldestMs,
      ping: () => this.#out.sendNop({ initiatorTaskTag: this.#out.takeTag(), targetTransferTag: RESERVED_TAG, lun: 0 }, NO_DATA),
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
    return this.#tasks.isFull
  }

  /** Takes a command into the window or behind it; the session must be open and not full. Returns its task tag. */
  execute(request: ScsiRequest, done: (outcome: ScsiOutcome) => void): number {
    assert(this.isOpen && !this.isFull, `a command to a session that is ${this.#phase} with ${this.#tasks.size} commands`)
    return this.#tasks.execute(request, done)
  }

  /** A text negotiation of its own (RFC 7143 §11.10); one at a time. */
  exchangeText(text: Uint8Array, done: (text: Uint8Array) => void): void {
    assert(this.isOpen && this.#text === undefined, 'a text exchange is under way')
    const initiatorTaskTag = this.#out.takeTag()
    this.#text = { exchange: new TextExchange(initiatorTaskTag), done }
    this.#out.sendText({ initiatorTaskTag, targetTransferTag: RESERVED_TAG }, text)
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
    this.#out.close()
    this.#tasks.lose()
    this.#handler.ended(reason)
  }

  onData(bytes: Uint8Array): void {
    this.#keepAlive.heard()
    const failure = this.#framer.push(bytes, (pdu) => this.#take(pdu))
    if (failure !== undefined) this.drop(`protocol error: ${failure}`)
  }

  onDrained(): void {
    this.#tasks.sendWaiting()
  }

  onClosed(): void {
    this.drop(this.#phase === 'leaving' ? 'logged out' : 'the target closed the connection')
  }

  #opened(connection: ConnectionPort): ConnectionHandler {
    this.#out.opened(connection)
    if (this.#phase === 'ended') connection.close()
    else {
      this.#phase = 'login'
      const { header, text } = this.#login.first(this.#out.numbers.cmdSn)
      this.#out.send(header, [text])
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
    this.#out.numbers.takeWindow(pdu.header)
    const wrong = take(pdu)
    if (wrong !== undefined) return this.#protocolError(wrong)
    this.#tasks.sendWaiting()
  }

  #takeLoginResponse(pdu: Pdu): void {
    const response = decodeLoginResponse(pdu.header)
    const step = this.#login.take(response, pdu.data, this.#out.numbers.cmdSn)
    if (!step.ok) return this.drop(step.error)
    if (step.value.kind === 'send') return this.#out.send(step.value.request.header, [step.value.request.text])
    this.#out.numbers.begin(response)
    this.#tasks.begin(step.value.agreement)
    this.#phase = 'open'
    this.#timer?.cancel()
    this.#keepAlive.start()
    this.#handler.loggedIn(step.value.agreement)
  }

  /** What to do with each PDU of the full feature phase. Each returns what is wrong with it, if anything is. */
  readonly #pduTakers: ReadonlyMap<number, (pdu: Pdu) => string | undefined> = new Map([
    [TARGET_OPCODE.dataIn, (pdu: Pdu) => this.#tasks.takeDataIn(pdu)],
    [TARGET_OPCODE.scsiResponse, (pdu: Pdu) => this.#tasks.takeScsiResponse(pdu)],
    [TARGET_OPCODE.readyToTransfer, (pdu: Pdu) => this.#tasks.takeReadyToTransfer(pdu)],
    [TARGET_OPCODE.nopIn, (pdu: Pdu) => this.#takeNopIn(pdu)],
    [TARGET_OPCODE.reject, (pdu: Pdu) => this.#tasks.takeReject(pdu)],
    [TARGET_OPCODE.asyncMessage, (pdu: Pdu) => this.#takeAsyncMessage(pdu)],
    [TARGET_OPCODE.textResponse, (pdu: Pdu) => this.#takeTextResponse(pdu)],
    [TARGET_OPCODE.logoutResponse, (pdu: Pdu) => this.#takeLogoutResponse(pdu)],
  ])

  #takeNopIn(pdu: Pdu): string | undefined {
    const ping = decodeNopIn(pdu.header)
    if (ping.initiatorTaskTag !== RESERVED_TAG) {
      this.#keepAlive.pingAnswered()
      return this.#out.numbers.takeStatus(ping.statSn)
    }
    if (ping.targetTransferTag !== RESERVED_TAG)
      this.#out.sendNop({ initiatorTaskTag: RESERVED_TAG, targetTransferTag: ping.targetTransferTag, lun: ping.lun }, pdu.data)
    return undefined
  }

  #takeAsyncMessage(pdu: Pdu): string | undefined {
    const message = decodeAsyncMessage(pdu.header)
    const wrong = this.#out.numbers.takeStatus(message.statSn)
    if (wrong !== undefined) return wrong
    this.#takeAsyncEvent(message.event, message.lun, senseOfSegment(pdu.data))
    return undefined
  }

  #takeTextResponse(pdu: Pdu): string | undefined {
    const response = decodeTextResponse(pdu.header)
    const wrong = this.#out.numbers.takeStatus(response.statSn)
    if (wrong !== undefined) return wrong
    if (this.#text?.exchange.tag !== response.initiatorTaskTag) return 'a text response that nobody asked for'
    const { exchange, done } = this.#text
    const taken = exchange.take(response, pdu.data)
    if ('wrong' in taken) return taken.wrong
    if ('nextTag' in taken) {
      this.#out.sendText({ initiatorTaskTag: exchange.tag, targetTransferTag: taken.nextTag }, EMPTY)
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

  #sendLogoutWhenIdle(): void {
    if (this.#phase !== 'leaving' || this.#tasks.size > 0 || this.#logoutTag !== undefined) return
    this.#logoutTag = this.#out.takeTag()
    this.#out.sendLogout(this.#logoutTag)
  }

  #protocolError(what: string): void {
    this.drop(`protocol error: ${what}`)
  }
}
