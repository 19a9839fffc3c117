import { getU16, getU24, getU32 } from '../base/bytes'
import type { FlightRow } from '../contract/flight-rows'

/** What the header of an iSCSI PDU says, in the words of RFC 7143 and of SCSI. */
const NAMES: Readonly<Record<number, string>> = {
  0x00: 'NOP-Out',
  0x01: 'SCSI Command',
  0x02: 'Task Management Request',
  0x03: 'Login Request',
  0x04: 'Text Request',
  0x05: 'Data-Out',
  0x06: 'Logout Request',
  0x10: 'SNACK Request',
  0x20: 'NOP-In',
  0x21: 'SCSI Response',
  0x22: 'Task Management Response',
  0x23: 'Login Response',
  0x24: 'Text Response',
  0x25: 'Data-In',
  0x26: 'Logout Response',
  0x31: 'R2T',
  0x32: 'Asynchronous Message',
  0x3f: 'Reject',
}

const CDB_NAMES: Readonly<Record<number, string>> = {
  0x00: 'TEST UNIT READY',
  0x03: 'REQUEST SENSE',
  0x08: 'READ(6)',
  0x0a: 'WRITE(6)',
  0x12: 'INQUIRY',
  0x15: 'MODE SELECT(6)',
  0x16: 'RESERVE(6)',
  0x17: 'RELEASE(6)',
  0x1a: 'MODE SENSE(6)',
  0x1b: 'START STOP UNIT',
  0x1e: 'PREVENT ALLOW MEDIUM REMOVAL',
  0x25: 'READ CAPACITY(10)',
  0x28: 'READ(10)',
  0x2a: 'WRITE(10)',
  0x2e: 'WRITE AND VERIFY(10)',
  0x2f: 'VERIFY(10)',
  0x35: 'SYNCHRONIZE CACHE(10)',
  0x41: 'WRITE SAME(10)',
  0x42: 'UNMAP',
  0x55: 'MODE SELECT(10)',
  0x5a: 'MODE SENSE(10)',
  0x5e: 'PERSISTENT RESERVE IN',
  0x5f: 'PERSISTENT RESERVE OUT',
  0x88: 'READ(16)',
  0x89: 'COMPARE AND WRITE',
  0x8a: 'WRITE(16)',
  0x8e: 'WRITE AND VERIFY(16)',
  0x8f: 'VERIFY(16)',
  0x91: 'SYNCHRONIZE CACHE(16)',
  0x93: 'WRITE SAME(16)',
  0x9e: 'READ CAPACITY(16)',
  0xa0: 'REPORT LUNS',
  0xa3: 'MAINTENANCE IN',
  0xa4: 'MAINTENANCE OUT',
  0xa8: 'READ(12)',
  0xaa: 'WRITE(12)',
}

const STATUS_NAMES: Readonly<Record<number, string>> = {
  0x00: 'GOOD',
  0x02: 'CHECK CONDITION',
  0x08: 'BUSY',
  0x18: 'RESERVATION CONFLICT',
  0x28: 'TASK SET FULL',
  0x30: 'ACA ACTIVE',
  0x40: 'TASK ABORTED',
}

const FUNCTION_NAMES: Readonly<Record<number, string>> = {
  1: 'ABORT TASK',
  2: 'ABORT TASK SET',
  3: 'CLEAR ACA',
  4: 'CLEAR TASK SET',
  5: 'LOGICAL UNIT RESET',
  6: 'TARGET WARM RESET',
  7: 'TARGET COLD RESET',
  8: 'TASK REASSIGN',
}

const [FLAGS_AT, STATUS_AT, LUN_AT, TASK_TAG_AT, CDB_AT] = [1, 3, 8, 16, 32]
const NO_TAG = 0xffff_ffff
/** Of a Data-In: it has the status. */
const STATUS_BIT = 0x01

export function opcodeOf(header: Uint8Array): number {
  return byteOf(header, 0) & 0x3f
}

/** "SCSI Command WRITE(10) LUN 0" */
export function pduNameOf(header: Uint8Array): string {
  const opcode = opcodeOf(header)
  const name = NAMES[opcode] ?? `opcode ${hexadecimal(opcode)}`
  switch (opcode) {
    case 0x01:
      return `${name} ${CDB_NAMES[byteOf(header, CDB_AT)] ?? hexadecimal(byteOf(header, CDB_AT))} LUN ${lunOf(header)}`
    case 0x02:
      return `${name} ${FUNCTION_NAMES[byteOf(header, FLAGS_AT) & 0x7f] ?? '?'} LUN ${lunOf(header)}`
    case 0x21:
      return `${name} ${statusOf(header)}`
    case 0x25:
      return (byteOf(header, FLAGS_AT) & STATUS_BIT) === 0 ? name : `${name} ${statusOf(header)}`
    default:
      return name
  }
}

export function taskTagOf(header: Uint8Array): Pick<FlightRow, 'taskTag'> {
  const taskTag = getU32(header, TASK_TAG_AT)
  return taskTag === NO_TAG ? {} : { taskTag }
}

/** Of a command that reads or writes: where. */
export function commandOf(header: Uint8Array): Pick<FlightRow, 'block' | 'blockCount'> {
  if (opcodeOf(header) !== 0x01) return {}
  switch (byteOf(header, CDB_AT)) {
    case 0x08:
    case 0x0a:
      return { block: getU24(header, CDB_AT + 1) & 0x1f_ffff, blockCount: byteOf(header, CDB_AT + 4) || 256 }
    case 0x28:
    case 0x2a:
    case 0x2e:
    case 0x2f:
      return { block: getU32(header, CDB_AT + 2), blockCount: getU16(header, CDB_AT + 7) }
    case 0x88:
    case 0x8a:
    case 0x8e:
    case 0x8f:
      return { block: getU32(header, CDB_AT + 2) * 2 ** 32 + getU32(header, CDB_AT + 6), blockCount: getU32(header, CDB_AT + 10) }
    default:
      return {}
  }
}

function statusOf(header: Uint8Array): string {
  const status = byteOf(header, STATUS_AT)
  return STATUS_NAMES[status] ?? hexadecimal(status)
}

/** SAM-5 §4.7: peripheral or flat addressing; any other is shown as it is. */
function lunOf(header: Uint8Array): string {
  const method = byteOf(header, LUN_AT) >>> 6
  if (method > 1) return hexadecimal(getU32(header, LUN_AT))
  return String(getU16(header, LUN_AT) & 0x3fff)
}

function hexadecimal(value: number): string {
  return `0x${value.toString(16)}`
}

function byteOf(header: Uint8Array, at: number): number {
  return header[at] ?? 0
}
