import { describe, expect, it } from 'vitest'
import { FLIGHT_AT, FLIGHT_RECORD_BYTES, type FlightRecord } from '../../../src-main/contract/flight'
import { FlightBytes } from '../../../src-main/contract/flight-decoding'
import { LIMITS } from '../../../src-main/contract/limits'
import type { FlightLog } from '../../../src-main/platform/flight/flight-log'
import { wireStream } from '../../../src-main/platform/flight/flight-log'
import { flightPiece } from '../../support/recorded-traffic'

const STREAM = wireStream('portal-a', {})
const LONGEST_PDU = 48 + 255 * 4 + 2 ** 24 + 8

type Change = (view: DataView) => void

/** The first record of what is written, with some of its bytes changed. */
function decoded(fill: (log: FlightLog) => void, change: Change): FlightRecord | undefined {
  const bytes = new Uint8Array(Buffer.from(flightPiece('a', () => 1200, fill).records, 'base64'))
  change(new DataView(bytes.buffer))
  return new FlightBytes(bytes).record(0)
}

const ACCESS = { drive: 3, block: 77, outcome: 'good', startedAtMs: 1200, byteCount: 4096, hash: 1, claim: undefined } as const
const drive = (change: Change) => decoded((log) => log.drive('write', ACCESS), change)
const http = (change: Change) => decoded((log) => log.http('sent', STREAM, { text: 'HTTP/1.1 200', byteCount: 80, position: 0 }), change)
const line = (change: Change) => decoded((log) => log.line('fenced', 'b'), change)
const pdu = (change: Change) => {
  const made = { headerWords: new Int32Array(12), byteCount: 48, position: 0, hash: undefined }
  return decoded((log) => log.pdu('sent', STREAM, { ...made, timeMs: log.now() }, true), change)
}
const byte = (at: number, value: number) => (view: DataView) => view.setUint8(at, value)
const word = (at: number, value: number) => (view: DataView) => view.setUint32(at, value, true)
const double = (at: number, value: number) => (view: DataView) => view.setFloat64(at, value, true)
const float = (at: number, value: number) => (view: DataView) => view.setFloat32(at, value, true)

describe('a flight record that somebody changed', () => {
  it('is what it was where nothing was changed', () => {
    const nothing = () => undefined
    expect(drive(nothing)).toMatchObject({ kind: 'drive', action: 'write', drive: 3, block: 77, timeMs: 1200, byteCount: 4096 })
    expect(http(nothing)).toMatchObject({ kind: 'http', action: 'sent', text: 'HTTP/1.1 200', byteCount: 80 })
    expect(pdu(nothing)).toMatchObject({ kind: 'pdu', action: 'sent', address: 'portal-a', byteCount: 48 })
    expect(line(nothing)).toMatchObject({ kind: 'line', action: 'fenced', of: 'b' })
  })

  it.each([
    [
      'a drive beyond the last bay',
      () => drive(byte(FLIGHT_AT.place, LIMITS.drives)),
      () => drive(byte(FLIGHT_AT.place, LIMITS.drives - 1)),
    ],
    ['a block below 0', () => drive(double(FLIGHT_AT.block, -1)), () => drive(double(FLIGHT_AT.block, 0))],
    ['half a block', () => drive(double(FLIGHT_AT.block, 1.5)), () => drive(double(FLIGHT_AT.block, 2 ** 40))],
    ['a duration below 0', () => drive(float(FLIGHT_AT.durationMs, -0.5)), () => drive(float(FLIGHT_AT.durationMs, 0))],
    ['a duration that is none', () => drive(float(FLIGHT_AT.durationMs, NaN)), () => drive(float(FLIGHT_AT.durationMs, 1e6))],
    ['an outcome that there is not', () => drive(byte(FLIGHT_AT.outcome, 5)), () => drive(byte(FLIGHT_AT.outcome, 4))],
    ['a PDU longer than any', () => pdu(word(FLIGHT_AT.byteCount, LONGEST_PDU + 1)), () => pdu(word(FLIGHT_AT.byteCount, LONGEST_PDU))],
    [
      'an answer longer than any export',
      () => http(word(FLIGHT_AT.byteCount, LIMITS.exportBytes + 1)),
      () => http(word(FLIGHT_AT.byteCount, LIMITS.exportBytes)),
    ],
    ['an address that there is not', () => pdu(byte(FLIGHT_AT.place, 4)), () => pdu(byte(FLIGHT_AT.place, 3))],
    ['a third controller', () => line(byte(FLIGHT_AT.place, 2)), () => line(byte(FLIGHT_AT.place, 0))],
    ['an action that there is not', () => line(byte(FLIGHT_AT.action, 7)), () => line(byte(FLIGHT_AT.action, 6))],
    ['a kind that there is not', () => line(byte(FLIGHT_AT.kind, 7)), () => line(byte(FLIGHT_AT.kind, 3))],
    ['a time before the first', () => line(double(FLIGHT_AT.timeMs, -1)), () => line(double(FLIGHT_AT.timeMs, 0))],
    ['a time that is none', () => line(double(FLIGHT_AT.timeMs, NaN)), () => line(double(FLIGHT_AT.timeMs, LIMITS.recordedMs))],
  ])('is none with %s', (_, wrong, right) => {
    expect(wrong()).toBeUndefined()
    expect(right()).toBeDefined()
  })

  it('is told of a type of message that is not known here', () => {
    const message = { from: 1, to: 1, number: 12, received: 4, words: { type: 'volume-moved', callId: 3 } } as const
    expect(decoded((log) => log.message('sent', message), byte(FLIGHT_AT.place, 200))).toMatchObject({ type: 'message 200', callId: 3 })
  })

  it('counts only whole records', () => {
    expect(new FlightBytes(new Uint8Array(2 * FLIGHT_RECORD_BYTES - 1)).count).toBe(1)
    expect(new FlightBytes(new Uint8Array(0)).count).toBe(0)
  })
})
