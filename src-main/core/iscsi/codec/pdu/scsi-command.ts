import { getU32, putU32 } from '../../../../base/bytes'
import { decodeLun, encodeLun } from '../lun'
import {
  CDB_BYTES,
  COMMON,
  FLAG,
  getInitiatorSequence,
  INITIATOR_OPCODE,
  isFinal,
  isImmediate,
  newHeader,
  putInitiatorSequence,
  SCSI_COMMAND,
  type InitiatorSequence,
} from '../layout'

/** Task attributes (RFC 7143 §11.3.1). */
export const TASK_ATTRIBUTE = { untagged: 0, simple: 1, ordered: 2, headOfQueue: 3, aca: 4 } as const

/** SCSI Command (RFC 7143 §11.3). Its data segment is immediate data. */
export interface ScsiCommandPdu extends InitiatorSequence {
  readonly immediate: boolean
  /** No unsolicited Data-Out follows. */
  readonly final: boolean
  readonly read: boolean
  readonly write: boolean
  readonly attribute: number
  readonly lun: number
  readonly initiatorTaskTag: number
  /** Bytes. */
  readonly expectedDataTransferLength: number
  /** 16 bytes. */
  readonly cdb: Uint8Array
}

export function encodeScsiCommand(pdu: ScsiCommandPdu): Uint8Array {
  const flags = (pdu.final ? FLAG.final : 0) | (pdu.read ? FLAG.read : 0) | (pdu.write ? FLAG.write : 0) | (pdu.attribute & 7)
  const header = newHeader(INITIATOR_OPCODE.scsiCommand | (pdu.immediate ? FLAG.immediate : 0), flags)
  encodeLun(header, COMMON.lun, pdu.lun)
  putU32(header, COMMON.initiatorTaskTag, pdu.initiatorTaskTag)
  putU32(header, SCSI_COMMAND.expectedDataTransferLength, pdu.expectedDataTransferLength)
  putInitiatorSequence(header, pdu)
  header.set(pdu.cdb.subarray(0, CDB_BYTES), SCSI_COMMAND.cdb)
  return header
}

export function decodeScsiCommand(header: Uint8Array): ScsiCommandPdu {
  const flags = header[COMMON.flags]!
  const { cmdSn, expStatSn } = getInitiatorSequence(header)
  return {
    immediate: isImmediate(header),
    final: isFinal(header),
    read: (flags & FLAG.read) !== 0,
    write: (flags & FLAG.write) !== 0,
    attribute: flags & 7,
    lun: decodeLun(header, COMMON.lun),
    initiatorTaskTag: getU32(header, COMMON.initiatorTaskTag),
    expectedDataTransferLength: getU32(header, SCSI_COMMAND.expectedDataTransferLength),
    cmdSn,
    expStatSn,
    cdb: header.subarray(SCSI_COMMAND.cdb, SCSI_COMMAND.cdb + CDB_BYTES),
  }
}
