import { getU32, putU32 } from '../../../../base/bytes'
import {
  COMMON,
  FLAG,
  getTargetSequence,
  newHeader,
  putTargetSequence,
  REJECT,
  RESERVED_TAG,
  TARGET_OPCODE,
  type TargetSequence,
} from '../layout'

/** RFC 7143 §11.17.1. */
export const REJECT_REASON = {
  dataDigest: 0x02,
  snack: 0x03,
  protocolError: 0x04,
  commandNotSupported: 0x05,
  tooManyImmediateCommands: 0x06,
  taskInProgress: 0x07,
  invalidDataAck: 0x08,
  invalidPduField: 0x09,
  longOperation: 0x0a,
  waitingForLogout: 0x0c,
} as const

/** Reject (RFC 7143 §11.17). Its data segment is the header that was rejected. */
export interface RejectPdu extends TargetSequence {
  readonly reason: number
  readonly dataSn: number
}

export function encodeReject(pdu: RejectPdu): Uint8Array {
  const header = newHeader(TARGET_OPCODE.reject, FLAG.final)
  header[REJECT.reason] = pdu.reason
  putU32(header, COMMON.initiatorTaskTag, RESERVED_TAG)
  putTargetSequence(header, pdu)
  putU32(header, REJECT.dataSn, pdu.dataSn)
  return header
}

export function decodeReject(header: Uint8Array): RejectPdu {
  return { reason: header[REJECT.reason]!, ...getTargetSequence(header), dataSn: getU32(header, REJECT.dataSn) }
}
