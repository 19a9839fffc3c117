import { crc32c } from '../../base/crc32c'
import { CONTROLLER_IDS, type ControllerId } from '../../contract/controller-id'
import {
  DRIVE_OUTCOMES,
  FLIGHT_ACTIONS,
  FLIGHT_ADDRESSES,
  FLIGHT_AT,
  FLIGHT_CUT_SHORT,
  FLIGHT_HASHED,
  FLIGHT_KINDS,
  MESSAGE_TYPES,
  PDU_HEADER_BYTES,
  type DriveOutcome,
  type FlightAction,
  type FlightAddress,
  type FlightKind,
} from '../../contract/flight'
import type { PeerMessage } from '../../contract/interconnect'
import { LIMITS } from '../../contract/limits'
import type { WriteClaim } from '../../core/ports'
import type { TraceClock } from '../clock'
import { endpointsOf, type SocketEnds } from './endpoints'
import { FlightRingWriter } from './flight-ring'

/** One side of a connection. */
export interface WireStream {
  /** Place in `FLIGHT_ADDRESSES`. */
  readonly place: number
  /** As records have them: this side, and the other. */
  readonly endpoints: Int32Array
}

export interface WirePdu {
  readonly timeMs: number
  readonly headerWords: Int32Array
  readonly byteCount: number
  readonly position: number
  readonly hash: number | undefined
}

export interface WireText {
  readonly text: string
  readonly byteCount: number
  readonly position: number
}

export interface DriveAccess {
  readonly drive: number
  readonly block: number
  readonly outcome: DriveOutcome
  readonly startedAtMs: number
  readonly byteCount: number
  readonly hash: number | undefined
  readonly claim: WriteClaim | undefined
}

const KIND_CODES = Object.fromEntries(FLIGHT_KINDS.map((kind, code) => [kind, code])) as Readonly<Record<FlightKind, number>>
const TYPE_CODES = new Map<string, number>(MESSAGE_TYPES.map((type, code) => [type, code]))
const ACTION_CODES = Object.fromEntries(
  FLIGHT_KINDS.map((kind) => [kind, Object.fromEntries(FLIGHT_ACTIONS[kind].map((action, code) => [action, code]))]),
) as { readonly [K in FlightKind]: Readonly<Record<FlightAction<K>, number>> }
const OUTCOME_CODES = Object.fromEntries(DRIVE_OUTCOMES.map((outcome, code) => [outcome, code])) as Readonly<Record<DriveOutcome, number>>
/** Payload that may be hashed at once after a rest. */
const BURST_BYTES = LIMITS.flightHashedBytesPerSecond / 8

export interface FlightTurns {
  readonly now: TraceClock
  /** Runs at the end of the turn that is under way, or of a new one. */
  atTurnEnd(run: () => void): void
}

export function wireStream(address: FlightAddress, socket: SocketEnds): WireStream {
  return { place: FLIGHT_ADDRESSES.indexOf(address), endpoints: endpointsOf(socket) }
}

/**
 * Writes what the ports see into the flight ring of this controller. It is always on, so nothing here makes garbage, and the clock is
 * asked only where time may have passed: when a turn begins, and when a drive has answered.
 */
export class FlightLog {
  readonly #turns: FlightTurns
  readonly #ring: FlightRingWriter
  readonly #endTurn = (): void => {
    this.#isInTurn = false
    this.#ring.publish()
  }
  #isInTurn = false
  #lastMs = 0
  #at = 0
  #allowance = BURST_BYTES
  #allowedAtMs = 0

  constructor(memory: SharedArrayBuffer, turns: FlightTurns) {
    this.#ring = new FlightRingWriter(memory)
    this.#turns = turns
  }

  now(): number {
    if (!this.#isInTurn) {
      this.#isInTurn = true
      this.#turns.atTurnEnd(this.#endTurn)
    }
    return (this.#lastMs = this.#turns.now())
  }

  /** When this turn last asked for the time. */
  recently(): number {
    return this.#isInTurn ? this.#lastMs : this.now()
  }

  /** What this thread wrote is to be read, though its turn did not end. */
  publish(): void {
    this.#ring.publish()
  }

  /** Whether so much payload may be hashed now. */
  mayHash(byteCount: number, nowMs: number): boolean {
    const earned = ((nowMs - this.#allowedAtMs) * LIMITS.flightHashedBytesPerSecond) / 1000
    this.#allowance = Math.min(BURST_BYTES, this.#allowance + earned)
    this.#allowedAtMs = nowMs
    if (byteCount === 0 || byteCount > this.#allowance) return false
    this.#allowance -= byteCount
    return true
  }

  /** Undefined where there is too much of it. */
  hashOfOne(bytes: Uint8Array, nowMs: number): number | undefined {
    return this.mayHash(bytes.length, nowMs) ? crc32c(bytes) : undefined
  }

  hashOf(chunks: readonly Uint8Array[], byteCount: number, nowMs: number): number | undefined {
    if (!this.mayHash(byteCount, nowMs)) return undefined
    let hash = 0
    for (const chunk of chunks) hash = crc32c(chunk, hash)
    return hash
  }

  pdu(action: FlightAction<'pdu'>, { place, endpoints }: WireStream, pdu: WirePdu, isWhole: boolean): void {
    this.#begin('pdu', ACTION_CODES.pdu[action], pdu.timeMs)
    this.#place(place)
    this.#payload(pdu.byteCount, pdu.hash, isWhole ? 0 : FLIGHT_CUT_SHORT)
    this.#word(FLIGHT_AT.position, pdu.position)
    this.#words(FLIGHT_AT.endpoints, endpoints)
    this.#words(FLIGHT_AT.header, pdu.headerWords)
    this.#ring.end()
  }

  connection(
    action: FlightAction<'connection'>,
    { place, endpoints }: WireStream,
    counts: { readonly received: number; readonly sent: number },
  ): void {
    this.#begin('connection', ACTION_CODES.connection[action], this.recently())
    this.#place(place)
    this.#payload(0, undefined)
    this.#word(FLIGHT_AT.position, counts.received)
    this.#words(FLIGHT_AT.endpoints, endpoints)
    this.#word(FLIGHT_AT.sentPosition, counts.sent)
    this.#ring.end()
  }

  http(action: FlightAction<'http'>, { place, endpoints }: WireStream, { text, byteCount, position }: WireText): void {
    this.#begin('http', ACTION_CODES.http[action], this.recently())
    this.#place(place)
    this.#payload(byteCount, undefined)
    this.#word(FLIGHT_AT.position, position)
    this.#words(FLIGHT_AT.endpoints, endpoints)
    const { bytes } = this.#ring
    for (let i = 0; i < PDU_HEADER_BYTES; i++) bytes[this.#at + FLIGHT_AT.header + i] = i < text.length ? text.charCodeAt(i) : 0
    this.#ring.end()
  }

  message(action: FlightAction<'message'>, { words, number }: PeerMessage): void {
    const nowMs = this.recently()
    let byteCount = 0
    let hash: number | undefined
    if ('data' in words) {
      for (const { length } of words.data) byteCount += length
      hash = this.hashOf(words.data, byteCount, nowMs)
    }
    this.#begin('message', ACTION_CODES.message[action], nowMs)
    this.#place(TYPE_CODES.get(words.type) ?? 0xff)
    this.#payload(byteCount, hash)
    this.#word(FLIGHT_AT.position, number)
    this.#word(FLIGHT_AT.callId, 'callId' in words ? words.callId : 0)
    this.#ring.end()
  }

  drive(action: FlightAction<'drive'>, access: DriveAccess): void {
    const { startedAtMs } = access
    this.#begin('drive', ACTION_CODES.drive[action], startedAtMs)
    this.#place(access.drive)
    this.#payload(access.byteCount, access.hash)
    const { bytes, view } = this.#ring
    bytes[this.#at + FLIGHT_AT.outcome] = OUTCOME_CODES[access.outcome]
    view.setFloat64(this.#at + FLIGHT_AT.block, access.block, true)
    this.#word(FLIGHT_AT.slot, access.claim?.slot ?? 0)
    this.#word(FLIGHT_AT.epoch, access.claim?.epoch ?? 0)
    view.setFloat32(this.#at + FLIGHT_AT.durationMs, this.now() - startedAtMs, true)
    this.#ring.end()
  }

  claim(action: FlightAction<'claim'>, { slot, epoch }: WriteClaim): void {
    this.#begin('claim', ACTION_CODES.claim[action], this.now())
    this.#payload(0, undefined)
    this.#word(FLIGHT_AT.slot, slot)
    this.#word(FLIGHT_AT.epoch, epoch)
    this.#ring.end()
  }

  line(action: FlightAction<'line'>, of: ControllerId): void {
    this.#begin('line', ACTION_CODES.line[action], this.now())
    this.#place(CONTROLLER_IDS.indexOf(of))
    this.#payload(0, undefined)
    this.#ring.end()
  }

  #begin(kind: FlightKind, action: number, timeMs: number): void {
    this.#at = this.#ring.begin()
    const { bytes, view } = this.#ring
    view.setFloat64(this.#at + FLIGHT_AT.timeMs, timeMs, true)
    bytes[this.#at + FLIGHT_AT.kind] = KIND_CODES[kind]
    bytes[this.#at + FLIGHT_AT.action] = action
  }

  #place(code: number): void {
    this.#ring.bytes[this.#at + FLIGHT_AT.place] = code
  }

  #payload(byteCount: number, hash: number | undefined, flags = 0): void {
    this.#ring.bytes[this.#at + FLIGHT_AT.flags] = flags | (hash === undefined ? 0 : FLIGHT_HASHED)
    this.#word(FLIGHT_AT.byteCount, byteCount)
    this.#word(FLIGHT_AT.hash, hash ?? 0)
  }

  #word(at: number, value: number): void {
    this.#ring.view.setUint32(this.#at + at, value, true)
  }

  /** A loop is faster than `set` for so few. */
  #words(at: number, from: Int32Array): void {
    const { words } = this.#ring
    const to = (this.#at + at) >>> 2
    for (let i = 0; i < from.length; i++) words[to + i] = from[i] ?? 0
  }
}
