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

const TYPE_CODES = new Map<string, number>(MESSAGE_TYPES.map((type, code) => [type, code]))
const UNKNOWN_TYPE = 0xff
const ACTION_SHIFT = (FLIGHT_AT.action - FLIGHT_AT.kind) * 8
const PLACE_SHIFT = (FLIGHT_AT.place - FLIGHT_AT.kind) * 8
/** Kind and action, as one word of a record has them. */
const HEADS = Object.fromEntries(
  FLIGHT_KINDS.map((kind, code) => [
    kind,
    Object.fromEntries(FLIGHT_ACTIONS[kind].map((action, place) => [action, code | (place << ACTION_SHIFT)])),
  ]),
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
    this.#begin(HEADS.pdu[action], place, pdu.timeMs)
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
    this.#begin(HEADS.connection[action], place, this.recently())
    this.#word(FLIGHT_AT.position, counts.received)
    this.#words(FLIGHT_AT.endpoints, endpoints)
    this.#word(FLIGHT_AT.sentPosition, counts.sent)
    this.#ring.end()
  }

  http(action: FlightAction<'http'>, { place, endpoints }: WireStream, { text, byteCount, position }: WireText): void {
    this.#begin(HEADS.http[action], place, this.recently())
    this.#payload(byteCount, undefined)
    this.#word(FLIGHT_AT.position, position)
    this.#words(FLIGHT_AT.endpoints, endpoints)
    const { bytes } = this.#ring
    for (let i = 0; i < PDU_HEADER_BYTES; i++) bytes[this.#at + FLIGHT_AT.header + i] = i < text.length ? text.charCodeAt(i) : 0
    this.#ring.end()
  }

  message(action: FlightAction<'message'>, { words, number }: PeerMessage): void {
    const nowMs = this.recently()
    this.#begin(HEADS.message[action], TYPE_CODES.get(words.type) ?? UNKNOWN_TYPE, nowMs)
    if ('data' in words) {
      let byteCount = 0
      for (const { length } of words.data) byteCount += length
      this.#payload(byteCount, this.hashOf(words.data, byteCount, nowMs))
    }
    this.#word(FLIGHT_AT.position, number)
    this.#word(FLIGHT_AT.callId, 'callId' in words ? words.callId : 0)
    this.#ring.end()
  }

  drive(action: FlightAction<'drive'>, access: DriveAccess): void {
    const { startedAtMs, claim } = access
    const endedAtMs = this.now()
    this.#begin(HEADS.drive[action], access.drive, startedAtMs)
    this.#payload(access.byteCount, access.hash)
    const { view } = this.#ring
    const at = this.#at
    view.setUint32(at + FLIGHT_AT.outcome, OUTCOME_CODES[access.outcome], true)
    view.setFloat64(at + FLIGHT_AT.block, access.block, true)
    view.setUint32(at + FLIGHT_AT.slot, claim === undefined ? 0 : claim.slot, true)
    view.setUint32(at + FLIGHT_AT.epoch, claim === undefined ? 0 : claim.epoch, true)
    view.setFloat32(at + FLIGHT_AT.durationMs, endedAtMs - startedAtMs, true)
    this.#ring.end()
  }

  claim(action: FlightAction<'claim'>, { slot, epoch }: WriteClaim): void {
    this.#begin(HEADS.claim[action], 0, this.now())
    this.#word(FLIGHT_AT.slot, slot)
    this.#word(FLIGHT_AT.epoch, epoch)
    this.#ring.end()
  }

  line(action: FlightAction<'line'>, of: ControllerId): void {
    this.#begin(HEADS.line[action], CONTROLLER_IDS.indexOf(of), this.now())
    this.#ring.end()
  }

  /** Without a payload until `#payload` says of one. */
  #begin(head: number, place: number, timeMs: number): void {
    const at = this.#ring.begin()
    const { view } = this.#ring
    this.#at = at
    view.setFloat64(at + FLIGHT_AT.timeMs, timeMs, true)
    view.setUint32(at + FLIGHT_AT.kind, head | (place << PLACE_SHIFT), true)
    view.setUint32(at + FLIGHT_AT.byteCount, 0, true)
    view.setUint32(at + FLIGHT_AT.hash, 0, true)
  }

  #payload(byteCount: number, hash: number | undefined, flags = 0): void {
    const { view } = this.#ring
    const at = this.#at
    view.setUint8(at + FLIGHT_AT.flags, hash === undefined ? flags : flags | FLIGHT_HASHED)
    view.setUint32(at + FLIGHT_AT.byteCount, byteCount, true)
    if (hash !== undefined) view.setUint32(at + FLIGHT_AT.hash, hash, true)
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
