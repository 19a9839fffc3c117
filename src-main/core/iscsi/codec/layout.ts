import { getU24, getU32, putU24, putU32 } from '../../../base/bytes'

/**
 * The numbers of RFC 7143 §11: opcodes, and the place of each field of each PDU in the 48 bytes of the basic header segment.
 * Offsets in bytes, values big-endian. No behavior here.
 */
export const HEADER_BYTES = 48
/** TotalAHSLength counts four-byte words in one byte. */
export const MAX_AHS_BYTES = 255 * 4
export const DIGEST_BYTES = 4
/** DataSegmentLength has three bytes. */
export const MAX_DATA_SEGMENT_BYTES = 0xff_ffff
export const CDB_BYTES = 16
export const ISID_BYTES = 6

/** The initiator task tag or target transfer tag that refers to nothing. */
export const RESERVED_TAG = 0xffff_ffff

export const INITIATOR_OPCODE = {
  nopOut: 0x00,
  scsiCommand: 0x01,
  taskManagementRequest: 0x02,
  loginRequest: 0x03,
  textRequest: 0x04,
  dataOut: 0x05,
  logoutRequest: 0x06,
  snackRequest: 0x10,
} as const

export const TARGET_OPCODE = {
  nopIn: 0x20,
  scsiResponse: 0x21,
  taskManagementResponse: 0x22,
  loginResponse: 0x23,
  textResponse: 0x24,
  dataIn: 0x25,
  logoutResponse: 0x26,
  readyToTransfer: 0x31,
  asyncMessage: 0x32,
  reject: 0x3f,
} as const

/** Fields at the same place in (nearly) every PDU (§11.2.1). */
export const COMMON = {
  opcode: 0,
  flags: 1,
  totalAhsLength: 4,
  dataSegmentLength: 5,
  lun: 8,
  initiatorTaskTag: 16,
  targetTransferTag: 20,
} as const

/** In every PDU of the initiator that has them. */
export const INITIATOR_SEQUENCE = { cmdSn: 24, expStatSn: 28 } as const
/** In every PDU of the target. */
const TARGET_SEQUENCE = { statSn: 24, expCmdSn: 28, maxCmdSn: 32 } as const

export const SCSI_COMMAND = { expectedDataTransferLength: 20, cdb: 32 } as const
export const SCSI_RESPONSE = { response: 2, status: 3, snackTag: 20, expDataSn: 36, bidirectionalReadResidual: 40, residual: 44 } as const
export const TASK_MANAGEMENT_REQUEST = { referencedTaskTag: 20, refCmdSn: 32, expDataSn: 36 } as const
export const TASK_MANAGEMENT_RESPONSE = { response: 2 } as const
export const DATA_OUT = { dataSn: 36, bufferOffset: 40 } as const
export const DATA_IN = { status: 3, dataSn: 36, bufferOffset: 40, residual: 44 } as const
export const READY_TO_TRANSFER = { r2tSn: 36, bufferOffset: 40, desiredLength: 44 } as const
export const ASYNC_MESSAGE = { event: 36, vendorCode: 37, parameter1: 38, parameter2: 40, parameter3: 42 } as const
export const LOGIN_REQUEST = { versionMax: 2, versionMin: 3, isid: 8, tsih: 14, connectionId: 20 } as const
export const LOGIN_RESPONSE = { versionMax: 2, versionActive: 3, isid: 8, tsih: 14, status: 36 } as const
export const LOGOUT_REQUEST = { connectionId: 20 } as const
export const LOGOUT_RESPONSE = { response: 2, time2Wait: 40, time2Retain: 42 } as const
export const SNACK_REQUEST = { begRun: 40, runLength: 44 } as const
export const REJECT = { reason: 2, dataSn: 36 } as const

/** Bits of byte 0 and byte 1. */
export const FLAG = {
  immediate: 0x40,
  opcodeMask: 0x3f,
  final: 0x80,
  continue: 0x40,
  read: 0x40,
  write: 0x20,
  acknowledge: 0x40,
  bidirectionalOverflow: 0x10,
  bidirectionalUnderflow: 0x08,
  overflow: 0x04,
  underflow: 0x02,
  status: 0x01,
  transit: 0x80,
} as const

export interface InitiatorSequence {
  readonly cmdSn: number
  readonly expStatSn: number
}

export interface TargetSequence {
  readonly statSn: number
  readonly expCmdSn: number
  readonly maxCmdSn: number
}

export function opcodeOf(header: Uint8Array): number {
  return header[COMMON.opcode]! & FLAG.opcodeMask
}

export function isImmediate(header: Uint8Array): boolean {
  return (header[COMMON.opcode]! & FLAG.immediate) !== 0
}

export function isFinal(header: Uint8Array): boolean {
  return (header[COMMON.flags]! & FLAG.final) !== 0
}

export function initiatorTaskTagOf(header: Uint8Array): number {
  return getU32(header, COMMON.initiatorTaskTag)
}

export function dataSegmentBytesOf(header: Uint8Array): number {
  return getU24(header, COMMON.dataSegmentLength)
}

export function cmdSnOf(header: Uint8Array): number {
  return getU32(header, INITIATOR_SEQUENCE.cmdSn)
}

function expStatSnOf(header: Uint8Array): number {
  return getU32(header, INITIATOR_SEQUENCE.expStatSn)
}

/** A fresh header with opcode and flags; the lengths are filled in by `assemblePdu`. */
export function newHeader(opcode: number, flags: number): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES)
  header[COMMON.opcode] = opcode
  header[COMMON.flags] = flags
  return header
}

export function putLengths(header: Uint8Array, ahsBytes: number, dataBytes: number): void {
  header[COMMON.totalAhsLength] = ahsBytes >>> 2
  putU24(header, COMMON.dataSegmentLength, dataBytes)
}

export function putInitiatorSequence(header: Uint8Array, sequence: InitiatorSequence): void {
  putU32(header, INITIATOR_SEQUENCE.cmdSn, sequence.cmdSn)
  putU32(header, INITIATOR_SEQUENCE.expStatSn, sequence.expStatSn)
}

export function putTargetSequence(header: Uint8Array, sequence: TargetSequence): void {
  putU32(header, TARGET_SEQUENCE.statSn, sequence.statSn)
  putU32(header, TARGET_SEQUENCE.expCmdSn, sequence.expCmdSn)
  putU32(header, TARGET_SEQUENCE.maxCmdSn, sequence.maxCmdSn)
}

export function getInitiatorSequence(header: Uint8Array): InitiatorSequence {
  return { cmdSn: cmdSnOf(header), expStatSn: expStatSnOf(header) }
}

export function getTargetSequence(header: Uint8Array): TargetSequence {
  return {
    statSn: getU32(header, TARGET_SEQUENCE.statSn),
    expCmdSn: getU32(header, TARGET_SEQUENCE.expCmdSn),
    maxCmdSn: getU32(header, TARGET_SEQUENCE.maxCmdSn),
  }
}
