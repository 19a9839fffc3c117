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
  type InitiatorSequence,
  type TargetSequence,
} from '../layout'

interface NopTags {
  readonly lun: number
  readonly initiatorTaskTag: number
  readonly targetTransferTag: number
}

/** NOP-Out (RFC 7143 §11.18): a ping with its own task tag, or the answer to a NOP-In with the reserved one. */
export interface NopOutPdu extends InitiatorSequence, NopTags {
  readonly immediate: boolean
}

export function encodeNopOut(pdu: NopOutPdu): Uint8Array {
  const header = newHeader(INITIATOR_OPCODE.nopOut | (pdu.immediate ? FLAG.immediate : 0), FLAG.final)
  putTags(header, pdu)
  putInitiatorSequence(header, pdu)
  return header
}

export function decodeNopOut(header: Uint8Array): NopOutPdu {
  return { immediate: isImmediate(header), ...getTags(header), ...getInitiatorSequence(header) }
}

/** NOP-In (RFC 7143 §11.19): the answer to a NOP-Out, or a ping with the reserved initiator task tag. */
export interface NopInPdu extends TargetSequence, NopTags {}

export function encodeNopIn(pdu: NopInPdu): Uint8Array {
  const header = newHeader(TARGET_OPCODE.nopIn, FLAG.final)
  putTags(header, pdu)
  putTargetSequence(header, pdu)
  return header
}

export function decodeNopIn(header: Uint8Array): NopInPdu {
  return { ...getTags(header), ...getTargetSequence(header) }
}

function putTags(header: Uint8Array, tags: NopTags): void {
  encodeLun(header, COMMON.lun, tags.lun)
  putU32(header, COMMON.initiatorTaskTag, tags.initiatorTaskTag)
  putU32(header, COMMON.targetTransferTag, tags.targetTransferTag)
}

function getTags(header: Uint8Array): NopTags {
  return {
    lun: decodeLun(header, COMMON.lun),
    initiatorTaskTag: getU32(header, COMMON.initiatorTaskTag),
    targetTransferTag: getU32(header, COMMON.targetTransferTag),
  }
}
