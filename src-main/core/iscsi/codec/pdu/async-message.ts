import { getU16, putU16, putU32 } from '../../../../base/bytes'
import { decodeLun, encodeLun } from '../lun'
import {
  ASYNC_MESSAGE,
  COMMON,
  FLAG,
  getTargetSequence,
  newHeader,
  putTargetSequence,
  RESERVED_TAG,
  TARGET_OPCODE,
  type TargetSequence,
} from '../layout'

/** RFC 7143 §11.9.1. */
export const ASYNC_EVENT = {
  scsi: 0,
  logoutRequested: 1,
  connectionDropped: 2,
  sessionDropped: 3,
  negotiationRequested: 4,
  taskTermination: 5,
  vendor: 255,
} as const

/**
 * Asynchronous Message (RFC 7143 §11.9). With `logoutRequested`, parameter 3 is the time left to log out, in seconds; when a
 * connection or the session drops, parameter 1 is the CID and 2 and 3 are Time2Wait and Time2Retain.
 */
export interface AsyncMessagePdu extends TargetSequence {
  readonly lun: number
  readonly event: number
  readonly parameter1: number
  readonly parameter2: number
  readonly parameter3: number
}

export function encodeAsyncMessage(pdu: AsyncMessagePdu): Uint8Array {
  const header = newHeader(TARGET_OPCODE.asyncMessage, FLAG.final)
  encodeLun(header, COMMON.lun, pdu.lun)
  putU32(header, COMMON.initiatorTaskTag, RESERVED_TAG)
  putTargetSequence(header, pdu)
  header[ASYNC_MESSAGE.event] = pdu.event
  putU16(header, ASYNC_MESSAGE.parameter1, pdu.parameter1)
  putU16(header, ASYNC_MESSAGE.parameter2, pdu.parameter2)
  putU16(header, ASYNC_MESSAGE.parameter3, pdu.parameter3)
  return header
}

export function decodeAsyncMessage(header: Uint8Array): AsyncMessagePdu {
  return {
    lun: decodeLun(header, COMMON.lun),
    event: header[ASYNC_MESSAGE.event]!,
    parameter1: getU16(header, ASYNC_MESSAGE.parameter1),
    parameter2: getU16(header, ASYNC_MESSAGE.parameter2),
    parameter3: getU16(header, ASYNC_MESSAGE.parameter3),
    ...getTargetSequence(header),
  }
}
