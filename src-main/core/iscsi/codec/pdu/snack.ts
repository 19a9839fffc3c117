import { getU32 } from '../../../../base/bytes'
import { COMMON, INITIATOR_SEQUENCE, SNACK_REQUEST } from '../layout'

/** SNACK Request (RFC 7143 §11.16): only decoded, because ErrorRecoveryLevel 0 has none. */
export interface SnackRequestPdu {
  readonly type: number
  readonly initiatorTaskTag: number
  readonly targetTransferTag: number
  readonly expStatSn: number
  readonly begRun: number
  readonly runLength: number
}

export function decodeSnackRequest(header: Uint8Array): SnackRequestPdu {
  return {
    type: header[COMMON.flags]! & 0x0f,
    initiatorTaskTag: getU32(header, COMMON.initiatorTaskTag),
    targetTransferTag: getU32(header, COMMON.targetTransferTag),
    expStatSn: getU32(header, INITIATOR_SEQUENCE.expStatSn),
    begRun: getU32(header, SNACK_REQUEST.begRun),
    runLength: getU32(header, SNACK_REQUEST.runLength),
  }
}
