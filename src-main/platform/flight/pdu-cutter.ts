import { crc32c } from '../../base/crc32c'
import { getU24 } from '../../base/bytes'
import { PDU_HEADER_BYTES } from '../../contract/flight'
import { LIMITS } from '../../contract/limits'
import type { FlightLog, WirePdu } from './flight-log'

/** Of RFC 7143 §11.2: where the lengths are, and how long a digest is. */
const AHS_WORDS_AT = 4
const DATA_LENGTH_AT = 5
const DIGEST_BYTES = 4
const OPCODE_BITS = 0x3f
const LOGIN_RESPONSE = 0x23

/**
 * Follows one direction of an iSCSI connection from header to header, by the lengths that they name, and copies nothing else. What it
 * shows of the PDU that has just ended is void with the next byte.
 */
export class PduCutter implements WirePdu {
  readonly headerWords = new Int32Array(PDU_HEADER_BYTES / 4)
  readonly header = new Uint8Array(this.headerWords.buffer)
  readonly #headerView = new DataView(this.headerWords.buffer)
  timeMs = 0
  byteCount = 0
  position = 0
  hash: number | undefined
  /** Of a login response: its text. */
  text = ''
  headerDigest = false
  dataDigest = false
  readonly #log: FlightLog
  readonly #ended: (pdu: PduCutter) => void
  #headerBytes = 0
  /** What is to come between header and data, of the data, and after it. */
  #before = 0
  #data = 0
  #after = 0
  #isHashing = false
  /** Of this PDU. */
  #taken = 0

  constructor(log: FlightLog, ended: (pdu: PduCutter) => void) {
    this.#log = log
    this.#ended = ended
  }

  /** The header of a PDU is here, and not all of the rest. */
  get isInside(): boolean {
    return this.#headerBytes === PDU_HEADER_BYTES
  }

  get opcode(): number {
    return (this.header[0] ?? 0) & OPCODE_BITS
  }

  /** Bytes so far. */
  get next(): number {
    return (this.position + this.#taken) >>> 0
  }

  /** No more comes of this PDU. */
  cutShort(): void {
    this.byteCount = this.#taken
  }

  push(chunk: Uint8Array, nowMs: number): void {
    let at = 0
    while (at < chunk.length) {
      const from = at
      if (this.#headerBytes < PDU_HEADER_BYTES) at = this.#takeHeader(chunk, at, nowMs)
      else if (this.#before > 0) this.#before -= (at = Math.min(chunk.length, at + this.#before)) - from
      else if (this.#data > 0) at = this.#takeData(chunk, at)
      else this.#after -= (at = Math.min(chunk.length, at + this.#after)) - from
      this.#taken += at - from
      if (this.#headerBytes === PDU_HEADER_BYTES && this.#before + this.#data + this.#after === 0) this.#end()
    }
  }

  #takeHeader(chunk: Uint8Array, at: number, nowMs: number): number {
    if (this.#headerBytes === 0) this.timeMs = nowMs
    const { header } = this
    const had = this.#headerBytes
    if (had === 0 && chunk.length - at >= PDU_HEADER_BYTES) {
      this.#takeWholeHeader(chunk, at)
      this.#open(nowMs)
      return at + PDU_HEADER_BYTES
    }
    const end = Math.min(chunk.length, at + PDU_HEADER_BYTES - had)
    // Nothing but the two arrays is touched for each byte.
    for (let from = at, to = had; from < end; from++, to++) header[to] = chunk[from] ?? 0
    this.#headerBytes = had + end - at
    if (this.#headerBytes === PDU_HEADER_BYTES) this.#open(nowMs)
    return end
  }

  /** Nearly always it comes in one piece: a word at a time takes half as long. */
  #takeWholeHeader(chunk: Uint8Array, from: number): void {
    const view = this.#headerView
    for (let to = 0, at = from; to < PDU_HEADER_BYTES; to += 4, at += 4) view.setInt32(to, wordAt(chunk, at), true)
    this.#headerBytes = PDU_HEADER_BYTES
  }

  #open(nowMs: number): void {
    const data = getU24(this.header, DATA_LENGTH_AT)
    this.#before = (this.header[AHS_WORDS_AT] ?? 0) * 4 + (this.headerDigest ? DIGEST_BYTES : 0)
    this.#data = data
    this.#after = data === 0 ? 0 : (-data & 3) + (this.dataDigest ? DIGEST_BYTES : 0)
    this.byteCount = PDU_HEADER_BYTES + this.#before + data + this.#after
    this.#isHashing = this.#log.mayHash(data, nowMs)
    this.hash = undefined
    this.text = ''
  }

  #takeData(chunk: Uint8Array, at: number): number {
    const end = Math.min(chunk.length, at + this.#data)
    if (this.#isHashing || this.opcode === LOGIN_RESPONSE) {
      const part = end - at === chunk.length ? chunk : chunk.subarray(at, end)
      if (this.#isHashing) this.hash = crc32c(part, this.hash ?? 0)
      if (this.opcode === LOGIN_RESPONSE && this.text.length < LIMITS.flightLoginText) this.#keep(part)
    }
    this.#data -= end - at
    return end
  }

  #keep(part: Uint8Array): void {
    this.text += String.fromCharCode(...part.subarray(0, LIMITS.flightLoginText))
  }

  #end(): void {
    this.#ended(this)
    this.position = this.next
    this.#taken = 0
    this.#headerBytes = 0
  }
}

/** As it stands there, its first byte the lowest. */
function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
}
