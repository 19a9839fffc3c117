import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../../../src-main/base/bytes'
import { FLIGHT_AT } from '../../../../src-main/contract/flight'
import { FlightBytes } from '../../../../src-main/contract/flight-decoding'
import { assemblePdu, type DigestUse } from '../../../../src-main/core/iscsi/codec/assemble'
import { INITIATOR_OPCODE, newHeader, TARGET_OPCODE } from '../../../../src-main/core/iscsi/codec/layout'
import { tapConnection } from '../../../../src-main/platform/flight/connection-tap'
import { endpointsOf } from '../../../../src-main/platform/flight/endpoints'
import { createFlightRing, FlightRingReader, FlightRingWriter } from '../../../../src-main/platform/flight/flight-ring'
import { flightBench } from '../../../support/flight'

const NONE: DigestUse = { header: false, data: false }
const BOTH: DigestUse = { header: true, data: true }
const AGREED = new TextEncoder().encode('HeaderDigest=CRC32C\0DataDigest=CRC32C\0')

function pdu(opcode: number, data: Uint8Array, digests = NONE, flags = 0x80, header: (bytes: Uint8Array) => void = () => undefined) {
  const bytes = newHeader(opcode, flags)
  header(bytes)
  const out: Uint8Array[] = []
  assemblePdu({ header: bytes, data: [data] }, digests, out)
  return concatBytes(out)
}

describe('the edges of what a flight recorder sees', () => {
  it('are PDUs without data, which have no digest of it', () => {
    const { log, recordsOf } = flightBench()
    const tap = tapConnection(log, 'portal-a', {})
    tap.sent([pdu(TARGET_OPCODE.loginResponse, AGREED, NONE, 0x87)])
    const sent = [new Uint8Array(0), new Uint8Array(5), new Uint8Array(0)].map((data) => pdu(TARGET_OPCODE.nopIn, data, BOTH))
    tap.sent(sent)
    expect(recordsOf('pdu').map(({ byteCount }) => byteCount)).toEqual([48 + 40, ...sent.map(({ length }) => length)])
  })

  it('are logins that fail, after which nothing is agreed', () => {
    const { log, recordsOf } = flightBench()
    const tap = tapConnection(log, 'portal-a', {})
    const refused = pdu(TARGET_OPCODE.loginResponse, AGREED, NONE, 0x87, (header) => (header[36] = 2))
    const next = pdu(INITIATOR_OPCODE.loginRequest, new Uint8Array(8))
    tap.sent([refused])
    tap.received(concatBytes([next, next]))
    expect(recordsOf('pdu').map(({ byteCount }) => byteCount)).toEqual([refused.length, next.length, next.length])
  })

  it('are addresses of a link, with the name of it', () => {
    const { buffer } = endpointsOf({ localAddress: 'fe80::1:2%eth0.100', localPort: 0x1234, remoteAddress: '::', remotePort: 1 })
    const bytes = new Uint8Array(buffer)
    expect([...bytes.subarray(0, 18)]).toEqual([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0x34, 0x12])
    expect([...bytes.subarray(18)]).toEqual([...new Array<number>(16).fill(0), 1, 0])
  })

  it('are records that are passed over after they were overwritten', () => {
    const memory = createFlightRing(64)
    const writer = new FlightRingWriter(memory)
    const reader = new FlightRingReader(memory)
    for (let number = 0; number < 200; number++) {
      writer.view.setFloat64(writer.begin() + FLIGHT_AT.timeMs, number, true)
      writer.end()
    }
    writer.publish()
    expect(reader.skipUntil(190)).toBe(191)
    const { bytes, count } = reader.take(100, Number.POSITIVE_INFINITY)
    expect([count, new FlightBytes(bytes).timeMs(0)]).toEqual([9, 191])
  })
})
