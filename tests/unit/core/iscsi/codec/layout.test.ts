import { describe, expect, it } from 'vitest'
import { toHex } from '../../../../../src-main/base/bytes'
import * as layout from '../../../../../src-main/core/iscsi/codec/layout'
import { encodeAsyncMessage } from '../../../../../src-main/core/iscsi/codec/pdu/async-message'
import { encodeDataIn, encodeDataOut, encodeReadyToTransfer } from '../../../../../src-main/core/iscsi/codec/pdu/data'
import { encodeLoginRequest, encodeLoginResponse } from '../../../../../src-main/core/iscsi/codec/pdu/login'
import { encodeLogoutRequest, encodeLogoutResponse } from '../../../../../src-main/core/iscsi/codec/pdu/logout'
import { encodeNopIn, encodeNopOut } from '../../../../../src-main/core/iscsi/codec/pdu/nop'
import { encodeReject } from '../../../../../src-main/core/iscsi/codec/pdu/reject'
import { encodeScsiCommand } from '../../../../../src-main/core/iscsi/codec/pdu/scsi-command'
import { encodeScsiResponse } from '../../../../../src-main/core/iscsi/codec/pdu/scsi-response'
import { decodeSnackRequest } from '../../../../../src-main/core/iscsi/codec/pdu/snack'
import { encodeTaskManagementRequest, encodeTaskManagementResponse } from '../../../../../src-main/core/iscsi/codec/pdu/task-management'
import { encodeTextRequest, encodeTextResponse } from '../../../../../src-main/core/iscsi/codec/pdu/text'

/** Every layout against bytes written down by hand from the figures of RFC 7143 §11, four bytes to a word. */
const words = (header: Uint8Array): string[] => toHex(header).match(/.{8}/g) ?? []
const fromTarget = { statSn: 0xa1a2a3a4, expCmdSn: 0xb1b2b3b4, maxCmdSn: 0xc1c2c3c4 }
const fromInitiator = { cmdSn: 0xd1d2d3d4, expStatSn: 0xe1e2e3e4 }
const tag = 0x11121314
const transferTag = 0x21222324

describe('PDU layouts', () => {
  it('SCSI Command (§11.3)', () => {
    const cdb = Uint8Array.from({ length: 16 }, (_, i) => 0x28 + i)
    const header = encodeScsiCommand({
      immediate: false,
      final: true,
      read: true,
      write: false,
      attribute: 1,
      lun: 5,
      initiatorTaskTag: tag,
      expectedDataTransferLength: 0x01020304,
      cdb,
      ...fromInitiator,
    })
    expect(words(header)).toEqual([
      '01c10000',
      '00000000',
      '00050000',
      '00000000',
      '11121314',
      '01020304',
      'd1d2d3d4',
      'e1e2e3e4',
      '28292a2b',
      '2c2d2e2f',
      '30313233',
      '34353637',
    ])
  })

  it('SCSI Response (§11.4)', () => {
    const header = encodeScsiResponse({
      response: 0,
      status: 2,
      initiatorTaskTag: tag,
      expDataSn: 9,
      residual: { kind: 'underflow', bytes: 512 },
      ...fromTarget,
    })
    expect(words(header)).toEqual([
      '21820002',
      '00000000',
      '00000000',
      '00000000',
      '11121314',
      '00000000',
      'a1a2a3a4',
      'b1b2b3b4',
      'c1c2c3c4',
      '00000009',
      '00000000',
      '00000200',
    ])
  })

  it('Task Management Request and Response (§11.5, §11.6)', () => {
    const request = encodeTaskManagementRequest({
      immediate: true,
      function: 1,
      lun: 2,
      initiatorTaskTag: tag,
      referencedTaskTag: transferTag,
      refCmdSn: 0x31323334,
      ...fromInitiator,
    })
    expect(words(request)).toEqual([
      '42810000',
      '00000000',
      '00020000',
      '00000000',
      '11121314',
      '21222324',
      'd1d2d3d4',
      'e1e2e3e4',
      '31323334',
      '00000000',
      '00000000',
      '00000000',
    ])
    expect(words(encodeTaskManagementResponse({ response: 5, initiatorTaskTag: tag, ...fromTarget }))).toEqual([
      '22800500',
      '00000000',
      '00000000',
      '00000000',
      '11121314',
      '00000000',
      'a1a2a3a4',
      'b1b2b3b4',
      'c1c2c3c4',
      '00000000',
      '00000000',
      '00000000',
    ])
  })

  it('SCSI Data-Out, Data-In and R2T (§11.7, §11.8)', () => {
    const out = encodeDataOut({
      final: true,
      lun: 1,
      initiatorTaskTag: tag,
      targetTransferTag: transferTag,
      expStatSn: 7,
      dataSn: 3,
      bufferOffset: 0x2000,
    })
    expect(words(out)).toEqual([
      '05800000',
      '00000000',
      '00010000',
      '00000000',
      '11121314',
      '21222324',
      '00000000',
      '00000007',
      '00000000',
      '00000003',
      '00002000',
      '00000000',
    ])
    const dataIn = encodeDataIn({
      final: true,
      status: 0,
      residual: { kind: 'overflow', bytes: 16 },
      initiatorTaskTag: tag,
      dataSn: 4,
      bufferOffset: 0x1000,
      ...fromTarget,
    })
    expect(words(dataIn)).toEqual([
      '25850000',
      '00000000',
      '00000000',
      '00000000',
      '11121314',
      'ffffffff',
      'a1a2a3a4',
      'b1b2b3b4',
      'c1c2c3c4',
      '00000004',
      '00001000',
      '00000010',
    ])
    const r2t = encodeReadyToTransfer({
      lun: 1,
      initiatorTaskTag: tag,
      targetTransferTag: transferTag,
      r2tSn: 2,
      bufferOffset: 0x10000,
      desiredLength: 0x4000,
      ...fromTarget,
    })
    expect(words(r2t)).toEqual([
      '31800000',
      '00000000',
      '00010000',
      '00000000',
      '11121314',
      '21222324',
      'a1a2a3a4',
      'b1b2b3b4',
      'c1c2c3c4',
      '00000002',
      '00010000',
      '00004000',
    ])
  })

  it('Asynchronous Message (§11.9)', () => {
    expect(words(encodeAsyncMessage({ lun: 0, event: 1, parameter1: 2, parameter2: 3, parameter3: 4, ...fromTarget }))).toEqual([
      '32800000',
      '00000000',
      '00000000',
      '00000000',
      'ffffffff',
      '00000000',
      'a1a2a3a4',
      'b1b2b3b4',
      'c1c2c3c4',
      '01000002',
      '00030004',
      '00000000',
    ])
  })

  it('Text Request and Response (§11.10, §11.11)', () => {
    expect(
      words(
        encodeTextRequest({
          immediate: false,
          final: true,
          continued: false,
          initiatorTaskTag: tag,
          targetTransferTag: 0xffffffff,
          ...fromInitiator,
        }),
      ),
    ).toEqual([
      '04800000',
      '00000000',
      '00000000',
      '00000000',
      '11121314',
      'ffffffff',
      'd1d2d3d4',
      'e1e2e3e4',
      '00000000',
      '00000000',
      '00000000',
      '00000000',
    ])
    expect(
      words(encodeTextResponse({ final: false, continued: true, initiatorTaskTag: tag, targetTransferTag: transferTag, ...fromTarget })),
    ).toEqual([
      '24400000',
      '00000000',
      '00000000',
      '00000000',
      '11121314',
      '21222324',
      'a1a2a3a4',
      'b1b2b3b4',
      'c1c2c3c4',
      '00000000',
      '00000000',
      '00000000',
    ])
  })

  it('Login Request and Response (§11.12, §11.13)', () => {
    const stages = { transit: true, continued: false, currentStage: 1, nextStage: 3 }
    const request = encodeLoginRequest({
      ...stages,
      versionMax: 0,
      versionMin: 0,
      isid: '80aabbcc0102',
      tsih: 0x0304,
      initiatorTaskTag: tag,
      connectionId: 0x0506,
      ...fromInitiator,
    })
    expect(words(request)).toEqual([
      '43870000',
      '00000000',
      '80aabbcc',
      '01020304',
      '11121314',
      '05060000',
      'd1d2d3d4',
      'e1e2e3e4',
      '00000000',
      '00000000',
      '00000000',
      '00000000',
    ])
    expect(
      words(encodeLoginResponse({ ...stages, isid: '80aabbcc0102', tsih: 0x0304, initiatorTaskTag: tag, status: 0x020a, ...fromTarget })),
    ).toEqual([
      '23870000',
      '00000000',
      '80aabbcc',
      '01020304',
      '11121314',
      '00000000',
      'a1a2a3a4',
      'b1b2b3b4',
      'c1c2c3c4',
      '020a0000',
      '00000000',
      '00000000',
    ])
  })

  it('Logout Request and Response (§11.14, §11.15)', () => {
    expect(
      words(encodeLogoutRequest({ immediate: true, reason: 1, initiatorTaskTag: tag, connectionId: 0x0506, ...fromInitiator })),
    ).toEqual([
      '46810000',
      '00000000',
      '00000000',
      '00000000',
      '11121314',
      '05060000',
      'd1d2d3d4',
      'e1e2e3e4',
      '00000000',
      '00000000',
      '00000000',
      '00000000',
    ])
    expect(words(encodeLogoutResponse({ response: 1, initiatorTaskTag: tag, time2Wait: 2, time2Retain: 20, ...fromTarget }))).toEqual([
      '26800100',
      '00000000',
      '00000000',
      '00000000',
      '11121314',
      '00000000',
      'a1a2a3a4',
      'b1b2b3b4',
      'c1c2c3c4',
      '00000000',
      '00020014',
      '00000000',
    ])
  })

  it('SNACK Request (§11.16)', () => {
    const header = new Uint8Array(48)
    header.set([0x10, 0x82])
    new DataView(header.buffer).setUint32(16, tag)
    new DataView(header.buffer).setUint32(20, transferTag)
    new DataView(header.buffer).setUint32(28, 5)
    new DataView(header.buffer).setUint32(40, 6)
    new DataView(header.buffer).setUint32(44, 7)
    expect(decodeSnackRequest(header)).toEqual({
      type: 2,
      initiatorTaskTag: tag,
      targetTransferTag: transferTag,
      expStatSn: 5,
      begRun: 6,
      runLength: 7,
    })
  })

  it('Reject (§11.17)', () => {
    expect(words(encodeReject({ reason: 9, dataSn: 1, ...fromTarget }))).toEqual([
      '3f800900',
      '00000000',
      '00000000',
      '00000000',
      'ffffffff',
      '00000000',
      'a1a2a3a4',
      'b1b2b3b4',
      'c1c2c3c4',
      '00000001',
      '00000000',
      '00000000',
    ])
  })

  it('NOP-Out and NOP-In (§11.18, §11.19)', () => {
    expect(
      words(encodeNopOut({ immediate: true, lun: 3, initiatorTaskTag: tag, targetTransferTag: 0xffffffff, ...fromInitiator })),
    ).toEqual([
      '40800000',
      '00000000',
      '00030000',
      '00000000',
      '11121314',
      'ffffffff',
      'd1d2d3d4',
      'e1e2e3e4',
      '00000000',
      '00000000',
      '00000000',
      '00000000',
    ])
    expect(words(encodeNopIn({ lun: 3, initiatorTaskTag: 0xffffffff, targetTransferTag: transferTag, ...fromTarget }))).toEqual([
      '20800000',
      '00000000',
      '00030000',
      '00000000',
      'ffffffff',
      '21222324',
      'a1a2a3a4',
      'b1b2b3b4',
      'c1c2c3c4',
      '00000000',
      '00000000',
      '00000000',
    ])
  })

  it('keeps every field inside the 48 bytes', () => {
    const { SCSI_COMMAND, CDB_BYTES, HEADER_BYTES, READY_TO_TRANSFER, SNACK_REQUEST, DATA_IN, SCSI_RESPONSE } = layout
    expect(SCSI_COMMAND.cdb + CDB_BYTES).toBe(HEADER_BYTES)
    for (const last of [READY_TO_TRANSFER.desiredLength, SNACK_REQUEST.runLength, DATA_IN.residual, SCSI_RESPONSE.residual])
      expect(last + 4).toBe(HEADER_BYTES)
  })
})
