import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../../../src-main/base/bytes'
import { crc32c } from '../../../../src-main/base/crc32c'
import { Prng } from '../../../../src-main/base/prng'
import { LIMITS } from '../../../../src-main/contract/limits'
import { assemblePdu, type DigestUse } from '../../../../src-main/core/iscsi/codec/assemble'
import { INITIATOR_OPCODE, newHeader, TARGET_OPCODE } from '../../../../src-main/core/iscsi/codec/layout'
import { tapConnection } from '../../../../src-main/platform/flight/connection-tap'
import { flightBench } from '../../../support/flight'

const SOCKET = { localAddress: '127.0.0.1', localPort: 3260, remoteAddress: '::ffff:10.1.2.3', remotePort: 50_412 }
const NO_BYTES = new Uint8Array(0)
const NONE: DigestUse = { header: false, data: false }

function pdu(opcode: number, data: Uint8Array = NO_BYTES, digests = NONE, ahs: Uint8Array = NO_BYTES, flags = 0x80): Uint8Array {
  const out: Uint8Array[] = []
  assemblePdu({ header: newHeader(opcode, flags), data: [data], ahs }, digests, out)
  return concatBytes(out)
}

function bytes(random: Prng, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256))
}

/** Cut anywhere. */
function pieces(random: Prng, whole: Uint8Array): Uint8Array[] {
  const cut: Uint8Array[] = []
  for (let at = 0; at < whole.length;) {
    const end = Math.min(whole.length, at + 1 + random.below(100))
    cut.push(whole.subarray(at, end))
    at = end
  }
  return cut
}

describe('the tap of a connection', () => {
  it('records each PDU of both directions as it was, wherever the network cut it', () => {
    const random = new Prng(5)
    let nowMs = 1000
    const { log, records } = flightBench(() => nowMs++)
    const tap = tapConnection(log, 'portal-b', SOCKET)
    const payloads = [0, 1, 2, 3, 4, 5, 512, 4096].map((length) => bytes(random, length))
    const commands = payloads.map((data) => pdu(INITIATOR_OPCODE.dataOut, data, NONE, bytes(random, random.below(4) * 4)))
    const answers = payloads.map((data) => pdu(TARGET_OPCODE.dataIn, data))
    for (const piece of pieces(random, concatBytes(commands))) tap.received(piece)
    for (const answer of answers) tap.sent([answer.subarray(0, 48), answer.subarray(48)])
    tap.closed()

    const [opened, ...rest] = records()
    const closed = rest.pop()
    expect(opened).toMatchObject({
      kind: 'connection',
      action: 'opened',
      address: 'portal-b',
      own: { port: 3260 },
      other: { port: 50_412 },
    })
    for (const [action, sent] of [
      ['received', commands],
      ['sent', answers],
    ] as const) {
      const found = rest.filter((record) => record.action === action)
      let position = 0
      expect(found).toHaveLength(sent.length)
      for (const [index, whole] of sent.entries()) {
        const data = payloads[index] ?? new Uint8Array(0)
        expect(found[index]).toMatchObject({ kind: 'pdu', position, byteCount: whole.length, isWhole: true })
        expect(found[index]).toMatchObject({ header: whole.subarray(0, 48), hash: data.length === 0 ? undefined : crc32c(data) })
        position += whole.length
      }
      expect(closed).toMatchObject({ action: 'closed', [action === 'sent' ? 'sentPosition' : 'position']: position })
    }
    const address = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]
    expect(opened).toMatchObject({ own: { address: new Uint8Array([...address, 127, 0, 0, 1]) } })
    expect(opened).toMatchObject({ other: { address: new Uint8Array([...address, 10, 1, 2, 3]) } })
    const times = found(rest, 'received').map(({ timeMs }) => timeMs)
    expect(times).toEqual(times.toSorted((one, other) => one - other))
  })

  it.each([
    ['HeaderDigest=CRC32C\0DataDigest=None\0', { header: true, data: false }],
    ['HeaderDigest=None\0DataDigest=CRC32C\0', { header: false, data: true }],
    ['HeaderDigest=CRC32C\0DataDigest=CRC32C\0', { header: true, data: true }],
  ])('knows from the answer to a login how long PDUs are from then on: %j', (text, digests) => {
    const { log, recordsOf } = flightBench()
    const tap = tapConnection(log, 'portal-a', SOCKET)
    const data = new TextEncoder().encode('hello')
    tap.received(pdu(INITIATOR_OPCODE.loginRequest, data))
    tap.sent([pdu(TARGET_OPCODE.loginResponse, new TextEncoder().encode(text), NONE, undefined, 0x00)])
    tap.received(pdu(INITIATOR_OPCODE.loginRequest, data))
    tap.sent([pdu(TARGET_OPCODE.loginResponse, new Uint8Array(0), NONE, undefined, 0x87)])
    for (let i = 0; i < 3; i++) {
      tap.received(pdu(INITIATOR_OPCODE.nopOut, data, digests))
      tap.sent([pdu(TARGET_OPCODE.nopIn, data, digests)])
    }
    const opcodes = recordsOf('pdu').map(({ header }) => (header[0] ?? 0) & 0x3f)
    expect(opcodes).toEqual([0x03, 0x23, 0x03, 0x23, 0x00, 0x20, 0x00, 0x20, 0x00, 0x20])
  })

  it('does not hash more than it may in a second, and says so', () => {
    let nowMs = 0
    const { log, endTurn, recordsOf } = flightBench(() => nowMs)
    const tap = tapConnection(log, 'portal-a', SOCKET)
    const data = new Uint8Array(64 * 1024)
    const bytesASecond = LIMITS.flightHashedBytesPerSecond
    const many = (2 * bytesASecond) / data.length
    for (let i = 0; i < many; i++) {
      nowMs += 1000 / many
      tap.received(pdu(INITIATOR_OPCODE.dataOut, data))
      endTurn()
    }
    const hashed = recordsOf('pdu').filter(({ hash }) => hash !== undefined).length * data.length
    expect(hashed).toBeGreaterThan(bytesASecond * 0.8)
    expect(hashed).toBeLessThan(bytesASecond * 1.3)
  })

  it('keeps the header of what the end of the connection cut short', () => {
    const { log, records } = flightBench()
    const tap = tapConnection(log, 'portal-a', SOCKET)
    tap.received(pdu(INITIATOR_OPCODE.dataOut, new Uint8Array(100)).subarray(0, 90))
    tap.closed()
    expect(records()).toMatchObject([
      { action: 'opened' },
      { kind: 'pdu', isWhole: false, byteCount: 90 },
      { action: 'closed', position: 90 },
    ])
  })

  it('goes through what is no iSCSI without harm', () => {
    const random = new Prng(9)
    const { log, records } = flightBench()
    const tap = tapConnection(log, 'portal-a', SOCKET)
    for (let i = 0; i < 200; i++) {
      tap.received(bytes(random, random.below(3000)))
      tap.sent([bytes(random, random.below(3000))])
    }
    tap.closed()
    expect(records().at(-1)).toMatchObject({ action: 'closed' })
  })
})

function found<T extends { readonly action: string }>(records: readonly T[], action: string): T[] {
  return records.filter((record) => record.action === action)
}
