import { getU32 } from '../../../base/bytes'
import type { Result } from '../../../base/result'
import { portalGroupOf, type ControllerId } from '../../../contract/controller-id'
import { LIMITS } from '../../../contract/limits'
import type { SecurityNote } from '../../../contract/security'
import type { ClockPort, ConnectionHandler, ConnectionPort, Timer, TracePort } from '../../ports'
import type { Rounds } from '../../turns/rounds'
import { PduFramer, type Pdu } from '../codec/framer'
import { COMMON, INITIATOR_OPCODE, opcodeOf } from '../codec/layout'
import { DEFAULT_MAX_RECV_DATA_SEGMENT_BYTES, type NegotiatedParameters } from '../codec/key-rules'
import { encodeLoginResponse, LOGIN_STAGE, LOGIN_STATUS, type LoginRequestPdu } from '../codec/pdu/login'
import { serialAdd } from '../codec/serial-number'
import type { SessionContext } from './context'
import type { Refusal } from './access'
import { Intake, type Pace } from './intake'
import { LoginNegotiation, type LoginFacts, type LoginStep } from './login'
import { Outbound } from './outbound'
import type { Session } from './session'

/** What a connection needs from its target. */
export interface ConnectionOwner {
  readonly targetName: string
  readonly alias: string
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly rounds: Rounds
  note(note: SecurityNote): void
  /** The status that refuses a login to the session that the request names; undefined if it may go on. */
  statusOfTsih(request: LoginRequestPdu, portal: ControllerId): number | undefined
  parametersOf(tsih: number): Readonly<NegotiatedParameters> | undefined
  /** Makes the session, ending the one or the connection that it reinstates. */
  startSession(
    connection: Connection,
    facts: LoginFacts,
    outbound: Outbound,
  ): Result<{ readonly tsih: number; readonly session: Session }, Refusal>
  ended(connection: Connection, reason: string): void
}

interface LoginAnswer {
  readonly transit: boolean
  readonly tsih: number
  readonly text: Uint8Array
  /** Of the session, once there is one. */
  readonly window?: Pick<SessionContext['window'], 'expCmdSn' | 'maxCmdSn'>
}

/** One TCP connection: bytes to PDUs, login, then its session; timers for both. */
export class Connection implements ConnectionHandler {
  readonly portal: ControllerId
  readonly remote: string
  session: Session | undefined
  hasBegunLogin = false
  readonly #port: ConnectionPort
  readonly #owner: ConnectionOwner
  readonly #framer = new PduFramer({ maxDataSegmentBytes: DEFAULT_MAX_RECV_DATA_SEGMENT_BYTES })
  readonly #outbound: Outbound
  readonly #intake: Intake
  #login: LoginNegotiation | undefined
  #timer: Timer
  #hasHeard = false
  #heardAtMs = 0
  #isPinged = false
  #isEnded = false

  constructor(options: { readonly port: ConnectionPort; readonly portal: ControllerId; readonly owner: ConnectionOwner }) {
    this.portal = options.portal
    this.remote = options.port.remote
    this.#port = options.port
    this.#owner = options.owner
    this.#outbound = new Outbound(options.port, 0)
    this.#intake = new Intake({
      rounds: options.owner.rounds,
      port: options.port,
      framer: this.#framer,
      outbound: this.#outbound,
      receive: (pdu) => this.#receive(pdu),
      failed: (failure) => this.#refuseStream(failure),
      begin: () => this.session?.beginWaiting() ?? false,
    })
    this.#login = new LoginNegotiation({ ...options.owner, portalGroup: portalGroupOf(options.portal) })
    this.#timer = this.#owner.clock.after(LIMITS.loginWithinMs, () => this.end('login timeout'))
  }

  onData(bytes: Uint8Array): void {
    if (this.#isEnded) return
    this.#hasHeard = true
    this.#heardAtMs = this.#owner.clock.nowMs()
    this.#intake.push(bytes)
  }

  onDrained(): void {
    if (this.#isEnded) return
    this.#hasHeard = true
    this.#intake.drained()
  }

  get silentMs(): number {
    return this.#owner.clock.nowMs() - this.#heardAtMs
  }

  /** For its session. */
  get pace(): Pace {
    return this.#intake
  }

  onClosed(): void {
    this.end('connection lost')
  }

  /** Sends what is queued, then closes. Does nothing if it has ended already. */
  end(reason: string): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#timer.cancel()
    this.#framer.stop()
    this.#intake.close()
    this.#outbound.close()
    this.session?.end()
    this.#owner.ended(this, reason)
    this.#port.close()
  }

  #receive(pdu: Pdu): void {
    if (this.session !== undefined) this.session.receive(pdu)
    else this.#receiveLogin(pdu)
  }

  #receiveLogin(pdu: Pdu): void {
    const opcode = opcodeOf(pdu.header)
    // Nothing is answered before the first login request (RFC 7143 §6.3).
    if (!this.hasBegunLogin && opcode !== INITIATOR_OPCODE.loginRequest) {
      this.#refuseStream('not a login request')
      return
    }
    const login = this.#login!
    const step = login.step(pdu)
    if (!this.hasBegunLogin) {
      this.hasBegunLogin = true
      this.#outbound.startStatSn(step.request.expStatSn)
    }
    const status = step.kind === 'refuse' ? undefined : this.#owner.statusOfTsih(step.request, this.portal)
    if (status !== undefined) this.#refuseLogin(step.request, status, 'no new connection for this TSIH')
    else if (step.kind === 'refuse')
      this.#refuseLogin({ ...step.request, initiatorTaskTag: getU32(pdu.header, COMMON.initiatorTaskTag) }, step.status, step.reason)
    else if (step.kind === 'complete') this.#completeLogin(step)
    else this.#respondLogin(step.request, { transit: step.transit, tsih: step.request.tsih, text: step.text })
  }

  #completeLogin(step: LoginStep & { readonly kind: 'complete' }): void {
    const { facts, request } = step
    const started = this.#owner.startSession(this, facts, this.#outbound)
    if (!started.ok) {
      this.#refuseLogin(request, started.error.status, started.error.reason)
      return
    }
    const { tsih, session } = started.value
    this.#respondLogin(request, { transit: true, tsih, text: step.text, window: session.context.window })
    const digests = { header: facts.parameters.HeaderDigest === 'CRC32C', data: facts.parameters.DataDigest === 'CRC32C' }
    this.#outbound.digests = digests
    this.#framer.digests = digests
    this.#framer.maxDataSegmentBytes = facts.ownMaxRecvBytes
    this.session = session
    this.#login = undefined
    this.#timer.cancel()
    this.#watch()
    const who = facts.initiatorName
    const what = facts.discovery ? 'logged in for discovery' : 'logged in'
    this.#owner.note({ kind: 'login', who, remote: this.remote, text: `${who} ${what} from ${this.remote}.` })
    this.#owner.trace.record({
      place: `portal-${this.portal}`,
      kind: 'portal.login',
      data: { initiator: facts.initiatorName, isid: facts.isid, discovery: facts.discovery, tsih, remote: this.remote },
    })
  }

  #respondLogin(request: LoginRequestPdu, answer: LoginAnswer): void {
    this.#sendLogin(request, { ...answer, status: LOGIN_STATUS.success })
  }

  #refuseLogin(request: LoginRequestPdu, status: number, reason: string): void {
    this.#sendLogin(request, { transit: false, tsih: request.tsih, text: new Uint8Array(0), status })
    const who = this.#login?.initiatorName ?? ''
    const text = `A login from ${this.remote}${who === '' ? '' : ` as ${who}`} was refused: ${reason}.`
    this.#owner.note({ kind: 'login-refused', who, remote: this.remote, text })
    this.#owner.trace.record({
      place: `portal-${this.portal}`,
      kind: 'portal.rejected',
      to: 'host',
      data: { loginStatus: status, reason, initiator: who, remote: this.remote },
    })
    this.end('login refused')
  }

  #sendLogin(request: LoginRequestPdu, answer: LoginAnswer & { readonly status: number }): void {
    const { isid, initiatorTaskTag, currentStage, nextStage, cmdSn } = request
    const window = answer.window ?? { expCmdSn: cmdSn, maxCmdSn: serialAdd(cmdSn, LIMITS.commandWindow - 1) }
    const header = encodeLoginResponse({
      transit: answer.transit,
      continued: false,
      currentStage,
      nextStage: answer.transit ? nextStage : LOGIN_STAGE.security,
      isid,
      tsih: answer.tsih,
      initiatorTaskTag,
      status: answer.status,
      statSn: this.#outbound.takeStatSn(),
      expCmdSn: window.expCmdSn,
      maxCmdSn: window.maxCmdSn,
    })
    this.#outbound.send({ header, data: [answer.text], dataBytes: answer.text.length })
  }

  /** The stream can no longer be trusted, so the connection is dropped (ErrorRecoveryLevel 0). */
  #refuseStream(reason: string): void {
    this.#owner.trace.record({ place: `portal-${this.portal}`, kind: 'portal.rejected', data: { reason, remote: this.remote } })
    this.end(reason)
  }

  /** Pings a silent initiator, and drops it when it stays silent. */
  #watch(): void {
    this.#hasHeard = false
    this.#timer = this.#owner.clock.after(LIMITS.pingAfterMs, () => {
      if (this.#hasHeard) this.#isPinged = false
      else if (this.#isPinged) {
        this.end('no answer to a ping')
        return
      } else {
        this.#isPinged = true
        // A paused connection receives nothing, so it gets one more interval to drain.
        if (!this.#intake.isPaused) this.session?.ping()
      }
      this.#watch()
    })
  }
}
