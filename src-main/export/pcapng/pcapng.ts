import { present } from '../../base/assert'
import { FLIGHT_ADDRESSES, type FlightConnection, type FlightHttp, type FlightPdu, type FlightRecord } from '../../contract/flight'
import { LIMITS } from '../../contract/limits'
import type { TraceEvent } from '../../contract/trace'
import type { FlightBook } from '../../player/flight-book'
import type { ByteSink } from '../byte-sink'
import { allMarks } from '../report/report-marks'
import { speechOf } from '../report/speech'
import type { ExportedRun, RunWriter } from '../run-writer'
import { enhancedPacket, interfaceDescription, sectionHeader } from './blocks'
import { packetOf, SEGMENT_BYTES, TCP_FLAG } from './segments'

type OnWire = FlightPdu | FlightConnection | FlightHttp
type Side = 'received' | 'sent'

/** The next sequence number of each direction of a connection, where it is known. */
type Expected = Record<Side, number | undefined>

interface Comment {
  readonly atMs: number
  readonly text: string
}

const NOTHING = new Uint8Array(0)

/**
 * The iSCSI and HTTP traffic that the flight recorders have, for Wireshark: an interface for each portal and management address, and
 * for each PDU as many TCP segments as its length takes. Captured is what a recorder keeps: the header of a PDU, the first line of
 * HTTP. What happened is a comment of the packet that follows.
 */
export class PcapngWriter implements RunWriter {
  readonly #sink: ByteSink
  readonly #flight: FlightBook
  readonly #comments: readonly Comment[]
  readonly #connections = new Map<string, Expected>()
  /** Of 1970, in whole nanoseconds. */
  readonly #startedAtNs: bigint
  /** What comes up to then is to be written. */
  #dueMs = Number.NEGATIVE_INFINITY
  #next = 0
  #nextComment = 0

  constructor(run: ExportedRun, sink: ByteSink) {
    this.#sink = sink
    this.#flight = present(run.flight, 'flight records')
    this.#comments = commentsOf(run)
    this.#startedAtNs = nanoseconds(run.outline.recording?.lab.startedAtMs ?? 0)
    const { lab } = run.outline.recording ?? {}
    sink.add(sectionHeader({ application: `Takeover Lab ${run.version}`, comment: `Recorded by ${lab?.targetName ?? 'a lab'}` }))
    for (const name of FLIGHT_ADDRESSES) sink.add(interfaceDescription({ name, description: descriptionOf(name) }))
  }

  take(_event: TraceEvent, atMs: number): void {
    this.#dueMs = atMs
  }

  end(): void {
    this.#dueMs = Number.POSITIVE_INFINITY
  }

  /** Between two events there may be any number of records. Whoever exports notices that it is too much. */
  goOn(goesOn: () => boolean): boolean {
    while (this.#next < this.#flight.count && this.#flight.timeMs(this.#next) <= this.#dueMs) {
      if (this.#sink.total > LIMITS.exportBytes) return true
      if (!goesOn()) return false
      const record = this.#flight.at(this.#next++)?.record
      if (record !== undefined && isOnWire(record)) this.#write(record)
    }
    return true
  }

  #write(record: OnWire): void {
    const expected = this.#expectedOf(record)
    if (record.kind !== 'connection') this.#writeBytes(record, expected)
    else if (record.action === 'opened') this.#writeHandshake(record, expected)
    else this.#writeEnd(record, expected)
  }

  #writeBytes(record: FlightPdu | FlightHttp, expected: Expected): void {
    const { action, byteCount } = record
    const captured = record.kind === 'pdu' ? record.header : Uint8Array.from(record.text, (character) => character.charCodeAt(0))
    for (let done = 0; done < byteCount; done += SEGMENT_BYTES) {
      const payloadBytes = Math.min(SEGMENT_BYTES, byteCount - done)
      const part = done === 0 ? captured.subarray(0, payloadBytes) : NOTHING
      const sequence = sequenceAt(record.position + done)
      this.#segment(record, action, { sequence, flags: TCP_FLAG.push, captured: part, payloadBytes }, expected)
    }
    expected[action] = sequenceAt(record.position + byteCount)
  }

  #writeHandshake(record: FlightConnection, expected: Expected): void {
    const bare = { captured: NOTHING, payloadBytes: 0 }
    // Nobody may have recorded the end of an earlier connection of the same ports.
    expected.received = undefined
    expected.sent = undefined
    this.#segment(record, 'received', { ...bare, sequence: 0, flags: TCP_FLAG.syn }, expected)
    expected.received = 1
    this.#segment(record, 'sent', { ...bare, sequence: 0, flags: TCP_FLAG.syn }, expected)
    expected.sent = 1
    this.#segment(record, 'received', { ...bare, sequence: 1, flags: 0 }, expected)
  }

  /** The record knows how much came and went, also where its bytes were not recorded. An end has a sequence number, as a byte has. */
  #writeEnd(record: FlightConnection, expected: Expected): void {
    const bare = { captured: NOTHING, payloadBytes: 0, flags: TCP_FLAG.fin }
    expected.sent = sequenceAt(record.sentPosition)
    this.#segment(record, 'received', { ...bare, sequence: sequenceAt(record.position) }, expected)
    expected.received = sequenceAt(record.position + 1)
    this.#segment(record, 'sent', { ...bare, sequence: sequenceAt(record.sentPosition) }, expected)
    this.#connections.delete(nameOf(record))
  }

  #segment(
    record: OnWire,
    side: Side,
    part: { readonly sequence: number; readonly flags: number; readonly captured: Uint8Array; readonly payloadBytes: number },
    expected: Expected,
  ): void {
    const [from, to] = side === 'received' ? [record.other, record.own] : [record.own, record.other]
    const acknowledged = expected[side === 'received' ? 'sent' : 'received']
    this.#sink.add(
      enhancedPacket({
        ...packetOf({ from, to, acknowledged, ...part }),
        interfaceNumber: FLIGHT_ADDRESSES.indexOf(record.address),
        timeNs: this.#startedAtNs + nanoseconds(record.timeMs),
        direction: side === 'received' ? 'in' : 'out',
        comments: this.#commentsUntil(record.timeMs),
      }),
    )
  }

  #commentsUntil(atMs: number): readonly string[] {
    const texts: string[] = []
    for (let next = this.#comments[this.#nextComment]; next !== undefined && next.atMs <= atMs; next = this.#comments[this.#nextComment]) {
      texts.push(next.text)
      this.#nextComment++
    }
    return texts
  }

  #expectedOf(record: OnWire): Expected {
    const name = nameOf(record)
    const known = this.#connections.get(name)
    if (known !== undefined) return known
    const expected: Expected = { received: undefined, sent: undefined }
    this.#connections.set(name, expected)
    return expected
  }
}

function isOnWire(record: FlightRecord): record is OnWire {
  return record.kind === 'pdu' || record.kind === 'connection' || record.kind === 'http'
}

function nameOf({ address, own, other }: OnWire): string {
  return [address, ...own.address, own.port, ...other.address, other.port].join(' ')
}

/** The first byte has number 1, since the handshake takes 0. */
function sequenceAt(position: number): number {
  return (position + 1) >>> 0
}

function nanoseconds(ms: number): bigint {
  const whole = Math.floor(ms)
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6))
}

function descriptionOf(address: (typeof FLIGHT_ADDRESSES)[number]): string {
  const [what, of = ''] = address.split('-')
  return `${what === 'portal' ? 'iSCSI portal' : 'Management address (HTTP)'} of controller ${of.toUpperCase()}`
}

/** In English, as all that is said in this file. */
function commentsOf({ outline }: ExportedRun): readonly Comment[] {
  return allMarks(speechOf('en'), outline, []).map(({ atMs, what, sentence, where }) => ({
    atMs,
    text: `At ${atMs.toFixed(3)} ms: ${sentence === undefined ? what : `${what}: ${sentence}`}, ${where}`,
  }))
}
