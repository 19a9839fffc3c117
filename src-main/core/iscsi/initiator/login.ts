import { putU24, putU16, toHex, concatBytes } from '../../../base/bytes'
import { crc32c } from '../../../base/crc32c'
import { failure, ok, type Result } from '../../../base/result'
import { LIMITS } from '../../../contract/limits'
import {
  DEFAULT_MAX_RECV_DATA_SEGMENT_BYTES,
  DEFAULT_PARAMETERS,
  isNegotiatedKey,
  NEGOTIATED_KEYS,
  type NegotiatedKey,
  type NegotiatedParameters,
  type ParameterWishes,
} from '../codec/key-rules'
import { answerKey, applyAgreement, offerKey, settleKey } from '../codec/negotiation'
import { encodeLoginRequest, LOGIN_STAGE, LOGIN_STATUS, type LoginResponsePdu } from '../codec/pdu/login'
import { encodeTextKeys, parseTextKeys, type TextKey } from '../codec/text-keys'

/** The login of an initiator (RFC 7143 §6.3): without a security stage, all keys in the first request. */

export const INITIATOR_MAX_RECV_DATA_SEGMENT_BYTES = LIMITS.hostSegmentBytes
/** The login fails if the target has not agreed after this many requests. */
const MAX_ROUNDS = LIMITS.hostLoginRounds
const CONNECTION_ID = 0

const WISHES: ParameterWishes = {
  AuthMethod: ['None'],
  HeaderDigest: ['None'],
  DataDigest: ['None'],
  MaxConnections: 1,
  InitialR2T: false,
  ImmediateData: true,
  MaxBurstLength: 1_048_576,
  FirstBurstLength: 262_144,
  DefaultTime2Wait: 0,
  DefaultTime2Retain: 0,
  MaxOutstandingR2T: 1,
  DataPDUInOrder: true,
  DataSequenceInOrder: true,
  ErrorRecoveryLevel: 0,
  TaskReporting: ['RFC3720'],
  iSCSIProtocolLevel: 1,
}

/** The keys that are offered. For the others, we want the defaults. */
const OFFERED: readonly NegotiatedKey[] = [
  'HeaderDigest',
  'DataDigest',
  'MaxConnections',
  'InitialR2T',
  'ImmediateData',
  'MaxBurstLength',
  'FirstBurstLength',
  'DefaultTime2Wait',
  'DefaultTime2Retain',
  'MaxOutstandingR2T',
  'ErrorRecoveryLevel',
]

export interface LoginOptions {
  readonly initiatorName: string
  readonly isidQualifier: number
  /** Undefined for a discovery session. */
  readonly targetName: string | undefined
  /** Where it wants something else than this initiator usually does. */
  readonly wishes?: Partial<ParameterWishes>
  /** The most data that it takes in one PDU, in bytes. */
  readonly maxRecvBytes?: number
}

export interface LoginRequest {
  readonly header: Uint8Array
  readonly text: Uint8Array
}

export interface LoginAgreement {
  readonly parameters: Readonly<NegotiatedParameters>
  /** The most data that the target accepts in one PDU. */
  readonly maxSendDataSegmentBytes: number
  readonly targetPortalGroupTag: number | undefined
}

export type LoginStep =
  { readonly kind: 'send'; readonly request: LoginRequest } | { readonly kind: 'done'; readonly agreement: LoginAgreement }

export class InitiatorLogin {
  readonly #options: LoginOptions
  readonly #isid: string
  readonly #wishes: ParameterWishes
  readonly #parameters: NegotiatedParameters = { ...DEFAULT_PARAMETERS }
  readonly #answers: TextKey[] = []
  #maxSendDataSegmentBytes = DEFAULT_MAX_RECV_DATA_SEGMENT_BYTES
  #targetPortalGroupTag: number | undefined
  #text: Uint8Array[] = []
  #textBytes = 0
  #rounds = 0

  constructor(options: LoginOptions) {
    this.#options = options
    this.#isid = isidOf(options.initiatorName, options.isidQualifier)
    this.#wishes = { ...WISHES, ...options.wishes }
  }

  first(cmdSn: number): LoginRequest {
    return this.#request({ cmdSn, expStatSn: 0, transit: true, keys: this.#offers() })
  }

  /** A failure is a sentence for people; the connection is useless after it. */
  take(response: LoginResponsePdu, data: readonly Uint8Array[], cmdSn: number): Result<LoginStep, string> {
    if (response.status !== LOGIN_STATUS.success) return failure(`login refused: ${statusText(response.status)}`)
    for (const piece of data) this.#textBytes += piece.length
    if (this.#textBytes > LIMITS.textBytes || ++this.#rounds > MAX_ROUNDS) return failure('login does not come to an end')
    this.#text.push(...data)
    const next = { cmdSn, expStatSn: (response.statSn + 1) >>> 0 }
    if (response.continued) return ok({ kind: 'send', request: this.#request({ ...next, transit: false, keys: [] }) })
    const taken = this.#takeText(concatBytes(this.#text))
    if (!taken.ok) return taken
    this.#text = []
    if (!response.transit) return ok({ kind: 'send', request: this.#request({ ...next, transit: true, keys: this.#answers.splice(0) }) })
    if (response.nextStage !== LOGIN_STAGE.fullFeature) return failure(`login went to stage ${response.nextStage}`)
    return ok({
      kind: 'done',
      agreement: {
        parameters: this.#parameters,
        maxSendDataSegmentBytes: this.#maxSendDataSegmentBytes,
        targetPortalGroupTag: this.#targetPortalGroupTag,
      },
    })
  }

  #offers(): readonly TextKey[] {
    const discovery = this.#options.targetName === undefined
    const keys: TextKey[] = [
      { key: 'InitiatorName', value: this.#options.initiatorName },
      { key: 'SessionType', value: discovery ? 'Discovery' : 'Normal' },
      { key: 'MaxRecvDataSegmentLength', value: String(this.#options.maxRecvBytes ?? INITIATOR_MAX_RECV_DATA_SEGMENT_BYTES) },
    ]
    if (this.#options.targetName !== undefined) keys.push({ key: 'TargetName', value: this.#options.targetName })
    for (const key of OFFERED) {
      if (!discovery || !NEGOTIATED_KEYS[key].irrelevantInDiscovery) keys.push(offerKey(key, this.#wishes[key]))
    }
    return keys
  }

  #takeText(text: Uint8Array): Result<null, string> {
    const keys = parseTextKeys(text)
    if (!keys.ok) return failure(`login answered with ${keys.error}`)
    for (const { key, value } of keys.value) {
      if (isNegotiatedKey(key) && OFFERED.includes(key)) {
        const settled = settleKey(key, value, this.#wishes)
        if (settled.kind === 'failed') return failure(`login answered ${key}=${value}`)
        if (settled.kind === 'agreed') applyAgreement(this.#parameters, key, settled.value)
      } else {
        this.#takeOffer(key, value)
      }
    }
    return ok(null)
  }

  #takeOffer(key: string, value: string): void {
    const answer = answerKey({ key, value }, this.#wishes, { sender: 'target', discovery: this.#options.targetName === undefined })
    if (answer.kind === 'agreed') applyAgreement(this.#parameters, answer.key, answer.value)
    if (answer.kind !== 'declared') this.#answers.push({ key, value: answer.answer })
    else if (answer.key === 'MaxRecvDataSegmentLength') this.#maxSendDataSegmentBytes = answer.number ?? this.#maxSendDataSegmentBytes
    else if (answer.key === 'TargetPortalGroupTag') this.#targetPortalGroupTag = answer.number
  }

  #request(step: {
    readonly cmdSn: number
    readonly expStatSn: number
    readonly transit: boolean
    readonly keys: readonly TextKey[]
  }): LoginRequest {
    const header = encodeLoginRequest({
      transit: step.transit,
      continued: false,
      currentStage: LOGIN_STAGE.operational,
      nextStage: step.transit ? LOGIN_STAGE.fullFeature : LOGIN_STAGE.security,
      versionMax: 0,
      versionMin: 0,
      isid: this.#isid,
      tsih: 0,
      initiatorTaskTag: 0,
      connectionId: CONNECTION_ID,
      cmdSn: step.cmdSn,
      expStatSn: step.expStatSn,
    })
    return { header, text: encodeTextKeys(step.keys) }
  }
}

/** The "random" format of RFC 7143 §11.12.5. Its random part is a hash of the name, so that it is the same at every start. */
function isidOf(initiatorName: string, qualifier: number): string {
  const isid = new Uint8Array(6)
  isid[0] = 0x80
  putU24(isid, 1, crc32c(Uint8Array.from(initiatorName, (character) => character.charCodeAt(0))))
  putU16(isid, 4, qualifier)
  return toHex(isid)
}

function statusText(status: number): string {
  const name = Object.entries(LOGIN_STATUS).find(([, value]) => value === status)?.[0]
  return name ?? `status ${status.toString(16).padStart(4, '0')}h`
}
