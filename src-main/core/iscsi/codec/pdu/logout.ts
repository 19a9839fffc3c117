import { getU16, getU32, putU16, putU32 } from '../../../../base/bytes'
import {
  COMMON,
  FLAG,
  getInitiatorSequence,
  getTargetSequence,
  INITIATOR_OPCODE,
  isImmediate,
  LOGOUT_REQUEST,
  LOGOUT_RESPONSE,
  newHeader,
  putInitiatorSequence,
  putTargetSequence,
  TARGET_OPCODE,
  type InitiatorSequence,
  type TargetSequence,
} from '../layout'

/** RFC 7143 §11.14.1. */
export const LOGOUT_REASON = { closeSession: 0, closeConnection: 1, removeForRecovery: 2 } as const

/** RFC 7143 §11.15.1. */
export const LOGOUT_OUTCOME = { closed: 0, connectionNotFound: 1, recoveryNotSupported: 2, cleanupFailed: 3 } as const

/** Logout Request (RFC 7143 §11.14). */
export interface LogoutRequestPdu extends InitiatorSequence {
  readonly immediate: boolean
  readonly reason: number
  readonly initiatorTaskTag: number
  readonly connectionId: number
}

export function encodeLogoutRequest(pdu: LogoutRequestPdu): Uint8Array {
  const header = newHeader(INITIATOR_OPCODE.logoutRequest | (pdu.immediate ? FLAG.immediate : 0), FLAG.final | (pdu.reason & 0x7f))
  putU32(header, COMMON.initiatorTaskTag, pdu.initiatorTaskTag)
  putU16(header, LOGOUT_REQUEST.connectionId, pdu.connectionId)
  putInitiatorSequence(header, pdu)
  return header
}

export function decodeLogoutRequest(header: Uint8Array): LogoutRequestPdu {
  return {
    immediate: isImmediate(header),
    reason: header[COMMON.flags]! & 0x7f,
    initiatorTaskTag: getU32(header, COMMON.initiatorTaskTag),
    connectionId: getU16(header, LOGOUT_REQUEST.connectionId),
    ...getInitiatorSequence(header),
  }
}

/** Logout Response (RFC 7143 §11.15). Times in seconds. */
export interface LogoutResponsePdu extends TargetSequence {
  readonly response: number
  readonly initiatorTaskTag: number
  readonly time2Wait: number
  readonly time2Retain: number
}

export function encodeLogoutResponse(pdu: LogoutResponsePdu): Uint8Array {
  const header = newHeader(TARGET_OPCODE.logoutResponse, FLAG.final)
  header[LOGOUT_RESPONSE.response] = pdu.response
  putU32(header, COMMON.initiatorTaskTag, pdu.initiatorTaskTag)
  putTargetSequence(header, pdu)
  putU16(header, LOGOUT_RESPONSE.time2Wait, pdu.time2Wait)
  putU16(header, LOGOUT_RESPONSE.time2Retain, pdu.time2Retain)
  return header
}

export function decodeLogoutResponse(header: Uint8Array): LogoutResponsePdu {
  return {
    response: header[LOGOUT_RESPONSE.response]!,
    initiatorTaskTag: getU32(header, COMMON.initiatorTaskTag),
    ...getTargetSequence(header),
    time2Wait: getU16(header, LOGOUT_RESPONSE.time2Wait),
    time2Retain: getU16(header, LOGOUT_RESPONSE.time2Retain),
  }
}
