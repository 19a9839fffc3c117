/** Sense data that the transport itself reports (RFC 7143 §11.4.7.2), in fixed format (SPC-4 §4.5.3). */
const FIXED_SENSE_BYTES = 18
const CURRENT_ERROR = 0x70
const ILLEGAL_REQUEST = 0x05
const ABORTED_COMMAND = 0x0b

export const CHECK_CONDITION = 0x02

export const TRANSPORT_SENSE = {
  unexpectedUnsolicitedData: fixedSense(ABORTED_COMMAND, 0x0c, 0x0c),
  incorrectAmountOfData: fixedSense(ABORTED_COMMAND, 0x0c, 0x0d),
  invalidFieldInCdb: fixedSense(ILLEGAL_REQUEST, 0x24, 0x00),
} as const

function fixedSense(key: number, code: number, qualifier: number): Uint8Array {
  const sense = new Uint8Array(FIXED_SENSE_BYTES)
  sense[0] = CURRENT_ERROR
  sense[2] = key
  sense[7] = FIXED_SENSE_BYTES - 8
  sense[12] = code
  sense[13] = qualifier
  return sense
}
