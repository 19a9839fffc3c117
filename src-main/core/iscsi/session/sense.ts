import type { ScsiResponse } from '../../scsi/device'

/** Sense data that the transport itself reports (RFC 7143 §11.4.7.2), in fixed format (SPC-4 §4.5.3). */
const FIXED_SENSE_BYTES = 18
const CURRENT_ERROR = 0x70
const ILLEGAL_REQUEST = 0x05
const ABORTED_COMMAND = 0x0b

const CHECK_CONDITION = 0x02
const TASK_SET_FULL = 0x28

/** The responses of commands that the transport refuses. */
export const TRANSPORT_REFUSAL = {
  unexpectedUnsolicitedData: checkCondition(ABORTED_COMMAND, 0x0c, 0x0c),
  incorrectAmountOfData: checkCondition(ABORTED_COMMAND, 0x0c, 0x0d),
  invalidFieldInCdb: checkCondition(ILLEGAL_REQUEST, 0x24, 0x00),
  /** There is no room for its data. The initiator sends it again later (SAM-5 5.3.1). */
  taskSetFull: { status: TASK_SET_FULL, dataOutBytes: 0 },
} satisfies Readonly<Record<string, ScsiResponse>>

function checkCondition(key: number, code: number, qualifier: number): ScsiResponse {
  const sense = new Uint8Array(FIXED_SENSE_BYTES)
  sense[0] = CURRENT_ERROR
  sense[2] = key
  sense[7] = FIXED_SENSE_BYTES - 8
  sense[12] = code
  sense[13] = qualifier
  // SCSI had none of the data.
  return { status: CHECK_CONDITION, sense, dataOutBytes: 0 }
}
