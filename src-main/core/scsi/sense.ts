import { assert } from '../../base/assert'
import { getU16, getU32, putU16, putU32 } from '../../base/bytes'
import { ADDITIONAL_SENSE, SENSE_KEY } from './spec'
import type { AdditionalSense, SenseKey } from './spec'

/** Fixed-format sense data (SPC-4 4.5.3). */

const SENSE_BYTES = 18
const CURRENT_ERROR = 0x70
const DEFERRED_ERROR = 0x71
const INFORMATION_VALID = 0x80
/** Sense-key specific field of ILLEGAL REQUEST (SPC-4 4.5.2.4.2). */
const SKSV = 0x80
const IN_CDB = 0x40
const BIT_POINTER_VALID = 0x08

/** The field at fault: its byte and, for less than a byte, its most significant bit. */
export interface FieldPointer {
  readonly byte: number
  readonly bit?: number | undefined
}

export function buildSense(key: SenseKey, additional: AdditionalSense): Uint8Array {
  const sense = new Uint8Array(SENSE_BYTES)
  sense[0] = CURRENT_ERROR
  sense[2] = key
  sense[7] = SENSE_BYTES - 8
  putU16(sense, 12, additional.code)
  return sense
}

/** With the block at fault in INFORMATION, if it fits its 32 bits (SBC-3 4.18.1). */
export function buildSenseAtBlock(key: SenseKey, additional: AdditionalSense, block: number): Uint8Array {
  const sense = buildSense(key, additional)
  if (block > 0xffff_ffff) return sense
  sense[0] = CURRENT_ERROR | INFORMATION_VALID
  putU32(sense, 3, block)
  return sense
}

export function illegalRequest(additional: AdditionalSense): Uint8Array {
  return buildSense(SENSE_KEY.illegalRequest, additional)
}

/** INVALID FIELD IN CDB, pointing at the field. */
export function invalidFieldInCdb(field: FieldPointer): Uint8Array {
  return pointAt(illegalRequest(ADDITIONAL_SENSE.invalidFieldInCdb), field, IN_CDB)
}

/** INVALID FIELD IN PARAMETER LIST, pointing at the field. */
export function invalidFieldInParameterList(field: FieldPointer): Uint8Array {
  return pointAt(illegalRequest(ADDITIONAL_SENSE.invalidFieldInParameterList), field, 0)
}

function pointAt(sense: Uint8Array, field: FieldPointer, where: number): Uint8Array {
  assert(field.byte >= 0 && field.byte <= 0xffff, `field pointer ${field.byte}`)
  sense[15] = SKSV | where | (field.bit === undefined ? 0 : BIT_POINTER_VALID | (field.bit & 0x07))
  putU16(sense, 16, field.byte)
  return sense
}

export interface DecodedSense {
  readonly deferred: boolean
  readonly key: number
  /** `asc` in the high byte, `ascq` in the low one. */
  readonly additional: number
  /** Name of the additional sense code, if the lab knows it. */
  readonly text: string | undefined
  readonly information: number | undefined
  readonly field: (FieldPointer & { readonly inCdb: boolean }) | undefined
}

/** What a target reported; undefined if it is not fixed-format sense data with at least the additional sense code. */
export function decodeSense(sense: Uint8Array): DecodedSense | undefined {
  if (sense.length < 14) return undefined
  const response = sense[0]! & 0x7f
  if (response !== CURRENT_ERROR && response !== DEFERRED_ERROR) return undefined
  const additional = getU16(sense, 12)
  return {
    deferred: response === DEFERRED_ERROR,
    key: sense[2]! & 0x0f,
    additional,
    text: TEXTS.get(additional),
    information: sense[0]! & INFORMATION_VALID ? getU32(sense, 3) : undefined,
    field: decodeField(sense),
  }
}

function decodeField(sense: Uint8Array): DecodedSense['field'] {
  if (sense.length < SENSE_BYTES || !(sense[15]! & SKSV) || (sense[2]! & 0x0f) !== SENSE_KEY.illegalRequest) return undefined
  return {
    inCdb: (sense[15]! & IN_CDB) !== 0,
    byte: getU16(sense, 16),
    bit: sense[15]! & BIT_POINTER_VALID ? sense[15]! & 0x07 : undefined,
  }
}

const TEXTS: ReadonlyMap<number, string> = new Map(Object.values(ADDITIONAL_SENSE).map((additional) => [additional.code, additional.text]))
