import { describe, expect, it } from 'vitest'
import { opcodeOf, RESERVED_TAG, TARGET_OPCODE } from '../../../src-main/core/iscsi/codec/layout'
import { decodeReject, REJECT_REASON } from '../../../src-main/core/iscsi/codec/pdu/reject'
import { decodeTextResponse, encodeTextRequest, type TextRequestPdu } from '../../../src-main/core/iscsi/codec/pdu/text'
import { encodeTextKeys } from '../../../src-main/core/iscsi/codec/text-keys'
import { IscsiLab, keysOf, type RawInitiator } from '../../support/iscsi-lab'

/** RFC 7143 §11.10, §11.11: text negotiation in the full feature phase. */
function text(initiator: RawInitiator, fields: Partial<TextRequestPdu>, keys: Readonly<Record<string, string>> | Uint8Array): void {
  const data = keys instanceof Uint8Array ? keys : encodeTextKeys(Object.entries(keys).map(([key, value]) => ({ key, value })))
  const header = {
    immediate: true,
    final: true,
    continued: false,
    initiatorTaskTag: 1,
    targetTransferTag: RESERVED_TAG,
    cmdSn: initiator.cmdSn,
    expStatSn: 2,
    ...fields,
  }
  initiator.send(encodeTextRequest(header), data)
}

function expectRejected(initiator: RawInitiator): void {
  const pdu = initiator.receiveOne()
  expect(opcodeOf(pdu.header)).toBe(TARGET_OPCODE.reject)
  expect(decodeReject(pdu.header).reason).toBe(REJECT_REASON.protocolError)
}

describe('Text Request', () => {
  it('cannot negotiate again what login settled; declares; asks about the unknown', () => {
    const initiator = new IscsiLab().session()
    text(
      initiator,
      {},
      { MaxBurstLength: '512', HeaderDigest: 'CRC32C', InitiatorAlias: 'me', MaxRecvDataSegmentLength: '4096', Odd: 'x', IFMarker: 'No' },
    )
    const pdu = initiator.receiveOne()
    expect(decodeTextResponse(pdu.header)).toMatchObject({
      final: true,
      continued: false,
      targetTransferTag: RESERVED_TAG,
      initiatorTaskTag: 1,
      statSn: 2,
    })
    expect(keysOf(pdu)).toEqual({ MaxBurstLength: 'Reject', HeaderDigest: 'Reject', Odd: 'NotUnderstood', IFMarker: 'No' })
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('goes on over several requests', () => {
    const initiator = new IscsiLab().session()
    text(
      initiator,
      { final: false, continued: true },
      Uint8Array.from('Od', (character) => character.charCodeAt(0)),
    )
    const first = initiator.receiveOne()
    const { targetTransferTag, final } = decodeTextResponse(first.header)
    expect([final, first.dataBytes]).toEqual([false, 0])
    text(
      initiator,
      { final: false, targetTransferTag },
      Uint8Array.from('d=x\0', (character) => character.charCodeAt(0)),
    )
    const second = initiator.receiveOne()
    expect(keysOf(second)).toEqual({ Odd: 'NotUnderstood' })
    expect(decodeTextResponse(second.header).final).toBe(false)
    text(initiator, { targetTransferTag: decodeTextResponse(second.header).targetTransferTag }, {})
    expect(decodeTextResponse(initiator.receiveOne().header)).toMatchObject({ final: true, targetTransferTag: RESERVED_TAG })
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it.each<[string, Partial<TextRequestPdu>, Record<string, string> | Uint8Array]>([
    ['going on with what was never begun', { targetTransferTag: 77 }, {}],
    ['final and continued at once', { continued: true }, { Odd: 'x' }],
    ['no list of keys', {}, Uint8Array.of(1, 2, 3)],
  ])('is rejected: %s', (_, fields, keys) => {
    const initiator = new IscsiLab().session()
    text(initiator, fields, keys)
    expectRejected(initiator)
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('is rejected when it never ends', () => {
    const initiator = new IscsiLab().session()
    let targetTransferTag = RESERVED_TAG
    let rounds = 0
    for (; rounds < 100; rounds++) {
      text(initiator, { final: false, continued: true, targetTransferTag }, new Uint8Array(8000).fill(0x41))
      const pdu = initiator.receiveOne()
      if (opcodeOf(pdu.header) === TARGET_OPCODE.reject) break
      targetTransferTag = decodeTextResponse(pdu.header).targetTransferTag
    }
    expect(rounds).toBe(8)
    expect(initiator.testUnitReady().status).toBe(0)
  })
})
