import { getU32, putU32 } from '../../../../base/bytes'
import { decodeLun, encodeLun } from '../lun'
import {
  COMMON,
  DATA_IN,
  DATA_OUT,
  FLAG,
  getTargetSequence,
  INITIATOR_OPCODE,
  INITIATOR_SEQUENCE,
  isFinal,
  newHeader,
  putTargetSequence,
  READY_TO_TRANSFER,
  RESERVED_TAG,
  TARGET_OPCODE,
  type TargetSequence,
} from '../layout'
import { decodeResidual, residualFlags, type Residual } from './scsi-response'

/** SCSI Data-Out (RFC 7143 §11.7). `targetTransferTag` is RESERVED_TAG for unsolicited data. */
export interface DataOutPdu {
  /** Last of its sequence. */
  readonly final: boolean
  readonly lun: number
  readonly initiatorTaskTag: number
  readonly targetTransferTag: number
  readonly expStatSn: number
  readonly dataSn: number
  /** Bytes. */
  readonly bufferOffset: number
}

export function encodeDataOut(pdu: DataOutPdu): Uint8Array {
  const header = newHeader(INITIATOR_OPCODE.dataOut, pdu.final ? FLAG.final : 0)
  encodeLun(header, COMMON.lun, pdu.lun)
  putU32(header, COMMON.initiatorTaskTag, pdu.initiatorTaskTag)
  putU32(header, COMMON.targetTransferTag, pdu.targetTransferTag)
  putU32(header, INITIATOR_SEQUENCE.expStatSn, pdu.expStatSn)
  putU32(header, DATA_OUT.dataSn, pdu.dataSn)
  putU32(header, DATA_OUT.bufferOffset, pdu.bufferOffset)
  return header
}

export function decodeDataOut(header: Uint8Array): DataOutPdu {
  return {
    final: isFinal(header),
    lun: decodeLun(header, COMMON.lun),
    initiatorTaskTag: getU32(header, COMMON.initiatorTaskTag),
    targetTransferTag: getU32(header, COMMON.targetTransferTag),
    expStatSn: getU32(header, INITIATOR_SEQUENCE.expStatSn),
    dataSn: getU32(header, DATA_OUT.dataSn),
    bufferOffset: getU32(header, DATA_OUT.bufferOffset),
  }
}

/** SCSI Data-In (RFC 7143 §11.7). With `status`, it also ends the command and carries a StatSN. */
export interface DataInPdu extends TargetSequence {
  /** Last of its sequence. */
  readonly final: boolean
  readonly status: number | undefined
  readonly residual: Residual
  readonly initiatorTaskTag: number
  readonly dataSn: number
  /** Bytes. */
  readonly bufferOffset: number
}

export function encodeDataIn(pdu: DataInPdu): Uint8Array {
  const withStatus = pdu.status !== undefined
  const flags = (pdu.final ? FLAG.final : 0) | (withStatus ? FLAG.status | residualFlags(pdu.residual) : 0)
  const header = newHeader(TARGET_OPCODE.dataIn, flags)
  putU32(header, COMMON.initiatorTaskTag, pdu.initiatorTaskTag)
  putU32(header, COMMON.targetTransferTag, RESERVED_TAG)
  putTargetSequence(header, pdu)
  putU32(header, DATA_IN.dataSn, pdu.dataSn)
  putU32(header, DATA_IN.bufferOffset, pdu.bufferOffset)
  if (withStatus) {
    header[DATA_IN.status] = pdu.status
    putU32(header, DATA_IN.residual, pdu.residual.bytes)
  }
  return header
}

export function decodeDataIn(header: Uint8Array): DataInPdu {
  const flags = header[COMMON.flags]!
  const withStatus = (flags & FLAG.status) !== 0
  return {
    final: isFinal(header),
    status: withStatus ? header[DATA_IN.status]! : undefined,
    residual: decodeResidual(withStatus ? flags : 0, getU32(header, DATA_IN.residual)),
    initiatorTaskTag: getU32(header, COMMON.initiatorTaskTag),
    ...getTargetSequence(header),
    dataSn: getU32(header, DATA_IN.dataSn),
    bufferOffset: getU32(header, DATA_IN.bufferOffset),
  }
}

/** Ready To Transfer (RFC 7143 §11.8). It carries the next StatSN but does not use it up. */
export interface ReadyToTransferPdu extends TargetSequence {
  readonly lun: number
  readonly initiatorTaskTag: number
  readonly targetTransferTag: number
  readonly r2tSn: number
  /** Bytes, both. */
  readonly bufferOffset: number
  readonly desiredLength: number
}

export function encodeReadyToTransfer(pdu: ReadyToTransferPdu): Uint8Array {
  const header = newHeader(TARGET_OPCODE.readyToTransfer, FLAG.final)
  encodeLun(header, COMMON.lun, pdu.lun)
  putU32(header, COMMON.initiatorTaskTag, pdu.initiatorTaskTag)
  putU32(header, COMMON.targetTransferTag, pdu.targetTransferTag)
  putTargetSequence(header, pdu)
  putU32(header, READY_TO_TRANSFER.r2tSn, pdu.r2tSn)
  putU32(header, READY_TO_TRANSFER.bufferOffset, pdu.bufferOffset)
  putU32(header, READY_TO_TRANSFER.desiredLength, pdu.desiredLength)
  return header
}

export function decodeReadyToTransfer(header: Uint8Array): ReadyToTransferPdu {
  return {
    lun: decodeLun(header, COMMON.lun),
    initiatorTaskTag: getU32(header, COMMON.initiatorTaskTag),
    targetTransferTag: getU32(header, COMMON.targetTransferTag),
    ...getTargetSequence(header),
    r2tSn: getU32(header, READY_TO_TRANSFER.r2tSn),
    bufferOffset: getU32(header, READY_TO_TRANSFER.bufferOffset),
    desiredLength: getU32(header, READY_TO_TRANSFER.desiredLength),
  }
}
