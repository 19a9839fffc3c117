import { assert } from '../../../base/assert'
import { crc32c } from '../../../base/crc32c'
import { DIGEST_BYTES, HEADER_BYTES, MAX_AHS_BYTES, MAX_DATA_SEGMENT_BYTES, putLengths } from './layout'

/** Which digests a connection uses in its full feature phase (RFC 7143 §11.2.3, §13.1). */
export interface DigestUse {
  readonly header: boolean
  readonly data: boolean
}

export const NO_DIGESTS: DigestUse = { header: false, data: false }
export const NO_DATA: readonly Uint8Array[] = []
const NO_BYTES = new Uint8Array(0)
const PADDING = [NO_BYTES, new Uint8Array(1), new Uint8Array(2), new Uint8Array(3)] as const

export interface PduParts {
  /** 48 bytes; its length fields are filled in here. */
  readonly header: Uint8Array
  /** Whole four-byte words. */
  readonly ahs?: Uint8Array
  readonly data?: readonly Uint8Array[]
  /** The sum of the lengths of `data`, if the caller knows it already. */
  readonly dataBytes?: number
}

/** Appends to `out` the bytes of one PDU in wire order: header, AHS, digest, data, padding, digest. Copies no data. */
export function assemblePdu(parts: PduParts, digests: DigestUse, out: Uint8Array[]): void {
  const { header, ahs = NO_BYTES, data = NO_DATA } = parts
  const dataBytes = parts.dataBytes ?? totalBytes(data)
  assert(header.length === HEADER_BYTES, `a header of ${header.length} bytes`)
  assert(ahs.length % 4 === 0 && ahs.length <= MAX_AHS_BYTES, `an additional header of ${ahs.length} bytes`)
  assert(dataBytes <= MAX_DATA_SEGMENT_BYTES, `a data segment of ${dataBytes} bytes`)
  putLengths(header, ahs.length, dataBytes)
  out.push(header)
  if (ahs.length > 0) out.push(ahs)
  if (digests.header) out.push(digestBytes(crc32c(ahs, crc32c(header))))
  if (dataBytes === 0) return
  for (const chunk of data) out.push(chunk)
  const padding = PADDING[(4 - (dataBytes & 3)) & 3]!
  if (padding.length > 0) out.push(padding)
  if (digests.data) out.push(digestBytes(crc32c(padding, crc32cOf(data))))
}

export function totalBytes(chunks: readonly Uint8Array[]): number {
  let total = 0
  for (const chunk of chunks) total += chunk.length
  return total
}

export function crc32cOf(chunks: readonly Uint8Array[]): number {
  let crc = 0
  for (const chunk of chunks) crc = crc32c(chunk, crc)
  return crc
}

/** A digest goes out with its least significant byte first: the digest of 32 zero bytes is AA 36 91 8A (RFC 7143 appendix A.4). */
function digestBytes(crc: number): Uint8Array {
  const bytes = new Uint8Array(DIGEST_BYTES)
  bytes[0] = crc
  bytes[1] = crc >>> 8
  bytes[2] = crc >>> 16
  bytes[3] = crc >>> 24
  return bytes
}

export function getDigest(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>> 0
}
