import { assert } from '../../../base/assert'
import { LIMITS } from '../../../contract/limits'
import { RESERVED_TAG } from '../codec/layout'
import type { DataOutPdu } from '../codec/pdu/data'
import { Pieces } from '../codec/pieces'

/** The most chunks of one command that are kept without copying. */
const MAX_CHUNKS = LIMITS.commandPieces

/** What the session agreed on for data to the target. Bytes. */
export interface WriteRules {
  readonly maxBurstBytes: number
  readonly firstBurstBytes: number
  readonly maxOutstandingR2Ts: number
  readonly initialR2T: boolean
  readonly immediateData: boolean
}

export interface ReadyToTransfer {
  readonly targetTransferTag: number
  readonly r2tSn: number
  readonly bufferOffset: number
  readonly desiredLength: number
}

/** `unexpected`: data that was not asked for; `amount`: too much, too little, or out of order; `tag`: it belongs to no R2T. */
export type DataFault = 'unexpected' | 'amount' | 'tag'

interface Sequence {
  readonly targetTransferTag: number
  readonly endOffset: number
  nextDataSn: number
}

/**
 * The data-out of one command (RFC 7143 §11.7, §11.8): immediate, unsolicited, then solicited by R2Ts. Both InOrder keys are
 * always Yes here, so data arrives strictly in order of its offset.
 */
export class WriteTransfer {
  readonly expectedBytes: number
  readonly #rules: WriteRules
  readonly #received: Pieces
  #unsolicited: Sequence | undefined
  readonly #solicited: Sequence[] = []
  #askedBytes = 0
  #r2tSn = 0

  constructor(expectedBytes: number, rules: WriteRules) {
    this.expectedBytes = expectedBytes
    this.#rules = rules
    this.#received = new Pieces({ totalBytes: expectedBytes, maxPieces: MAX_CHUNKS })
  }

  get chunks(): readonly Uint8Array[] {
    return this.#received.chunks
  }

  get isComplete(): boolean {
    return this.#received.bytes === this.expectedBytes && this.#unsolicited === undefined
  }

  get r2tCount(): number {
    return this.#r2tSn
  }

  /** The data segment of the command itself. `final` false announces unsolicited Data-Outs. */
  begin(options: { readonly data: readonly Uint8Array[]; readonly dataBytes: number; readonly final: boolean }): DataFault | undefined {
    const { data, dataBytes, final } = options
    const firstBurstBytes = Math.min(this.#rules.firstBurstBytes, this.expectedBytes)
    if (dataBytes > 0 && !this.#rules.immediateData) return 'unexpected'
    if (dataBytes > firstBurstBytes) return 'unexpected'
    this.#keep(data)
    if (final) return undefined
    if (this.#rules.initialR2T) return 'unexpected'
    this.#unsolicited = { targetTransferTag: RESERVED_TAG, endOffset: firstBurstBytes, nextDataSn: 0 }
    return undefined
  }

  accept(pdu: DataOutPdu, data: readonly Uint8Array[], dataBytes: number): DataFault | undefined {
    const sequence = pdu.targetTransferTag === RESERVED_TAG ? this.#unsolicited : this.#solicited[0]
    if (sequence === undefined) return pdu.targetTransferTag === RESERVED_TAG ? 'unexpected' : 'tag'
    if (sequence.targetTransferTag !== pdu.targetTransferTag) return 'tag'
    const endOffset = pdu.bufferOffset + dataBytes
    if (pdu.dataSn !== sequence.nextDataSn || pdu.bufferOffset !== this.#received.bytes || endOffset > sequence.endOffset) return 'amount'
    sequence.nextDataSn++
    this.#keep(data)
    if (sequence === this.#unsolicited) {
      if (pdu.final) this.#unsolicited = undefined
      return undefined
    }
    if (pdu.final !== (endOffset === sequence.endOffset)) return 'amount'
    if (pdu.final) this.#solicited.shift()
    return undefined
  }

  /** The next R2T to send; undefined if none may be sent now. `takeTag` gives a fresh target transfer tag. */
  nextReadyToTransfer(takeTag: () => number): ReadyToTransfer | undefined {
    if (this.#unsolicited !== undefined || this.#solicited.length >= this.#rules.maxOutstandingR2Ts) return undefined
    const bufferOffset = Math.max(this.#askedBytes, this.#received.bytes)
    const desiredLength = Math.min(this.expectedBytes - bufferOffset, this.#rules.maxBurstBytes)
    assert(desiredLength >= 0, 'more data came than the command has')
    if (desiredLength === 0) return undefined
    this.#askedBytes = bufferOffset + desiredLength
    const targetTransferTag = takeTag()
    this.#solicited.push({ targetTransferTag, endOffset: this.#askedBytes, nextDataSn: 0 })
    return { targetTransferTag, r2tSn: this.#r2tSn++, bufferOffset, desiredLength }
  }

  #keep(data: readonly Uint8Array[]): void {
    for (const chunk of data) this.#received.add(chunk)
  }
}
