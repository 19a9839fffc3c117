import { crc32c } from '../../../base/crc32c'
import { LIMITS } from '../../../contract/limits'
import { crc32cOf, getDigest, NO_DATA, NO_DIGESTS, type DigestUse } from './assemble'
import { COMMON, dataSegmentBytesOf, DIGEST_BYTES, HEADER_BYTES, MAX_AHS_BYTES } from './layout'
import { Pieces } from './pieces'

/** One received PDU. All parts belong to the receiver; `data` is in order and without padding. */
export interface Pdu {
  /** 48 bytes. */
  readonly header: Uint8Array
  readonly ahs: Uint8Array
  readonly data: readonly Uint8Array[]
  readonly dataBytes: number
}

/** After any of these, nothing on the connection can be trusted (ErrorRecoveryLevel 0). */
export type FramerFailure = 'data-segment-too-long' | 'header-digest' | 'data-digest'

/** The most pieces of a data segment that are kept without copying. */
const MAX_PIECES = LIMITS.segmentPieces
const NO_BYTES: Uint8Array = new Uint8Array(0)

/**
 * Splits a byte stream into PDUs (RFC 7143 §11.2). Headers and data are views of the bytes pushed, copied only if a header is
 * split or a data segment arrives in very many pieces. Holds at most one PDU.
 */
export class PduFramer {
  /** Bound of the data segment of the next PDU in bytes: the MaxRecvDataSegmentLength declared to the other side. */
  maxDataSegmentBytes: number
  /** In use from the next PDU on. */
  digests: DigestUse = NO_DIGESTS
  #failure: FramerFailure | undefined
  #stopped = false
  readonly #gathered = new Uint8Array(HEADER_BYTES + MAX_AHS_BYTES + DIGEST_BYTES)
  #gatheredBytes = 0
  #header: Uint8Array | undefined
  #ahs = NO_BYTES
  #pieces: Pieces | undefined
  readonly #trailer = new Uint8Array(3 + DIGEST_BYTES)
  #trailerBytes = 0
  #trailerMissing = 0

  constructor(options: { readonly maxDataSegmentBytes: number }) {
    this.maxDataSegmentBytes = options.maxDataSegmentBytes
  }

  /** Drops everything pushed from now on, including the rest of what is being pushed. */
  stop(): void {
    this.#stopped = true
    this.#header = undefined
    this.#pieces = undefined
  }

  get failure(): FramerFailure | undefined {
    return this.#failure
  }

  /** Calls `onPdu` for each complete PDU. It may change the bound or the digests, or stop the framer. After a failure no PDU comes out. */
  push(bytes: Uint8Array, onPdu: (pdu: Pdu) => void): FramerFailure | undefined {
    this.pushUntil(bytes, onPdu, () => false)
    return this.#failure
  }

  /** The same, but leaves the rest once `isEnough`. Returns how many bytes were taken. */
  pushUntil(bytes: Uint8Array, onPdu: (pdu: Pdu) => void, isEnough: () => boolean): number {
    let offset = 0
    while (offset < bytes.length && !this.#stopped && this.#failure === undefined && !isEnough()) {
      if (this.#header !== undefined) offset = this.#takeBody(bytes, offset, onPdu)
      else if (this.#gatheredBytes > 0) offset = this.#gatherHeader(bytes, offset, onPdu)
      else offset = this.#startPdu(bytes, offset, onPdu)
    }
    return offset
  }

  #startPdu(bytes: Uint8Array, offset: number, onPdu: (pdu: Pdu) => void): number {
    const digestBytes = this.digests.header ? DIGEST_BYTES : 0
    if (bytes.length - offset < HEADER_BYTES) return this.#gatherHeader(bytes, offset, onPdu)
    const headerEnd = offset + HEADER_BYTES + bytes[offset + COMMON.totalAhsLength]! * 4 + digestBytes
    if (bytes.length < headerEnd) return this.#gatherHeader(bytes, offset, onPdu)
    this.#openPdu(bytes.subarray(offset, headerEnd), onPdu)
    return headerEnd
  }

  /** Collects a header that arrives in pieces. */
  #gatherHeader(bytes: Uint8Array, start: number, onPdu: (pdu: Pdu) => void): number {
    let offset = start
    for (;;) {
      const known = this.#gatheredBytes
      const ahsBytes = known > COMMON.totalAhsLength ? this.#gathered[COMMON.totalAhsLength]! * 4 : 0
      const needed = known < HEADER_BYTES ? HEADER_BYTES : HEADER_BYTES + ahsBytes + (this.digests.header ? DIGEST_BYTES : 0)
      if (known === needed) {
        this.#gatheredBytes = 0
        this.#openPdu(this.#gathered.slice(0, needed), onPdu)
        return offset
      }
      if (offset === bytes.length) return offset
      const taken = Math.min(needed - known, bytes.length - offset)
      this.#gathered.set(bytes.subarray(offset, offset + taken), known)
      this.#gatheredBytes += taken
      offset += taken
    }
  }

  /** `whole` is header, AHS and header digest. */
  #openPdu(whole: Uint8Array, onPdu: (pdu: Pdu) => void): void {
    const headerBytes = this.digests.header ? whole.length - DIGEST_BYTES : whole.length
    if (this.digests.header && crc32c(whole.subarray(0, headerBytes)) !== getDigest(whole, headerBytes)) {
      this.#failure = 'header-digest'
      return
    }
    const dataBytes = dataSegmentBytesOf(whole)
    if (dataBytes > this.maxDataSegmentBytes) {
      this.#failure = 'data-segment-too-long'
      return
    }
    const header = whole.length === HEADER_BYTES ? whole : whole.subarray(0, HEADER_BYTES)
    const ahs = headerBytes === HEADER_BYTES ? NO_BYTES : whole.subarray(HEADER_BYTES, headerBytes)
    if (dataBytes === 0) {
      onPdu({ header, ahs, data: NO_DATA, dataBytes: 0 })
      return
    }
    this.#header = header
    this.#ahs = ahs
    this.#pieces = new Pieces({ totalBytes: dataBytes, maxPieces: MAX_PIECES })
    this.#trailerBytes = 0
    this.#trailerMissing = ((4 - (dataBytes & 3)) & 3) + (this.digests.data ? DIGEST_BYTES : 0)
  }

  #takeBody(bytes: Uint8Array, start: number, onPdu: (pdu: Pdu) => void): number {
    const pieces = this.#pieces!
    const missingBytes = pieces.totalBytes - pieces.bytes
    let offset = start
    if (missingBytes > 0) {
      const taken = Math.min(missingBytes, bytes.length - offset)
      pieces.add(taken === bytes.length ? bytes : bytes.subarray(offset, offset + taken))
      offset += taken
      if (taken < missingBytes) return offset
    }
    if (this.#trailerMissing > 0) {
      const taken = Math.min(this.#trailerMissing, bytes.length - offset)
      for (let i = 0; i < taken; i++) this.#trailer[this.#trailerBytes++] = bytes[offset++]!
      this.#trailerMissing -= taken
      if (this.#trailerMissing > 0) return offset
    }
    this.#closePdu(onPdu)
    return offset
  }

  #closePdu(onPdu: (pdu: Pdu) => void): void {
    const header = this.#header!
    const data = this.#pieces!.chunks
    const dataBytes = this.#pieces!.totalBytes
    this.#header = undefined
    this.#pieces = undefined
    if (this.digests.data) {
      const digestAt = this.#trailerBytes - DIGEST_BYTES
      if (crc32c(this.#trailer.subarray(0, digestAt), crc32cOf(data)) !== getDigest(this.#trailer, digestAt)) {
        this.#failure = 'data-digest'
        return
      }
    }
    onPdu({ header, ahs: this.#ahs, data, dataBytes })
  }
}
