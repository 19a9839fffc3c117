import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../../src-main/base/bytes'
import { opcodeOf, RESERVED_TAG, TARGET_OPCODE } from '../../../src-main/core/iscsi/codec/layout'
import { encodeLogoutRequest } from '../../../src-main/core/iscsi/codec/pdu/logout'
import { decodeReject, REJECT_REASON } from '../../../src-main/core/iscsi/codec/pdu/reject'
import { decodeTextResponse, encodeTextRequest } from '../../../src-main/core/iscsi/codec/pdu/text'
import { encodeTextKeys, parseTextKeys } from '../../../src-main/core/iscsi/codec/text-keys'
import { INITIATOR_NAME, IscsiLab, TARGET_NAME, type RawInitiator } from '../../support/iscsi-lab'

/** RFC 7143 appendix C: SendTargets, in discovery sessions and in normal ones. */
const EVERYTHING = [
  { key: 'TargetName', value: TARGET_NAME },
  { key: 'TargetAddress', value: '127.0.0.1:3260,1' },
  { key: 'TargetAddress', value: '127.0.0.1:3261,2' },
]

function sendTargets(initiator: RawInitiator, value: string): unknown {
  sendText(initiator, { text: encodeTextKeys([{ key: 'SendTargets', value }]) })
  const pdu = initiator.receiveOne()
  expect(decodeTextResponse(pdu.header)).toMatchObject({ final: true, continued: false, targetTransferTag: RESERVED_TAG })
  const keys = parseTextKeys(concatBytes(pdu.data))
  return keys.ok ? keys.value : keys.error
}

function sendText(initiator: RawInitiator, options: { readonly text: Uint8Array; readonly tag?: number }): void {
  const { text, tag = RESERVED_TAG } = options
  const header = {
    immediate: false,
    final: true,
    continued: false,
    initiatorTaskTag: 0x42,
    targetTransferTag: tag,
    cmdSn: initiator.cmdSn++,
    expStatSn: initiator.expStatSn,
  }
  initiator.send(encodeTextRequest(header), text)
}

describe('discovery', () => {
  it('needs no target name, gives no nexus, and lists both portals with their groups', () => {
    const lab = new IscsiLab()
    const initiator = lab.connect()
    expect(initiator.login({ discovery: true, keys: { MaxBurstLength: '4096' } }).keys).toEqual({
      MaxRecvDataSegmentLength: '262144',
      MaxBurstLength: 'Irrelevant',
    })
    expect(lab.scsi.nexuses).toEqual([])
    expect(sendTargets(initiator, 'All')).toEqual(EVERYTHING)
    expect(sendTargets(initiator, TARGET_NAME)).toEqual(EVERYTHING)
    expect(sendTargets(initiator, 'iqn.2026-01.example:other')).toEqual([])
    expect(sendTargets(initiator, `${TARGET_NAME}2`)).toEqual([])
    expect(sendTargets(initiator, '')).toEqual([{ key: 'SendTargets', value: 'Reject' }])
  })

  it('answers in parts where the initiator takes little', () => {
    const initiator = new IscsiLab().session({ discovery: true, initiatorName: INITIATOR_NAME, keys: { MaxRecvDataSegmentLength: '512' } })
    const unknown = Array.from({ length: 20 }, (_, i) => ({ key: `X-${'k'.repeat(30)}${i}`, value: '1' }))
    sendText(initiator, { text: encodeTextKeys([...unknown, { key: 'SendTargets', value: 'All' }]) })
    const parts: Uint8Array[] = []
    for (;;) {
      const pdu = initiator.receiveOne()
      const response = decodeTextResponse(pdu.header)
      expect(pdu.dataBytes).toBeLessThanOrEqual(512)
      parts.push(...pdu.data)
      if (response.final) break
      expect(response.continued).toBe(true)
      sendText(initiator, { text: new Uint8Array(0), tag: response.targetTransferTag })
    }
    expect(parts.length).toBeGreaterThan(1)
    const keys = parseTextKeys(concatBytes(parts))
    expect(keys.ok && keys.value).toEqual([...unknown.map(({ key }) => ({ key, value: 'NotUnderstood' })), ...EVERYTHING])
  })

  it('refuses SCSI commands and goes on', () => {
    const lab = new IscsiLab()
    const initiator = lab.session({ discovery: true })
    initiator.send(initiator.commandHeader())
    const reject = initiator.receiveOne()
    expect(opcodeOf(reject.header)).toBe(TARGET_OPCODE.reject)
    expect(decodeReject(reject.header).reason).toBe(REJECT_REASON.commandNotSupported)
    expect(lab.scsi.executed).toEqual([])
    expect(sendTargets(initiator, 'All')).toEqual(EVERYTHING)
  })

  it('ends by logout', () => {
    const initiator = new IscsiLab().session({ discovery: true })
    initiator.send(encodeLogoutRequest({ immediate: true, reason: 0, initiatorTaskTag: 1, connectionId: 1, cmdSn: 1, expStatSn: 2 }))
    expect(opcodeOf(initiator.receiveOne().header)).toBe(TARGET_OPCODE.logoutResponse)
    expect(initiator.port.isClosed).toBe(true)
  })
})

describe('SendTargets in a normal session', () => {
  it('speaks of its own target only', () => {
    const initiator = new IscsiLab().session()
    expect(sendTargets(initiator, '')).toEqual(EVERYTHING)
    expect(sendTargets(initiator, TARGET_NAME)).toEqual(EVERYTHING)
    expect(sendTargets(initiator, 'All')).toEqual([{ key: 'SendTargets', value: 'Reject' }])
    expect(initiator.testUnitReady().status).toBe(0)
  })
})
