/** Big-endian fields, as iSCSI and SCSI lay them out. Offsets are in bytes; reads outside the view throw RangeError. */

export function getU16(bytes: Uint8Array, offset: number): number {
  return (at(bytes, offset) << 8) | at(bytes, offset + 1)
}

export function getU24(bytes: Uint8Array, offset: number): number {
  return (at(bytes, offset) << 16) | (at(bytes, offset + 1) << 8) | at(bytes, offset + 2)
}

export function getU32(bytes: Uint8Array, offset: number): number {
  return ((at(bytes, offset) << 24) | (at(bytes, offset + 1) << 16) | (at(bytes, offset + 2) << 8) | at(bytes, offset + 3)) >>> 0
}

/** 64 bits as a number: exact up to 2^53 - 1; larger values come back as Infinity, so that every bound refuses them. */
export function getU64(bytes: Uint8Array, offset: number): number {
  const high = getU32(bytes, offset)
  const low = getU32(bytes, offset + 4)
  // Addition would turn it into a floating-point number in V8 and give every object that holds it another hidden class.
  if (high === 0) return low
  const value = high * 0x1_0000_0000 + low
  return value <= Number.MAX_SAFE_INTEGER ? value : Number.POSITIVE_INFINITY
}

export function putU16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8
  bytes[offset + 1] = value
}

export function putU24(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 16
  bytes[offset + 1] = value >>> 8
  bytes[offset + 2] = value
}

export function putU32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24
  bytes[offset + 1] = value >>> 16
  bytes[offset + 2] = value >>> 8
  bytes[offset + 3] = value
}

export function putU64(bytes: Uint8Array, offset: number, value: number): void {
  putU32(bytes, offset, Math.floor(value / 0x1_0000_0000))
  putU32(bytes, offset + 4, value >>> 0)
}

export function putAscii(bytes: Uint8Array, offset: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i) & 0x7f
}

/** Left-aligned ASCII, padded with spaces to `length` (SPC-4 4.3.1). */
export function putPaddedAscii(bytes: Uint8Array, offset: number, length: number, text: string): void {
  bytes.fill(0x20, offset, offset + length)
  putAscii(bytes, offset, text.slice(0, length))
}

/** By words of 32 bits where both are aligned to them. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  const { length } = a
  if (length !== b.length) return false
  let done = 0
  if (a.byteOffset % 4 === 0 && b.byteOffset % 4 === 0) {
    const words = length >>> 2
    const one = new Int32Array(a.buffer, a.byteOffset, words)
    const other = new Int32Array(b.buffer, b.byteOffset, words)
    for (let i = 0; i < words; i++) if (one[i] !== other[i]) return false
    done = words << 2
  }
  for (; done < length; done++) if (a[done] !== b[done]) return false
  return true
}

export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const chunk of chunks) length += chunk.length
  const whole = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}

function at(bytes: Uint8Array, offset: number): number {
  const value = bytes[offset]
  if (value === undefined) throw new RangeError(`byte ${offset} is outside ${bytes.length} bytes`)
  return value
}
