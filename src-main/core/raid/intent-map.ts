import { getU32, getU64, putAscii, putU32, putU64 } from '../../base/bytes'
import { crc32c } from '../../base/crc32c'
import { BLOCK_BYTES } from '../../base/units'
import { SUPERBLOCK_SLOT_BYTES } from './superblock'

/**
 * The write-intent map of a volume: one sector on every drive of its groups, behind the two superblocks. It says in which regions
 * stripes may be half updated, so whoever comes next knows what is in doubt, even if all NVRAM is lost.
 *
 *     0  magic "TKINTENT"     20  stripes of a region     32  written: a bit for each region (240 bytes)
 *     8  epoch (64)           24  CRC-32C (this field 0) 272  doubtful: likewise
 *    16  sequence             28  volume id
 *
 * - *written*: the owner of that epoch may be updating stripes there. Its log knows which.
 * - *doubtful*: an earlier owner was, and no log knows which. Copies and parity there are not to be believed.
 *
 * A drive that was away has an older map: the one with the highest epoch and sequence is true.
 */
export const INTENT_REGIONS = 1920
/** The block of a drive with the map of volume 0. The others follow it. */
const FIRST_BLOCK = (2 * SUPERBLOCK_SLOT_BYTES) / BLOCK_BYTES

const MAGIC = 'TKINTENT'
const EPOCH_AT = 8
const SEQUENCE_AT = 16
const REGION_STRIPES_AT = 20
const CRC_AT = 24
const VOLUME_AT = 28
const WRITTEN_AT = 32
const BITMAP_BYTES = INTENT_REGIONS / 8
const DOUBTFUL_AT = WRITTEN_AT + BITMAP_BYTES

/** A region is marked where its element is not 0. The arrays have an element for each region, marked or not. */
export interface IntentMap {
  readonly volumeId: number
  readonly epoch: number
  readonly sequence: number
  readonly regionStripes: number
  readonly written: Uint8Array
  readonly doubtful: Uint8Array
}

export function intentBlock(volumeId: number): number {
  return FIRST_BLOCK + volumeId
}

/** How many stripes a region has if the volume has so many. */
export function regionStripesOf(stripeCount: number): number {
  return Math.max(1, Math.ceil(stripeCount / INTENT_REGIONS))
}

export function encodeIntentMap(map: IntentMap): Uint8Array {
  const bytes = new Uint8Array(BLOCK_BYTES)
  putAscii(bytes, 0, MAGIC)
  putU64(bytes, EPOCH_AT, map.epoch)
  putU32(bytes, SEQUENCE_AT, map.sequence)
  putU32(bytes, REGION_STRIPES_AT, map.regionStripes)
  putU32(bytes, VOLUME_AT, map.volumeId)
  putBits(bytes, WRITTEN_AT, map.written)
  putBits(bytes, DOUBTFUL_AT, map.doubtful)
  putU32(bytes, CRC_AT, crc32c(bytes))
  return bytes
}

/** - `blank`: there never was a map; `broken`: there is something else, or it is not whole */
export function decodeIntentMap(sector: Uint8Array, volumeId: number): IntentMap | 'blank' | 'broken' {
  if (sector.every((byte) => byte === 0)) return 'blank'
  const bytes = sector.slice()
  const crc = getU32(bytes, CRC_AT)
  putU32(bytes, CRC_AT, 0)
  for (let i = 0; i < MAGIC.length; i++) if (bytes[i] !== MAGIC.charCodeAt(i)) return 'broken'
  if (crc !== crc32c(bytes) || getU32(bytes, VOLUME_AT) !== volumeId) return 'broken'
  return {
    volumeId,
    epoch: getU64(bytes, EPOCH_AT),
    sequence: getU32(bytes, SEQUENCE_AT),
    regionStripes: getU32(bytes, REGION_STRIPES_AT),
    written: bitsAt(bytes, WRITTEN_AT),
    doubtful: bitsAt(bytes, DOUBTFUL_AT),
  }
}

/**
 * The map that counts among those of several drives. Undefined for a drive that could not be read. `none`: nobody ever wrote one.
 * `unknown`: there may be one, but no drive can give it.
 */
export function newestIntentMap(sectors: readonly (Uint8Array | undefined)[], volumeId: number): IntentMap | 'none' | 'unknown' {
  let newest: IntentMap | undefined
  let blank = 0
  for (const sector of sectors) {
    const map = sector === undefined ? 'broken' : decodeIntentMap(sector, volumeId)
    if (map === 'blank') blank++
    else if (map !== 'broken' && (newest === undefined || isNewer(map, newest))) newest = map
  }
  return newest ?? (blank > 0 ? 'none' : 'unknown')
}

function isNewer(one: IntentMap, other: IntentMap): boolean {
  return one.epoch === other.epoch ? one.sequence > other.sequence : one.epoch > other.epoch
}

function putBits(bytes: Uint8Array, at: number, marks: Uint8Array): void {
  marks.forEach((mark, region) => {
    if (mark !== 0) bytes[at + (region >> 3)]! |= 1 << (region & 7)
  })
}

function bitsAt(bytes: Uint8Array, at: number): Uint8Array {
  return Uint8Array.from({ length: INTENT_REGIONS }, (_, region) => (bytes[at + (region >> 3)]! >> (region & 7)) & 1)
}
