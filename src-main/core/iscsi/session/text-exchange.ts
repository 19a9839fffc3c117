import { concatBytes } from '../../../base/bytes'
import { failure, ok, type Result } from '../../../base/result'
import { LIMITS } from '../../../contract/limits'
import { RESERVED_TAG } from '../codec/layout'
import { isNegotiatedKey } from '../codec/key-rules'
import { answerKey } from '../codec/negotiation'
import type { TextRequestPdu } from '../codec/pdu/text'
import { REJECT_REASON } from '../codec/pdu/reject'
import { encodeTextKeys, parseTextKeys, type TextKey } from '../codec/text-keys'
import { TARGET_WISHES } from './wishes'

export interface TextReply {
  readonly final: boolean
  readonly continued: boolean
  readonly targetTransferTag: number
  readonly text: Uint8Array
}

export interface TextSetting {
  readonly discovery: boolean
  readonly targetName: string
  /** "127.0.0.1:3260,1" of every portal. */
  readonly targetAddresses: () => readonly string[]
  /** The initiator declared how much it takes in one data segment. */
  readonly maxRecvChanged: (bytes: number) => void
}

/** Text requests of the full feature phase (RFC 7143 §11.10, §11.11): SendTargets and declarations. One exchange at a time. */
export class TextExchange {
  readonly #setting: TextSetting
  #tag = 0
  #task: number | undefined
  #received: Uint8Array[] = []
  #receivedBytes = 0
  #unsent: Uint8Array | undefined

  constructor(setting: TextSetting) {
    this.#setting = setting
  }

  /** The answer in segments of at most `segmentBytes`, or the reason to reject the request, which ends the exchange. */
  request(pdu: TextRequestPdu, data: readonly Uint8Array[], segmentBytes: number): Result<TextReply, number> {
    const reply = this.#take(pdu, data, segmentBytes)
    if (!reply.ok) this.#begin(undefined)
    return reply
  }

  #take(pdu: TextRequestPdu, data: readonly Uint8Array[], segmentBytes: number): Result<TextReply, number> {
    if (pdu.targetTransferTag === RESERVED_TAG) this.#begin(pdu.initiatorTaskTag)
    else if (pdu.initiatorTaskTag !== this.#task || pdu.targetTransferTag !== this.#tag) return failure(REJECT_REASON.protocolError)
    if (pdu.final && pdu.continued) return failure(REJECT_REASON.protocolError)
    if (this.#unsent !== undefined) return ok(this.#segment(this.#unsent, pdu, segmentBytes))
    for (const chunk of data) this.#receivedBytes += chunk.length
    if (this.#receivedBytes > LIMITS.textBytes) return failure(REJECT_REASON.protocolError)
    this.#received.push(...data)
    if (pdu.continued) return ok({ final: false, continued: false, targetTransferTag: this.#nextTag(), text: new Uint8Array(0) })
    const keys = parseTextKeys(concatBytes(this.#received))
    this.#received = []
    this.#receivedBytes = 0
    if (!keys.ok) return failure(REJECT_REASON.protocolError)
    const answers = keys.value.flatMap((key) => this.#answer(key))
    return ok(this.#segment(encodeTextKeys(answers), pdu, segmentBytes))
  }

  #begin(initiatorTaskTag: number | undefined): void {
    this.#task = initiatorTaskTag
    this.#received = []
    this.#receivedBytes = 0
    this.#unsent = undefined
  }

  #segment(text: Uint8Array, pdu: TextRequestPdu, segmentBytes: number): TextReply {
    if (text.length > segmentBytes) {
      this.#unsent = text.subarray(segmentBytes)
      return { final: false, continued: true, targetTransferTag: this.#nextTag(), text: text.subarray(0, segmentBytes) }
    }
    this.#unsent = undefined
    if (!pdu.final) return { final: false, continued: false, targetTransferTag: this.#nextTag(), text }
    this.#task = undefined
    return { final: true, continued: false, targetTransferTag: RESERVED_TAG, text }
  }

  #nextTag(): number {
    this.#tag = (this.#tag + 1) & 0x7fff_ffff
    return this.#tag
  }

  #answer(offer: TextKey): TextKey[] {
    if (offer.key === 'SendTargets') return this.#sendTargets(offer.value)
    // Everything that is negotiated is settled at login (§13: "use: IO" or "LO").
    if (isNegotiatedKey(offer.key)) return [{ key: offer.key, value: 'Reject' }]
    const answer = answerKey(offer, TARGET_WISHES, { sender: 'initiator', discovery: this.#setting.discovery })
    if (answer.kind === 'refused') return [{ key: answer.key, value: answer.answer }]
    if (answer.kind === 'declared' && answer.key === 'MaxRecvDataSegmentLength' && answer.number !== undefined)
      this.#setting.maxRecvChanged(answer.number)
    return []
  }

  /** A discovery session may ask for all targets, a normal one for its own, by an empty value or by name (appendix C). */
  #sendTargets(wanted: string): TextKey[] {
    const { discovery, targetName, targetAddresses } = this.#setting
    if (wanted === 'All' ? !discovery : wanted === '' && discovery) return [{ key: 'SendTargets', value: 'Reject' }]
    if (wanted !== 'All' && wanted !== '' && wanted !== targetName) return []
    return [{ key: 'TargetName', value: targetName }, ...targetAddresses().map((value) => ({ key: 'TargetAddress', value }))]
  }
}
