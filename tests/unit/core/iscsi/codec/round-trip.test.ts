import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../../../../src-main/base/bytes'
import { decodeAsyncMessage, encodeAsyncMessage } from '../../../../../src-main/core/iscsi/codec/pdu/async-message'
import {
  decodeDataIn,
  decodeDataOut,
  decodeReadyToTransfer,
  encodeDataIn,
  encodeDataOut,
  encodeReadyToTransfer,
} from '../../../../../src-main/core/iscsi/codec/pdu/data'
import {
  decodeLoginRequest,
  decodeLoginResponse,
  encodeLoginRequest,
  encodeLoginResponse,
  isidQualifier,
} from '../../../../../src-main/core/iscsi/codec/pdu/login'
import {
  decodeLogoutRequest,
  decodeLogoutResponse,
  encodeLogoutRequest,
  encodeLogoutResponse,
} from '../../../../../src-main/core/iscsi/codec/pdu/logout'
import { decodeNopIn, decodeNopOut, encodeNopIn, encodeNopOut } from '../../../../../src-main/core/iscsi/codec/pdu/nop'
import { decodeReject, encodeReject } from '../../../../../src-main/core/iscsi/codec/pdu/reject'
import { decodeScsiCommand, encodeScsiCommand } from '../../../../../src-main/core/iscsi/codec/pdu/scsi-command'
import {
  decodeScsiResponse,
  encodeScsiResponse,
  residualOf,
  senseOfSegment,
  senseSegment,
} from '../../../../../src-main/core/iscsi/codec/pdu/scsi-response'
import { decodeSnackRequest } from '../../../../../src-main/core/iscsi/codec/pdu/snack'
import {
  decodeTaskManagementRequest,
  decodeTaskManagementResponse,
  encodeTaskManagementRequest,
  encodeTaskManagementResponse,
} from '../../../../../src-main/core/iscsi/codec/pdu/task-management'
import {
  decodeTextRequest,
  decodeTextResponse,
  encodeTextRequest,
  encodeTextResponse,
} from '../../../../../src-main/core/iscsi/codec/pdu/text'

const u32 = fc.nat(0xffff_ffff)
const u16 = fc.nat(0xffff)
const u8 = fc.nat(0xff)
const u7 = fc.nat(0x7f)
const flag = fc.boolean()
const lun = fc.nat(0x3fff)
const isid = fc.uint8Array({ minLength: 6, maxLength: 6 }).map(toHex)
const fromInitiator = { cmdSn: u32, expStatSn: u32 }
const fromTarget = { statSn: u32, expCmdSn: u32, maxCmdSn: u32 }
const residual = fc.tuple(u32, u32).map(([expected, actual]) => residualOf(expected, actual))
const stages = { continued: flag, currentStage: fc.nat(3) }
const transit = fc.oneof(fc.record({ transit: fc.constant(true), nextStage: fc.nat(3) }), fc.constant({ transit: false, nextStage: 0 }))

const PDUS: {
  readonly name: string
  readonly fields: fc.Arbitrary<never>
  readonly encode: (fields: never) => Uint8Array
  readonly decode: (header: Uint8Array) => unknown
}[] = []
function pdu<T>(name: string, fields: fc.Arbitrary<T>, encode: (fields: T) => Uint8Array, decode: (header: Uint8Array) => T): void {
  PDUS.push({ name, fields: fields as fc.Arbitrary<never>, encode, decode })
}

pdu(
  'SCSI Command',
  fc.record({
    immediate: flag,
    final: flag,
    read: flag,
    write: flag,
    attribute: fc.nat(7),
    lun,
    initiatorTaskTag: u32,
    expectedDataTransferLength: u32,
    cdb: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    ...fromInitiator,
  }),
  encodeScsiCommand,
  decodeScsiCommand,
)
pdu(
  'SCSI Response',
  fc.record({ response: u8, status: u8, initiatorTaskTag: u32, expDataSn: u32, residual, ...fromTarget }),
  encodeScsiResponse,
  decodeScsiResponse,
)
pdu(
  'Data-Out',
  fc.record({ final: flag, lun, initiatorTaskTag: u32, targetTransferTag: u32, expStatSn: u32, dataSn: u32, bufferOffset: u32 }),
  encodeDataOut,
  decodeDataOut,
)
pdu(
  'Data-In with status',
  fc.record({ final: flag, status: u8, residual, initiatorTaskTag: u32, dataSn: u32, bufferOffset: u32, ...fromTarget }),
  encodeDataIn,
  decodeDataIn,
)
pdu(
  'R2T',
  fc.record({ lun, initiatorTaskTag: u32, targetTransferTag: u32, r2tSn: u32, bufferOffset: u32, desiredLength: u32, ...fromTarget }),
  encodeReadyToTransfer,
  decodeReadyToTransfer,
)
pdu(
  'Task Management Request',
  fc.record({ immediate: flag, function: u7, lun, initiatorTaskTag: u32, referencedTaskTag: u32, refCmdSn: u32, ...fromInitiator }),
  encodeTaskManagementRequest,
  decodeTaskManagementRequest,
)
pdu(
  'Task Management Response',
  fc.record({ response: u8, initiatorTaskTag: u32, ...fromTarget }),
  encodeTaskManagementResponse,
  decodeTaskManagementResponse,
)
pdu(
  'Login Request',
  fc
    .tuple(
      fc.record({ ...stages, versionMax: u8, versionMin: u8, isid, tsih: u16, initiatorTaskTag: u32, connectionId: u16, ...fromInitiator }),
      transit,
    )
    .map(merged),
  encodeLoginRequest,
  decodeLoginRequest,
)
pdu(
  'Login Response',
  fc.tuple(fc.record({ ...stages, isid, tsih: u16, initiatorTaskTag: u32, status: u16, ...fromTarget }), transit).map(merged),
  encodeLoginResponse,
  decodeLoginResponse,
)
const textFlags = { final: flag, continued: flag, initiatorTaskTag: u32, targetTransferTag: u32 }
pdu('Text Request', fc.record({ immediate: flag, ...textFlags, ...fromInitiator }), encodeTextRequest, decodeTextRequest)
pdu('Text Response', fc.record({ ...textFlags, ...fromTarget }), encodeTextResponse, decodeTextResponse)
pdu(
  'Logout Request',
  fc.record({ immediate: flag, reason: u7, initiatorTaskTag: u32, connectionId: u16, ...fromInitiator }),
  encodeLogoutRequest,
  decodeLogoutRequest,
)
pdu(
  'Logout Response',
  fc.record({ response: u8, initiatorTaskTag: u32, time2Wait: u16, time2Retain: u16, ...fromTarget }),
  encodeLogoutResponse,
  decodeLogoutResponse,
)
const nopTags = { lun, initiatorTaskTag: u32, targetTransferTag: u32 }
pdu('NOP-Out', fc.record({ immediate: flag, ...nopTags, ...fromInitiator }), encodeNopOut, decodeNopOut)
pdu('NOP-In', fc.record({ ...nopTags, ...fromTarget }), encodeNopIn, decodeNopIn)
pdu('Reject', fc.record({ reason: u8, dataSn: u32, ...fromTarget }), encodeReject, decodeReject)
pdu(
  'Asynchronous Message',
  fc.record({ lun, event: u8, parameter1: u16, parameter2: u16, parameter3: u16, ...fromTarget }),
  encodeAsyncMessage,
  decodeAsyncMessage,
)

function merged<A, B>([a, b]: [A, B]): A & B {
  return { ...a, ...b }
}

describe('PDU round trips', () => {
  for (const { name, fields, encode, decode } of PDUS) {
    it(`${name}: what is encoded is decoded`, () => {
      fc.assert(
        fc.property(fields, (value) => {
          expect(decode(encode(value))).toEqual(value)
        }),
      )
    })
  }

  it('decodes any 48 bytes without a throw', () => {
    const decoders = [...PDUS.map(({ decode }) => decode), decodeSnackRequest]
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 48, maxLength: 48 }), (header) => {
        for (const decode of decoders) decode(header)
      }),
    )
  })

  it('carries sense data with its length, however it was cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 252 }), fc.nat(252), (sense, cut) => {
        const segment = senseSegment(sense)
        expect(senseOfSegment([segment.subarray(0, cut), segment.subarray(cut)])).toEqual(sense)
      }),
    )
  })

  it('has no sense where the length is none or wrong', () => {
    expect(senseOfSegment([])).toBeUndefined()
    expect(senseOfSegment([Uint8Array.of(0, 0)])).toBeUndefined()
    expect(senseOfSegment([Uint8Array.of(0, 9, 1)])).toBeUndefined()
  })

  it('takes the last two bytes of the ISID as its qualifier', () => {
    expect(isidQualifier('80aabbcc0102')).toBe(0x0102)
  })
})
