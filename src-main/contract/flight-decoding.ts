import { CONTROLLER_IDS } from './controller-id'
import {
  DRIVE_OUTCOMES,
  ENDPOINT_BYTES,
  FLIGHT_ACTIONS,
  FLIGHT_ADDRESSES,
  FLIGHT_AT,
  FLIGHT_CUT_SHORT,
  FLIGHT_HASHED,
  FLIGHT_KINDS,
  FLIGHT_RECORD_BYTES,
  MESSAGE_TYPES,
  PDU_HEADER_BYTES,
  type Endpoint,
  type FlightAction,
  type FlightKind,
  type FlightRecord,
} from './flight'
import { LIMITS } from './limits'

/** RFC 7143 §11.2: header and additional headers, data and its padding, two digests. */
const LONGEST_PDU_BYTES = PDU_HEADER_BYTES + 255 * 4 + 2 ** 24 + 2 * 4

/** Records behind each other. Those that do not decode may be anything. */
export class FlightBytes {
  readonly #bytes: Uint8Array
  readonly #view: DataView

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get count(): number {
    return Math.floor(this.#bytes.length / FLIGHT_RECORD_BYTES)
  }

  timeMs(index: number): number {
    return this.#view.getFloat64(index * FLIGHT_RECORD_BYTES + FLIGHT_AT.timeMs, true)
  }

  /** Undefined where it has a kind, an action or a place that there is not. */
  kind(index: number): FlightKind | undefined {
    return FLIGHT_KINDS[this.#byte(index, FLIGHT_AT.kind)]
  }

  record(index: number): FlightRecord | undefined {
    switch (this.kind(index)) {
      case 'pdu':
        return this.#pdu(index)
      case 'connection':
        return this.#connection(index)
      case 'http':
        return this.#http(index)
      case 'message':
        return this.#message(index)
      case 'drive':
        return this.#drive(index)
      case 'claim':
        return this.#claim(index)
      case 'line':
        return this.#line(index)
      case undefined:
        return undefined
    }
  }

  #pdu(index: number): FlightRecord | undefined {
    const basis = this.#basis(index, 'pdu')
    const connection = this.#onConnection(index)
    if (basis === undefined || connection === undefined || basis.byteCount > LONGEST_PDU_BYTES) return undefined
    const isWhole = (this.#byte(index, FLIGHT_AT.flags) & FLIGHT_CUT_SHORT) === 0
    return { ...basis, ...connection, header: this.#slice(index, FLIGHT_AT.header, PDU_HEADER_BYTES), isWhole }
  }

  #connection(index: number): FlightRecord | undefined {
    const basis = this.#basis(index, 'connection')
    const connection = this.#onConnection(index)
    if (basis === undefined || connection === undefined) return undefined
    return { ...basis, ...connection, sentPosition: this.#word(index, FLIGHT_AT.sentPosition) }
  }

  #http(index: number): FlightRecord | undefined {
    const basis = this.#basis(index, 'http')
    const connection = this.#onConnection(index)
    if (basis === undefined || connection === undefined || basis.byteCount > LIMITS.exportBytes) return undefined
    const text = String.fromCharCode(...this.#slice(index, FLIGHT_AT.header, PDU_HEADER_BYTES)).replace(/\0.*$/s, '')
    return { ...basis, ...connection, text }
  }

  #message(index: number): FlightRecord | undefined {
    const basis = this.#basis(index, 'message')
    if (basis === undefined) return undefined
    const code = this.#byte(index, FLIGHT_AT.place)
    const type = MESSAGE_TYPES[code] ?? `message ${code}`
    return { ...basis, type, number: this.#word(index, FLIGHT_AT.position), callId: this.#word(index, FLIGHT_AT.callId) }
  }

  #drive(index: number): FlightRecord | undefined {
    const basis = this.#basis(index, 'drive')
    const drive = this.#byte(index, FLIGHT_AT.place)
    const outcome = DRIVE_OUTCOMES[this.#byte(index, FLIGHT_AT.outcome)]
    const block = this.#view.getFloat64(index * FLIGHT_RECORD_BYTES + FLIGHT_AT.block, true)
    const durationMs = this.#view.getFloat32(index * FLIGHT_RECORD_BYTES + FLIGHT_AT.durationMs, true)
    if (basis === undefined || outcome === undefined || drive >= LIMITS.drives) return undefined
    if (!Number.isSafeInteger(block) || block < 0 || !Number.isFinite(durationMs) || durationMs < 0) return undefined
    return { ...basis, drive, outcome, block, durationMs, ...this.#slotAndEpoch(index) }
  }

  #claim(index: number): FlightRecord | undefined {
    const basis = this.#basis(index, 'claim')
    return basis && { ...basis, ...this.#slotAndEpoch(index) }
  }

  #line(index: number): FlightRecord | undefined {
    const basis = this.#basis(index, 'line')
    const of = CONTROLLER_IDS[this.#byte(index, FLIGHT_AT.place)]
    return basis && of && { ...basis, of }
  }

  #basis<K extends FlightKind>(index: number, kind: K) {
    const timeMs = this.timeMs(index)
    const actions: readonly FlightAction<K>[] = FLIGHT_ACTIONS[kind]
    const action = actions[this.#byte(index, FLIGHT_AT.action)]
    if (action === undefined || !(timeMs >= 0 && timeMs <= LIMITS.recordedMs)) return undefined
    const isHashed = (this.#byte(index, FLIGHT_AT.flags) & FLIGHT_HASHED) !== 0
    const hash = isHashed ? this.#word(index, FLIGHT_AT.hash) : undefined
    return { kind, action, timeMs, byteCount: this.#word(index, FLIGHT_AT.byteCount), hash }
  }

  #onConnection(index: number) {
    const address = FLIGHT_ADDRESSES[this.#byte(index, FLIGHT_AT.place)]
    if (address === undefined) return undefined
    const position = this.#word(index, FLIGHT_AT.position)
    const own = this.#endpoint(index, FLIGHT_AT.endpoints)
    return { address, position, own, other: this.#endpoint(index, FLIGHT_AT.endpoints + ENDPOINT_BYTES) }
  }

  #slotAndEpoch(index: number) {
    return { slot: this.#word(index, FLIGHT_AT.slot), epoch: this.#word(index, FLIGHT_AT.epoch) }
  }

  #endpoint(index: number, at: number): Endpoint {
    const port = this.#view.getUint16(index * FLIGHT_RECORD_BYTES + at + 16, true)
    return { address: this.#slice(index, at, 16), port }
  }

  #slice(index: number, at: number, length: number): Uint8Array {
    const from = index * FLIGHT_RECORD_BYTES + at
    return this.#bytes.subarray(from, from + length)
  }

  #byte(index: number, at: number): number {
    return this.#view.getUint8(index * FLIGHT_RECORD_BYTES + at)
  }

  #word(index: number, at: number): number {
    return this.#view.getUint32(index * FLIGHT_RECORD_BYTES + at, true)
  }
}
