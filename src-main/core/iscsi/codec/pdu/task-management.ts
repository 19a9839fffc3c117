import { getU32, putU32 } from '../../../../base/bytes'
import { decodeLun, encodeLun } from '../lun'
import {
  COMMON,
  FLAG,
  getInitiatorSequence,
  getTargetSequence,
  INITIATOR_OPCODE,
  isImmediate,
  newHeader,
  putInitiatorSequence,
  putTargetSequence,
  TARGET_OPCODE,
  TASK_MANAGEMENT_REQUEST,
  TASK_MANAGEMENT_RESPONSE,
  type InitiatorSequence,
  type TargetSequence,
} from '../layout'

/** RFC 7143 §11.5.1. */
export const TASK_MANAGEMENT_FUNCTION = {
  abortTask: 1,
  abortTaskSet: 2,
  clearAca: 3,
  clearTaskSet: 4,
  logicalUnitReset: 5,
  targetWarmReset: 6,
  targetColdReset: 7,
  taskReassign: 8,
} as const

/** RFC 7143 §11.6.1. */
export const TASK_MANAGEMENT_OUTCOME = {
  complete: 0,
  noSuchTask: 1,
  noSuchLun: 2,
  stillAllegiant: 3,
  reassignmentNotSupported: 4,
  notSupported: 5,
  authorizationFailed: 6,
  rejected: 255,
} as const

/** Task Management Function Request (RFC 7143 §11.5). */
export interface TaskManagementRequestPdu extends InitiatorSequence {
  readonly immediate: boolean
  readonly function: number
  readonly lun: number
  readonly initiatorTaskTag: number
  readonly referencedTaskTag: number
  readonly refCmdSn: number
}

export function encodeTaskManagementRequest(pdu: TaskManagementRequestPdu): Uint8Array {
  const opcode = INITIATOR_OPCODE.taskManagementRequest | (pdu.immediate ? FLAG.immediate : 0)
  const header = newHeader(opcode, FLAG.final | (pdu.function & 0x7f))
  encodeLun(header, COMMON.lun, pdu.lun)
  putU32(header, COMMON.initiatorTaskTag, pdu.initiatorTaskTag)
  putU32(header, TASK_MANAGEMENT_REQUEST.referencedTaskTag, pdu.referencedTaskTag)
  putInitiatorSequence(header, pdu)
  putU32(header, TASK_MANAGEMENT_REQUEST.refCmdSn, pdu.refCmdSn)
  return header
}

export function decodeTaskManagementRequest(header: Uint8Array): TaskManagementRequestPdu {
  return {
    immediate: isImmediate(header),
    function: header[COMMON.flags]! & 0x7f,
    lun: decodeLun(header, COMMON.lun),
    initiatorTaskTag: getU32(header, COMMON.initiatorTaskTag),
    referencedTaskTag: getU32(header, TASK_MANAGEMENT_REQUEST.referencedTaskTag),
    ...getInitiatorSequence(header),
    refCmdSn: getU32(header, TASK_MANAGEMENT_REQUEST.refCmdSn),
  }
}

/** Task Management Function Response (RFC 7143 §11.6). */
export interface TaskManagementResponsePdu extends TargetSequence {
  readonly response: number
  readonly initiatorTaskTag: number
}

export function encodeTaskManagementResponse(pdu: TaskManagementResponsePdu): Uint8Array {
  const header = newHeader(TARGET_OPCODE.taskManagementResponse, FLAG.final)
  header[TASK_MANAGEMENT_RESPONSE.response] = pdu.response
  putU32(header, COMMON.initiatorTaskTag, pdu.initiatorTaskTag)
  putTargetSequence(header, pdu)
  return header
}

export function decodeTaskManagementResponse(header: Uint8Array): TaskManagementResponsePdu {
  return {
    response: header[TASK_MANAGEMENT_RESPONSE.response]!,
    initiatorTaskTag: getU32(header, COMMON.initiatorTaskTag),
    ...getTargetSequence(header),
  }
}
