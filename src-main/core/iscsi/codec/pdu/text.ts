import { getU32, putU32 } from '../../../../base/bytes'
import {
  COMMON,
  FLAG,
  getInitiatorSequence,
  getTargetSequence,
  INITIATOR_OPCODE,
  isFinal,
  isImmediate,
  newHeader,
  putInitiatorSequence,
  putTargetSequence,
  TARGET_OPCODE,
  type InitiatorSequence,
  type TargetSequence,
} from '../layout'

interface TextFlags {
  readonly final: boolean
  /** The text continues in the next PDU. */
  readonly continued: boolean
  readonly initiatorTaskTag: number
  readonly targetTransferTag: number
}

/** Text Request (RFC 7143 §11.10). */
export interface TextRequestPdu extends InitiatorSequence, TextFlags {
  readonly immediate: boolean
}

export function encodeTextRequest(pdu: TextRequestPdu): Uint8Array {
  const header = newHeader(INITIATOR_OPCODE.textRequest | (pdu.immediate ? FLAG.immediate : 0), flagsOf(pdu))
  putU32(header, COMMON.initiatorTaskTag, pdu.initiatorTaskTag)
  putU32(header, COMMON.targetTransferTag, pdu.targetTransferTag)
  putInitiatorSequence(header, pdu)
  return header
}

export function decodeTextRequest(header: Uint8Array): TextRequestPdu {
  return { immediate: isImmediate(header), ...decodeFlags(header), ...getInitiatorSequence(header) }
}

/** Text Response (RFC 7143 §11.11). */
export interface TextResponsePdu extends TargetSequence, TextFlags {}

export function encodeTextResponse(pdu: TextResponsePdu): Uint8Array {
  const header = newHeader(TARGET_OPCODE.textResponse, flagsOf(pdu))
  putU32(header, COMMON.initiatorTaskTag, pdu.initiatorTaskTag)
  putU32(header, COMMON.targetTransferTag, pdu.targetTransferTag)
  putTargetSequence(header, pdu)
  return header
}

export function decodeTextResponse(header: Uint8Array): TextResponsePdu {
  return { ...decodeFlags(header), ...getTargetSequence(header) }
}

function flagsOf(pdu: TextFlags): number {
  return (pdu.final ? FLAG.final : 0) | (pdu.continued ? FLAG.continue : 0)
}

function decodeFlags(header: Uint8Array): TextFlags {
  return {
    final: isFinal(header),
    continued: (header[COMMON.flags]! & FLAG.continue) !== 0,
    initiatorTaskTag: getU32(header, COMMON.initiatorTaskTag),
    targetTransferTag: getU32(header, COMMON.targetTransferTag),
  }
}
