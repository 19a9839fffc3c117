import { concatBytes } from '../../../base/bytes'
import { LIMITS } from '../../../contract/limits'
import type { PortalGroup } from '../../../contract/controller-id'
import { opcodeOf, INITIATOR_OPCODE } from '../codec/layout'
import type { Pdu } from '../codec/framer'
import { DEFAULT_MAX_RECV_DATA_SEGMENT_BYTES, DEFAULT_PARAMETERS, type NegotiatedParameters } from '../codec/key-rules'
import { answerKey, applyAgreement, type KeyAnswer } from '../codec/negotiation'
import { decodeLoginRequest, LOGIN_STAGE, LOGIN_STATUS, type LoginRequestPdu } from '../codec/pdu/login'
import { encodeTextKeys, parseTextKeys, type TextKey } from '../codec/text-keys'
import { MAX_RECV_DATA_SEGMENT_BYTES, TARGET_WISHES } from './wishes'

/** The result of a login: who logged in, and what was agreed. */
export interface LoginFacts {
  readonly initiatorName: string
  readonly discovery: boolean
  /** 12 hex digits. */
  readonly isid: string
  readonly connectionId: number
  /** Of the session whose connection is replaced; 0 for a new session. */
  readonly tsih: number
  readonly parameters: Readonly<NegotiatedParameters>
  /** The most that the initiator accepts in one data segment, in bytes. */
  readonly peerMaxRecvBytes: number
  /** What we declared that we accept; 8192 if we declared nothing. */
  readonly ownMaxRecvBytes: number
  readonly firstCmdSn: number
}

export type LoginStep =
  | { readonly kind: 'respond'; readonly request: LoginRequestPdu; readonly transit: boolean; readonly text: Uint8Array }
  | { readonly kind: 'complete'; readonly request: LoginRequestPdu; readonly text: Uint8Array; readonly facts: LoginFacts }
  | { readonly kind: 'refuse'; readonly request: LoginRequestPdu; readonly status: number; readonly reason: string }

export interface LoginSetting {
  readonly targetName: string
  readonly alias: string
  readonly portalGroup: PortalGroup
  /** What was agreed on in a session; undefined if there is none with this TSIH. */
  parametersOf(tsih: number): Readonly<NegotiatedParameters> | undefined
}

interface Refusal {
  readonly status: number
  readonly reason: string
}

const NO_TEXT = new Uint8Array(0)

/** The login phase of one connection, seen from the target (RFC 7143 §6.3): pure bookkeeping, one step for each request. */
export class LoginNegotiation {
  readonly #setting: LoginSetting
  readonly #parameters: NegotiatedParameters = { ...DEFAULT_PARAMETERS }
  /** Every key that came, with its value. */
  readonly #offers = new Map<string, string>()
  #leading: LoginRequestPdu | undefined
  #stage = -1
  #pendingText: Uint8Array[] = []
  #pendingTextBytes = 0
  #initiatorName: string | undefined
  #targetName: string | undefined
  #discovery = false
  #peerMaxRecvBytes = DEFAULT_MAX_RECV_DATA_SEGMENT_BYTES
  #declaredOwnMaxRecv = false
  #introduced = false
  #isAuthenticationRefused = false

  constructor(setting: LoginSetting) {
    this.#setting = setting
  }

  get initiatorName(): string | undefined {
    return this.#initiatorName
  }

  /** The PDU may be anything. All but login requests are refused. */
  step(pdu: Pdu): LoginStep {
    const request = decodeLoginRequest(pdu.header)
    const refusal = this.#checkHeader(pdu, request)
    if (refusal !== undefined) return { kind: 'refuse', request, ...refusal }
    if (this.#leading === undefined) {
      this.#leading = request
      const { HeaderDigest, DataDigest } = this.#parameters
      Object.assign(this.#parameters, this.#setting.parametersOf(request.tsih), { HeaderDigest, DataDigest })
    }
    this.#stage = request.currentStage
    this.#pendingTextBytes += pdu.dataBytes
    if (this.#pendingTextBytes > LIMITS.textBytes) return refuse(request, LOGIN_STATUS.initiatorError, 'too much text')
    this.#pendingText.push(...pdu.data)
    if (request.continued) return { kind: 'respond', request, transit: false, text: NO_TEXT }
    const keys = parseTextKeys(concatBytes(this.#pendingText))
    this.#pendingText = []
    this.#pendingTextBytes = 0
    if (!keys.ok) return refuse(request, LOGIN_STATUS.initiatorError, keys.error)
    return this.#negotiate(request, keys.value)
  }

  #negotiate(request: LoginRequestPdu, keys: readonly TextKey[]): LoginStep {
    const answers = new Map<string, TextKey>()
    // The session type decides which of the other keys matter.
    this.#discovery ||= keys.some(({ key, value }) => key === 'SessionType' && value === 'Discovery')
    for (const offer of keys) {
      // Initiators exist that repeat their keys in every request. The same value gets the same answer; another one is renegotiation.
      if ((this.#offers.get(offer.key) ?? offer.value) !== offer.value)
        return refuse(request, LOGIN_STATUS.initiatorError, `${offer.key} came again with another value`)
      this.#offers.set(offer.key, offer.value)
      const answer = this.#takeKey(offer)
      if (answer !== undefined) answers.set(offer.key, answer)
    }
    const refusal =
      this.#checkIdentity() ??
      (this.#isAuthenticationRefused
        ? { status: LOGIN_STATUS.authenticationFailure, reason: 'only AuthMethod None is offered' }
        : undefined)
    if (refusal !== undefined) return { kind: 'refuse', request, ...refusal }
    const text = encodeTextKeys([...this.#introduction(request), ...answers.values()])
    if (text.length > DEFAULT_MAX_RECV_DATA_SEGMENT_BYTES)
      return refuse(request, LOGIN_STATUS.initiatorError, 'too many keys in one request')
    if (!request.transit) return { kind: 'respond', request, transit: false, text }
    this.#stage = request.nextStage
    if (request.nextStage !== LOGIN_STAGE.fullFeature) return { kind: 'respond', request, transit: true, text }
    return { kind: 'complete', request, text, facts: this.#facts(request) }
  }

  #takeKey(offer: TextKey): TextKey | undefined {
    const answer = answerKey(offer, TARGET_WISHES, { sender: 'initiator', discovery: this.#discovery })
    if (answer.kind === 'declared') {
      this.#takeDeclaration(answer)
      return undefined
    }
    if (answer.kind === 'agreed') applyAgreement(this.#parameters, answer.key, answer.value)
    else if (answer.key === 'AuthMethod') this.#isAuthenticationRefused = true
    return { key: answer.key, value: answer.answer }
  }

  #takeDeclaration(declared: KeyAnswer & { readonly kind: 'declared' }): void {
    if (declared.key === 'InitiatorName') this.#initiatorName = declared.value
    else if (declared.key === 'TargetName') this.#targetName = declared.value
    else if (declared.key === 'MaxRecvDataSegmentLength') this.#peerMaxRecvBytes = declared.number ?? this.#peerMaxRecvBytes
  }

  /** What we say unasked: who we are in the first response, and our receive bound in the operational stage. */
  #introduction(request: LoginRequestPdu): TextKey[] {
    const keys: TextKey[] = []
    if (!this.#introduced && !this.#discovery) {
      keys.push(
        { key: 'TargetAlias', value: this.#setting.alias },
        { key: 'TargetPortalGroupTag', value: String(this.#setting.portalGroup) },
      )
    }
    this.#introduced = true
    if (!this.#declaredOwnMaxRecv && request.currentStage === LOGIN_STAGE.operational) {
      this.#declaredOwnMaxRecv = true
      keys.push({ key: 'MaxRecvDataSegmentLength', value: String(MAX_RECV_DATA_SEGMENT_BYTES) })
    }
    return keys
  }

  #checkHeader(pdu: Pdu, request: LoginRequestPdu): Refusal | undefined {
    const first = this.#leading
    if (opcodeOf(pdu.header) !== INITIATOR_OPCODE.loginRequest)
      return { status: LOGIN_STATUS.invalidDuringLogin, reason: 'not a login request' }
    if (request.versionMin > 0)
      return { status: LOGIN_STATUS.unsupportedVersion, reason: `version ${request.versionMin} or later is asked for` }
    if (!isStage(request.currentStage) || request.currentStage === LOGIN_STAGE.fullFeature) return protocolError('a reserved current stage')
    if (request.transit && (!isStage(request.nextStage) || request.nextStage <= request.currentStage))
      return protocolError('a next stage that does not follow')
    if (request.transit && request.continued) return protocolError('transit and continue in one request')
    if (first === undefined) return undefined
    if (request.isid !== first.isid || request.tsih !== first.tsih || request.connectionId !== first.connectionId)
      return protocolError('identifiers changed during login')
    if (request.initiatorTaskTag !== first.initiatorTaskTag) return protocolError('the task tag changed during login')
    if (request.currentStage !== this.#stage) return protocolError('not the stage that was agreed on')
    return undefined
  }

  /** The first request with its continuations must say who is there and what is wanted (§6.3.1). */
  #checkIdentity(): Refusal | undefined {
    if (this.#initiatorName === undefined) return { status: LOGIN_STATUS.missingParameter, reason: 'no InitiatorName' }
    if (this.#targetName === undefined)
      return this.#discovery ? undefined : { status: LOGIN_STATUS.missingParameter, reason: 'no TargetName' }
    if (this.#targetName !== this.#setting.targetName) return { status: LOGIN_STATUS.notFound, reason: `no target ${this.#targetName}` }
    return undefined
  }

  #facts(request: LoginRequestPdu): LoginFacts {
    const parameters = this.#parameters
    parameters.FirstBurstLength = Math.min(parameters.FirstBurstLength, parameters.MaxBurstLength)
    return {
      initiatorName: this.#initiatorName ?? '',
      discovery: this.#discovery,
      isid: request.isid,
      connectionId: request.connectionId,
      tsih: request.tsih,
      parameters,
      peerMaxRecvBytes: this.#peerMaxRecvBytes,
      ownMaxRecvBytes: this.#declaredOwnMaxRecv ? MAX_RECV_DATA_SEGMENT_BYTES : DEFAULT_MAX_RECV_DATA_SEGMENT_BYTES,
      firstCmdSn: request.cmdSn,
    }
  }
}

function isStage(stage: number): boolean {
  return stage === LOGIN_STAGE.security || stage === LOGIN_STAGE.operational || stage === LOGIN_STAGE.fullFeature
}

function protocolError(reason: string): Refusal {
  return { status: LOGIN_STATUS.initiatorError, reason }
}

function refuse(request: LoginRequestPdu, status: number, reason: string): LoginStep {
  return { kind: 'refuse', request, status, reason }
}
