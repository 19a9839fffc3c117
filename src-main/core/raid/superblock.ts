import * as v from 'valibot'
import { assert } from '../../base/assert'
import { concatBytes, equalBytes, getU32, getU64, putAscii, putU32, putU64 } from '../../base/bytes'
import { crc32c, joinCrc32c } from '../../base/crc32c'
import { failure, ok, type Result } from '../../base/result'
import { BLOCK_BYTES, KIB } from '../../base/units'
import { arrayStateSchema, type ArrayState } from '../../contract/array-state'
import { parseJson } from '../../contract/json'
import { problemOfState } from './state-validation'

/**
 * The superblock at the start of every drive: which drive it is, and the array state.
 *
 * There are two slots of 256 KiB, for even and odd generations, so that a torn write leaves the state before it intact. A slot
 * has a header of 512 bytes, big-endian, then the state as JSON in UTF-8.
 *
 *     0  magic "TKOVRLAB"      12  drive index        24  payload bytes
 *     8  version               16  generation (64)    28  CRC-32C of header (this field 0) and payload
 *    32  array id, 64 bytes of ASCII padded with 0    96  drive id, likewise
 */

export { SUPERBLOCK_AREA_BLOCKS } from './superblock-area'
export const SUPERBLOCK_SLOT_BYTES = 256 * KIB
const SUPERBLOCK_VERSION = 1
/** The most that the JSON of an array state may take. */
export const SUPERBLOCK_PAYLOAD_BYTES = SUPERBLOCK_SLOT_BYTES - BLOCK_BYTES

const MAGIC = 'TKOVRLAB'
const VERSION_AT = 8
const DRIVE_INDEX_AT = 12
const GENERATION_AT = 16
const PAYLOAD_BYTES_AT = 24
const CRC_AT = 28
const ARRAY_ID_AT = 32
const DRIVE_ID_AT = 96
const ID_BYTES = 64

export interface Superblock {
  readonly driveIndex: number
  readonly driveId: string
  readonly arrayId: string
  readonly state: ArrayState
}

/**
 * Why a drive has no superblock to use:
 * - `blank`: nothing but zeros; `not-ours`: something else is there; neither may be overwritten unasked
 * - `unsupported-version`: written by a newer lab
 * - `torn`: ours, but neither slot is whole; `malformed`: whole, but not an array state
 * - `other-array`, `wrong-drive`: whole, but of another lab, or of another drive of this one
 * - `unreadable`: sectors cannot be read; `failed`: the drive does not answer
 */
export type SuperblockProblem =
  'blank' | 'not-ours' | 'unsupported-version' | 'torn' | 'malformed' | 'other-array' | 'wrong-drive' | 'unreadable' | 'failed'

/** What a superblock must match; what is left out is not checked. */
export interface SuperblockExpectation {
  readonly arrayId?: string | undefined
  readonly driveIndex?: number | undefined
  readonly driveId?: string | undefined
}

/** The block at which the slot for a generation begins. */
export function slotFirstBlock(generation: number): number {
  return (generation % 2) * (SUPERBLOCK_SLOT_BYTES / BLOCK_BYTES)
}

export function hasSameSlot(one: number, other: number): boolean {
  return slotFirstBlock(one) === slotFirstBlock(other)
}

/** The JSON of a state, encoded once for all drives. The error is the number of bytes if they are too many. */
export function encodeState(state: ArrayState): Result<Uint8Array, number> {
  const payload = ENCODER.encode(jsonOfState(state))
  return payload.length <= SUPERBLOCK_PAYLOAD_BYTES ? ok(payload) : failure(payload.length)
}

const ENCODER = new TextEncoder()

/** The long parts of a state rarely change from one state to the next, and objects are immutable, so their JSON is cached. */
const jsonOfPart = new WeakMap<object, string>()

function jsonOfState({ configuration, operations, completedRequests, reservations, ...rest }: ArrayState): string {
  const parts = [`"configuration":${keptJson(configuration)}`, `"completedRequests":[${completedRequests.map(keptJson).join(',')}]`]
  if (reservations !== undefined) parts.push(`"reservations":[${reservations.map(keptJson).join(',')}]`)
  if (operations !== undefined) parts.push(`"operations":[${operations.map(keptJson).join(',')}]`)
  return `${JSON.stringify(rest).slice(0, -1)},${parts.join(',')}}`
}

function keptJson(part: object): string {
  let json = jsonOfPart.get(part)
  if (json === undefined) jsonOfPart.set(part, (json = JSON.stringify(part)))
  return json
}

export interface SuperblockIdentity {
  readonly arrayId: string
  readonly driveIndex: number
  readonly driveId: string
  readonly generation: number
}

/** The result of `encodeState` as every drive gets it: in whole blocks, padded with zeros. */
export interface StatePayload {
  readonly blocks: Uint8Array
  readonly byteCount: number
  /** CRC-32C of the bytes without the padding. */
  readonly crc: number
}

export function payloadOf(bytes: Uint8Array): StatePayload {
  assert(bytes.length <= SUPERBLOCK_PAYLOAD_BYTES, `a superblock payload of ${bytes.length} bytes`)
  const blocks = new Uint8Array(Math.ceil(bytes.length / BLOCK_BYTES) * BLOCK_BYTES)
  blocks.set(bytes)
  return { blocks, byteCount: bytes.length, crc: crc32c(bytes) }
}

/** The block in front of the payload; both are written at `slotFirstBlock(generation)`. */
export function encodeHeader(identity: SuperblockIdentity, payload: StatePayload): Uint8Array {
  const header = new Uint8Array(BLOCK_BYTES)
  putAscii(header, 0, MAGIC)
  putU32(header, VERSION_AT, SUPERBLOCK_VERSION)
  putU32(header, DRIVE_INDEX_AT, identity.driveIndex)
  putU64(header, GENERATION_AT, identity.generation)
  putU32(header, PAYLOAD_BYTES_AT, payload.byteCount)
  putId(header, ARRAY_ID_AT, identity.arrayId)
  putId(header, DRIVE_ID_AT, identity.driveId)
  putU32(header, CRC_AT, joinCrc32c(crc32c(header), payload.crc, payload.byteCount))
  return header
}

/** Header and payload in one piece. */
export function encodeSuperblock(identity: SuperblockIdentity, bytes: Uint8Array): Uint8Array {
  const payload = payloadOf(bytes)
  return concatBytes([encodeHeader(identity, payload), payload.blocks])
}

/** Undefined if the payload is not a state. */
export type StateDecoder = (payload: Uint8Array) => ArrayState | undefined

/** For the drives of one array, which mostly have the same state: a payload equal to the last one is not decoded again. */
export function stateDecoder(): StateDecoder {
  let last: { readonly payload: Uint8Array; readonly state: ArrayState | undefined } | undefined
  return (payload) => {
    if (last === undefined || !equalBytes(last.payload, payload)) last = { payload: payload.slice(), state: decodeState(payload) }
    return last.state
  }
}

/** Decodes one slot. Never throws, whatever the bytes are. */
export function decodeSuperblock(
  slot: Uint8Array,
  expected: SuperblockExpectation = {},
  decode: StateDecoder = decodeState,
): Result<Superblock, SuperblockProblem> {
  assert(slot.length >= BLOCK_BYTES, `a superblock slot of ${slot.length} bytes`)
  if (readAscii(slot, 0, MAGIC.length) !== MAGIC) return failure(isBlank(slot) ? 'blank' : 'not-ours')
  if (getU32(slot, VERSION_AT) !== SUPERBLOCK_VERSION) return failure('unsupported-version')
  const payloadBytes = getU32(slot, PAYLOAD_BYTES_AT)
  if (payloadBytes > slot.length - BLOCK_BYTES) return failure('torn')
  if (getU32(slot, CRC_AT) !== checksum(slot, payloadBytes)) return failure('torn')

  const driveIndex = getU32(slot, DRIVE_INDEX_AT)
  const arrayId = readAscii(slot, ARRAY_ID_AT, ID_BYTES)
  const driveId = readAscii(slot, DRIVE_ID_AT, ID_BYTES)
  if (expected.arrayId !== undefined && expected.arrayId !== arrayId) return failure('other-array')
  if (expected.driveIndex !== undefined && expected.driveIndex !== driveIndex) return failure('wrong-drive')
  if (expected.driveId !== undefined && expected.driveId !== driveId) return failure('wrong-drive')

  const state = decode(slot.subarray(BLOCK_BYTES, BLOCK_BYTES + payloadBytes))
  const isOurs = state?.generation === getU64(slot, GENERATION_AT) && state.configuration.arrayId === arrayId
  if (!isOurs) return failure('malformed')
  return ok({ driveIndex, driveId, arrayId, state })
}

/** The generation that the first block of a slot claims, unchecked; undefined if it is not of this version. */
export function claimedGeneration(header: Uint8Array): number | undefined {
  if (readAscii(header, 0, MAGIC.length) !== MAGIC || getU32(header, VERSION_AT) !== SUPERBLOCK_VERSION) return undefined
  return getU64(header, GENERATION_AT)
}

/** Whether only the beginning of the payload was read. */
export function isCutShort(slot: Uint8Array): boolean {
  return readAscii(slot, 0, MAGIC.length) === MAGIC && getU32(slot, PAYLOAD_BYTES_AT) > slot.length - BLOCK_BYTES
}

/** The newer intact superblock of a drive's two slots. `undefined` is a slot that cannot be read. */
export function newerSuperblock(
  slots: readonly (Uint8Array | undefined)[],
  expected: SuperblockExpectation = {},
  decode: StateDecoder = decodeState,
): Result<Superblock, SuperblockProblem> {
  let newest: Superblock | undefined
  let worst: SuperblockProblem = 'unreadable'
  for (const slot of newestClaimFirst(slots)) {
    if (newest !== undefined && (slot === undefined || claimOf(slot) < newest.state.generation)) break
    const decoded = slot === undefined ? failure<SuperblockProblem>('unreadable') : decodeSuperblock(slot, expected, decode)
    if (decoded.ok) {
      if (newest === undefined || isNewer(decoded.value.state, newest.state)) newest = decoded.value
    } else if (PROBLEM_RANK[decoded.error] > PROBLEM_RANK[worst]) {
      worst = decoded.error
    }
  }
  return newest === undefined ? failure(worst) : ok(newest)
}

/** Puts the newer slot first, so that the older one, which is rarely needed, is rarely decoded. */
function newestClaimFirst(slots: readonly (Uint8Array | undefined)[]): readonly (Uint8Array | undefined)[] {
  return [...slots].sort((one, other) => claimOf(other) - claimOf(one))
}

function claimOf(slot: Uint8Array | undefined): number {
  return slot === undefined ? -1 : (claimedGeneration(slot) ?? -1)
}

/** By generation. If two service owners used the same one, the later epoch is newer. */
export function isNewer(a: ArrayState, b: ArrayState): boolean {
  return a.generation !== b.generation ? a.generation > b.generation : a.serviceEpoch > b.serviceEpoch
}

/**
 * Of two slots without a superblock, the higher rank says more about the drive. A slot that cannot be read says nothing: only a drive
 * that was never in use has a blank slot beside it.
 */
const PROBLEM_RANK: Readonly<Record<SuperblockProblem, number>> = {
  unreadable: 0,
  blank: 1,
  torn: 2,
  'not-ours': 3,
  malformed: 4,
  'unsupported-version': 5,
  'wrong-drive': 6,
  'other-array': 7,
  failed: 8,
}

/** By index: `every` and the iterator take several times as long for a slot of zeros. */
function isBlank(slot: Uint8Array): boolean {
  let end = slot.length
  while (end > 0 && slot[end - 1] === 0) end--
  return end === 0
}

function checksum(bytes: Uint8Array, payloadBytes: number): number {
  const before = crc32c(bytes.subarray(0, CRC_AT))
  const field = crc32c(ZERO_FIELD, before)
  return crc32c(bytes.subarray(CRC_AT + 4, BLOCK_BYTES + payloadBytes), field)
}

const ZERO_FIELD = new Uint8Array(4)

function decodeState(payload: Uint8Array): ArrayState | undefined {
  const state = parseState(payload)
  return state !== undefined && problemOfState(state) === undefined ? state : undefined
}

/** What makes no sense in the state of a slot whose problem is `malformed`, as a sentence; undefined if it is no state at all. */
export function whyMalformed(slot: Uint8Array): string | undefined {
  const state = parseState(slot.subarray(BLOCK_BYTES, BLOCK_BYTES + getU32(slot, PAYLOAD_BYTES_AT)))
  return state === undefined ? undefined : problemOfState(state)
}

function parseState(payload: Uint8Array): ArrayState | undefined {
  const json = parseJson(new TextDecoder().decode(payload))
  const parsed = json.ok ? v.safeParse(arrayStateSchema, json.value) : undefined
  return parsed?.success === true ? parsed.output : undefined
}

function putId(bytes: Uint8Array, offset: number, id: string): void {
  assert(/^[\x21-\x7e]{1,64}$/.test(id), () => `an identifier that cannot stand in a superblock: ${id}`)
  putAscii(bytes, offset, id)
}

function readAscii(bytes: Uint8Array, offset: number, length: number): string {
  let text = ''
  for (let i = offset; i < offset + length && bytes[i] !== 0; i++) text += String.fromCharCode(bytes[i]!)
  return text
}
