import type { ControllerId } from '../contract/controller-id'
import { FLIGHT_RECORD_BYTES, type FlightKind } from '../contract/flight'
import { FlightBytes } from '../contract/flight-decoding'
import type { FlightExcerpt } from '../contract/flight-rows'
import { LIMITS } from '../contract/limits'
import type { FlightPiece } from '../contract/recording'
import { rowOf, type BookedRecord } from './flight-words'

interface BookedPiece {
  readonly controller: ControllerId
  readonly records: FlightBytes
  /** Number of its first record in the book. */
  readonly first: number
}

/** What the flight recorders of both controllers have of a run. */
export class FlightBook {
  readonly #pieces: BookedPiece[] = []
  readonly #times: number[] = []
  /** Of each record: its piece. */
  readonly #pieceOf: number[] = []
  #sorted: Uint32Array | undefined
  #missing = 0

  /** False if it is damaged. Of too many, the last ones count as missing. */
  add({ controller, missing, records }: FlightPiece): boolean {
    const bytes = bytesOf(records)
    if (bytes === undefined || bytes.length % FLIGHT_RECORD_BYTES !== 0) return false
    const piece = { controller, records: new FlightBytes(bytes), first: this.#times.length }
    const { count } = piece.records
    for (let index = 0; index < count; index++) if (!isTime(piece.records.timeMs(index))) return false
    this.#missing = Math.min(this.#missing + missing, Number.MAX_SAFE_INTEGER)
    if (this.#times.length + count > LIMITS.playedFlightRecords) {
      this.#missing = Math.min(this.#missing + count, Number.MAX_SAFE_INTEGER)
      return true
    }
    for (let index = 0; index < count; index++) {
      this.#times.push(piece.records.timeMs(index))
      this.#pieceOf.push(this.#pieces.length)
    }
    this.#pieces.push(piece)
    this.#sorted = undefined
    return true
  }

  get count(): number {
    return this.#times.length
  }

  /** In order of time. Undefined where it is of a kind that is not known here. */
  at(index: number): BookedRecord | undefined {
    const place = this.#placeOf(index)
    const record = place?.records.record(place.index)
    return place && record && { controller: place.controller, record }
  }

  timeMs(index: number): number {
    return this.#times[this.#order[index] ?? -1] ?? Number.POSITIVE_INFINITY
  }

  /** Those nearest to a moment, half of them before it. */
  around(atMs: number, kinds: readonly FlightKind[]): FlightExcerpt {
    const wanted = new Set(kinds)
    const middle = this.#firstAfter(atMs)
    const before = this.#collect(middle - 1, -1, wanted)
    const after = this.#collect(middle, 1, wanted)
    return {
      atMs,
      rows: [...before.found.reverse(), ...after.found].map(rowOf),
      isMoreBefore: before.isMore,
      isMoreAfter: after.isMore,
      records: this.count,
      missing: this.#missing,
    }
  }

  #collect(from: number, step: 1 | -1, wanted: ReadonlySet<FlightKind>): { readonly found: BookedRecord[]; readonly isMore: boolean } {
    const found: BookedRecord[] = []
    for (let index = from; index >= 0 && index < this.count; index += step) {
      const kind = this.#placeOf(index)?.kind
      const booked = kind !== undefined && wanted.has(kind) ? this.at(index) : undefined
      if (booked === undefined) continue
      if (found.length === LIMITS.shownFlightRecords / 2) return { found, isMore: true }
      found.push(booked)
    }
    return { found, isMore: false }
  }

  #placeOf(index: number) {
    const number = this.#order[index]
    const piece = number === undefined ? undefined : this.#pieces[this.#pieceOf[number] ?? -1]
    if (number === undefined || piece === undefined) return undefined
    const { controller, records, first } = piece
    return { controller, records, index: number - first, kind: records.kind(number - first) }
  }

  #firstAfter(atMs: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.timeMs(middle) > atMs) high = middle
      else low = middle + 1
    }
    return low
  }

  /** Numbers of the records in order of time; of the same time, as they were added. */
  get #order(): Uint32Array {
    const times = this.#times
    this.#sorted ??= Uint32Array.from(times.keys()).sort((one, other) => (times[one] ?? 0) - (times[other] ?? 0) || one - other)
    return this.#sorted
  }
}

function isTime(timeMs: number): boolean {
  return timeMs >= 0 && timeMs <= LIMITS.recordedMs
}

/** Undefined if it is no base64. */
function bytesOf(base64: string): Uint8Array | undefined {
  try {
    const text = atob(base64)
    const bytes = new Uint8Array(text.length)
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at)
    return bytes
  } catch {
    return undefined
  }
}
