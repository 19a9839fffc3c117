import { concatBytes, getU16, getU32, putU16, putU32 } from '../../../../base/bytes'
import { COMMON, FLAG, getTargetSequence, newHeader, putTargetSequence, SCSI_RESPONSE, TARGET_OPCODE, type TargetSequence } from '../layout'

/** iSCSI service response (RFC 7143 §11.4.3). */
export const SCSI_SERVICE_RESPONSE = { completed: 0x00, targetFailure: 0x01 } as const

export type ResidualKind = 'none' | 'underflow' | 'overflow'

/** Bytes short of the expected length (underflow) or beyond it (overflow) (§11.4.5). */
export interface Residual {
  readonly kind: ResidualKind
  readonly bytes: number
}

export const NO_RESIDUAL: Residual = { kind: 'none', bytes: 0 }

export function residualOf(expectedBytes: number, actualBytes: number): Residual {
  if (actualBytes === expectedBytes) return NO_RESIDUAL
  if (actualBytes < expectedBytes) return { kind: 'underflow', bytes: expectedBytes - actualBytes }
  return { kind: 'overflow', bytes: actualBytes - expectedBytes }
}

export function residualFlags(residual: Residual): number {
  return residual.kind === 'none' ? 0 : residual.kind === 'underflow' ? FLAG.underflow : FLAG.overflow
}

export function decodeResidual(flags: number, bytes: number): Residual {
  if ((flags & FLAG.overflow) !== 0) return { kind: 'overflow', bytes }
  if ((flags & FLAG.underflow) !== 0) return { kind: 'underflow', bytes }
  return NO_RESIDUAL
}

/** SCSI Response (RFC 7143 §11.4). Its data segment is made by `senseSegment`. */
export interface ScsiResponsePdu extends TargetSequence {
  readonly response: number
  readonly status: number
  readonly initiatorTaskTag: number
  /** The number of R2Ts and Data-Ins sent for the command. */
  readonly expDataSn: number
  readonly residual: Residual
}

export function encodeScsiResponse(pdu: ScsiResponsePdu): Uint8Array {
  const header = newHeader(TARGET_OPCODE.scsiResponse, FLAG.final | residualFlags(pdu.residual))
  header[SCSI_RESPONSE.response] = pdu.response
  header[SCSI_RESPONSE.status] = pdu.status
  putU32(header, COMMON.initiatorTaskTag, pdu.initiatorTaskTag)
  putTargetSequence(header, pdu)
  putU32(header, SCSI_RESPONSE.expDataSn, pdu.expDataSn)
  putU32(header, SCSI_RESPONSE.residual, pdu.residual.bytes)
  return header
}

export function decodeScsiResponse(header: Uint8Array): ScsiResponsePdu {
  return {
    response: header[SCSI_RESPONSE.response]!,
    status: header[SCSI_RESPONSE.status]!,
    initiatorTaskTag: getU32(header, COMMON.initiatorTaskTag),
    ...getTargetSequence(header),
    expDataSn: getU32(header, SCSI_RESPONSE.expDataSn),
    residual: decodeResidual(header[COMMON.flags]!, getU32(header, SCSI_RESPONSE.residual)),
  }
}

/** Sense data with its length in front (§11.4.7.1). */
export function senseSegment(sense: Uint8Array): Uint8Array {
  const segment = new Uint8Array(2 + sense.length)
  putU16(segment, 0, sense.length)
  segment.set(sense, 2)
  return segment
}

/** The sense data, or undefined if there is none or its length is wrong. */
export function senseOfSegment(data: readonly Uint8Array[]): Uint8Array | undefined {
  const segment = data.length === 1 ? data[0]! : concatBytes(data)
  if (segment.length < 2) return undefined
  const length = getU16(segment, 0)
  return length === 0 || 2 + length > segment.length ? undefined : segment.subarray(2, 2 + length)
}
