import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes, toHex } from '../../../../../src-main/base/bytes'
import { assemblePdu, NO_DIGESTS, type DigestUse } from '../../../../../src-main/core/iscsi/codec/assemble'
import { PduFramer, type FramerFailure, type Pdu } from '../../../../../src-main/core/iscsi/codec/framer'
import { newHeader } from '../../../../../src-main/core/iscsi/codec/layout'

const BOUND = 8192
const digestUse: fc.Arbitrary<DigestUse> = fc.record({ header: fc.boolean(), data: fc.boolean() })
const sentPdu = fc.record({
  opcode: fc.nat(0x3f),
  ahs: fc.nat(3).chain((words) => fc.uint8Array({ minLength: words * 4, maxLength: words * 4 })),
  data: fc.uint8Array({ maxLength: 700 }),
})

function bytesOf(pdus: readonly { opcode: number; ahs: Uint8Array; data: Uint8Array }[], digests: DigestUse): Uint8Array {
  const out: Uint8Array[] = []
  for (const { opcode, ahs, data } of pdus) assemblePdu({ header: newHeader(opcode, 0x80), ahs, data: [data] }, digests, out)
  return concatBytes(out)
}

function framed(bytes: Uint8Array, cuts: readonly number[], digests: DigestUse): { pdus: Pdu[]; failure: FramerFailure | undefined } {
  const framer = new PduFramer({ maxDataSegmentBytes: BOUND })
  framer.digests = digests
  const pdus: Pdu[] = []
  let failure: FramerFailure | undefined
  let start = 0
  for (const cut of [...cuts.map((cut) => cut % (bytes.length + 1)).sort((x, y) => x - y), bytes.length]) {
    failure = framer.push(bytes.subarray(start, cut), (pdu) => pdus.push(pdu))
    start = cut
  }
  return { pdus, failure }
}

describe('PduFramer', () => {
  it('gives the PDUs that were sent, wherever the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(sentPdu, { minLength: 1, maxLength: 6 }),
        digestUse,
        fc.array(fc.nat(), { maxLength: 40 }),
        (sent, digests, cuts) => {
          const { pdus, failure } = framed(bytesOf(sent, digests), cuts, digests)
          expect(failure).toBeUndefined()
          expect(
            pdus.map((pdu) => ({
              opcode: pdu.header[0],
              ahs: toHex(pdu.ahs),
              data: toHex(concatBytes(pdu.data)),
              dataBytes: pdu.dataBytes,
            })),
          ).toEqual(sent.map(({ opcode, ahs, data }) => ({ opcode, ahs: toHex(ahs), data: toHex(data), dataBytes: data.length })))
        },
      ),
    )
  })

  it('gives views of what was pushed where a PDU comes whole', () => {
    const bytes = bytesOf([{ opcode: 1, ahs: new Uint8Array(0), data: new Uint8Array(1024) }], NO_DIGESTS)
    const [pdu] = framed(bytes, [], NO_DIGESTS).pdus
    expect(pdu?.header.buffer).toBe(bytes.buffer)
    expect(pdu?.data[0]?.buffer).toBe(bytes.buffer)
  })

  it('keeps a dripped data segment in one buffer', () => {
    const data = Uint8Array.from({ length: 4096 }, (_, i) => i & 0xff)
    const bytes = bytesOf([{ opcode: 1, ahs: new Uint8Array(0), data }], NO_DIGESTS)
    const { pdus } = framed(
      bytes,
      Array.from({ length: bytes.length }, (_, i) => i),
      NO_DIGESTS,
    )
    expect(pdus[0]?.data).toHaveLength(1)
    expect(pdus[0]?.data[0]).toEqual(data)
  })

  it('finds every single flipped bit that a digest covers', () => {
    const digests = { header: true, data: true }
    const whole = bytesOf([{ opcode: 1, ahs: new Uint8Array(4), data: new Uint8Array(64) }], digests)
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(7), (at, bit) => {
        const bytes = whole.slice()
        bytes[at]! ^= 1 << bit
        const { pdus, failure } = framed(bytes, [], digests)
        // A changed length field may also make the header longer than what came.
        expect(pdus).toHaveLength(0)
        if (at !== 4) expect(failure).toBe(at < 56 ? 'header-digest' : 'data-digest')
      }),
    )
  })

  it('takes a data segment up to the bound, and fails at the header of a longer one', () => {
    const fits = bytesOf([{ opcode: 1, ahs: new Uint8Array(0), data: new Uint8Array(BOUND) }], NO_DIGESTS)
    expect(framed(fits, [], NO_DIGESTS).failure).toBeUndefined()
    const long = bytesOf([{ opcode: 1, ahs: new Uint8Array(0), data: new Uint8Array(BOUND + 1) }], NO_DIGESTS)
    expect(framed(long.subarray(0, 48), [], NO_DIGESTS)).toEqual({ pdus: [], failure: 'data-segment-too-long' })
  })

  it('says nothing more after a failure', () => {
    const framer = new PduFramer({ maxDataSegmentBytes: 512 })
    const pdus: Pdu[] = []
    const long = bytesOf([{ opcode: 1, ahs: new Uint8Array(0), data: new Uint8Array(1024) }], NO_DIGESTS)
    const good = bytesOf([{ opcode: 1, ahs: new Uint8Array(0), data: new Uint8Array(4) }], NO_DIGESTS)
    expect(framer.push(long, (pdu) => pdus.push(pdu))).toBe('data-segment-too-long')
    expect(framer.push(good, (pdu) => pdus.push(pdu))).toBe('data-segment-too-long')
    expect(pdus).toEqual([])
  })

  it('uses changed digests from the next PDU of the same push on', () => {
    const first = bytesOf([{ opcode: 3, ahs: new Uint8Array(0), data: Uint8Array.of(1, 2, 3) }], NO_DIGESTS)
    const second = bytesOf([{ opcode: 1, ahs: new Uint8Array(0), data: Uint8Array.of(4, 5) }], { header: true, data: true })
    const framer = new PduFramer({ maxDataSegmentBytes: BOUND })
    const opcodes: number[] = []
    const failure = framer.push(concatBytes([first, second]), (pdu) => {
      opcodes.push(pdu.header[0]!)
      framer.digests = { header: true, data: true }
    })
    expect(failure).toBeUndefined()
    expect(opcodes).toEqual([3, 1])
  })

  it('drops the rest once it is stopped', () => {
    const bytes = bytesOf(
      [1, 2, 3].map((opcode) => ({ opcode, ahs: new Uint8Array(0), data: new Uint8Array(0) })),
      NO_DIGESTS,
    )
    const framer = new PduFramer({ maxDataSegmentBytes: BOUND })
    const opcodes: number[] = []
    framer.push(bytes, (pdu) => {
      opcodes.push(pdu.header[0]!)
      framer.stop()
    })
    expect(opcodes).toEqual([1])
  })

  it('bears any garbage', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 30 }), digestUse, (chunks, digests) => {
        const framer = new PduFramer({ maxDataSegmentBytes: BOUND })
        framer.digests = digests
        for (const chunk of chunks) {
          framer.push(chunk, (pdu) => {
            expect(pdu.dataBytes).toBeLessThanOrEqual(BOUND)
          })
        }
      }),
    )
  })
})

describe('digests', () => {
  it('stand on the wire as in the examples of RFC 7143 appendix A.4', () => {
    const out: Uint8Array[] = []
    assemblePdu({ header: newHeader(0, 0), data: [new Uint8Array(32)] }, { header: false, data: true }, out)
    expect(toHex(out.at(-1)!)).toBe('aa36918a')
    const ones: Uint8Array[] = []
    assemblePdu({ header: newHeader(0, 0), data: [new Uint8Array(32).fill(0xff)] }, { header: false, data: true }, ones)
    expect(toHex(ones.at(-1)!)).toBe('43aba862')
  })
})
