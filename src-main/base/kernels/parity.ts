/**
 * Sums of bytes as RAID 5 and 6 use them, in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1 (0x11D): a sum is an exclusive or.
 * The kernels are faster than their plain twins from one block on, although bytes are copied into their memory and back.
 */
import { assert } from '../assert'
import { kernels, type Kernels } from './kernels'
import { plainMulAddInto, plainParityInto, plainXorInto } from './plain-parity'

/** `target[offset...] ^= source`, for all of `source`. */
export function xorInto(target: Uint8Array, offset: number, source: Uint8Array): void {
  const isInside = offset >= 0 && offset + source.length <= target.length
  assert(isInside, () => `exclusive or of ${source.length} bytes at ${offset} of ${target.length}`)
  const loaded = kernels()
  if (loaded === undefined) plainXorInto(target, offset, source)
  else addSources(loaded, target.subarray(offset, offset + source.length), [source])
}

/** Adds all of these, each as long as the target. */
export function xorAllInto(target: Uint8Array, sources: readonly Uint8Array[]): void {
  for (const { length } of sources) assert(length === target.length, () => `exclusive or of ${length} bytes with ${target.length}`)
  const loaded = kernels()
  if (loaded !== undefined) addSources(loaded, target, sources)
  else for (const source of sources) plainXorInto(target, 0, source)
}

/** `target[offset...] ^= coefficient * source`, for all of `source`. */
export function mulAddInto(target: Uint8Array, offset: number, source: Uint8Array, coefficient: number): void {
  const isInside = offset >= 0 && offset + source.length <= target.length
  assert(isInside, () => `a product of ${source.length} bytes at ${offset} of ${target.length}`)
  assert(coefficient >= 0 && coefficient <= 0xff, () => `${coefficient} is no coefficient`)
  const loaded = kernels()
  if (loaded === undefined) {
    plainMulAddInto(target, offset, source, coefficient)
    return
  }
  for (let at = 0; at < source.length; at += loaded.slotBytes) {
    const byteCount = Math.min(loaded.slotBytes, source.length - at)
    putIntoSlot(loaded, 0, target, offset + at, byteCount)
    putIntoSlot(loaded, 1, source, at, byteCount)
    loaded.mulAdd(byteCount, coefficient)
    takeFromSlot(loaded, 0, target, offset + at, byteCount)
  }
}

/** The parity of chunks, all of one length: P is their sum, Q the sum of each times 2 to the power of its index. */
export function parityInto(p: Uint8Array, q: Uint8Array, chunks: readonly Uint8Array[]): void {
  for (const bytes of [q, ...chunks]) assert(bytes.length === p.length, () => `parity of ${p.length} bytes from ${bytes.length}`)
  const loaded = kernels()
  if (loaded === undefined) {
    plainParityInto(p, q, chunks)
    return
  }
  for (let at = 0; at < p.length; at += loaded.slotBytes) {
    const byteCount = Math.min(loaded.slotBytes, p.length - at)
    clearSlot(loaded, 0, byteCount)
    clearSlot(loaded, 1, byteCount)
    for (let end = chunks.length; end > 0; end -= loaded.sources) {
      const first = Math.max(0, end - loaded.sources)
      for (let chunk = first; chunk < end; chunk++) putIntoSlot(loaded, 2 + chunk - first, chunks[chunk]!, at, byteCount)
      loaded.parity(end - first, byteCount)
    }
    takeFromSlot(loaded, 0, p, at, byteCount)
    takeFromSlot(loaded, 1, q, at, byteCount)
  }
}

function addSources(loaded: Kernels, target: Uint8Array, sources: readonly Uint8Array[]): void {
  for (let at = 0; at < target.length; at += loaded.slotBytes) {
    const byteCount = Math.min(loaded.slotBytes, target.length - at)
    putIntoSlot(loaded, 0, target, at, byteCount)
    for (let first = 0; first < sources.length; first += loaded.sources) {
      const count = Math.min(loaded.sources, sources.length - first)
      for (let source = 0; source < count; source++) putIntoSlot(loaded, 1 + source, sources[first + source]!, at, byteCount)
      loaded.xor(count, byteCount)
    }
    takeFromSlot(loaded, 0, target, at, byteCount)
  }
}

function putIntoSlot({ memory, inputAt, slotStride }: Kernels, slot: number, bytes: Uint8Array, at: number, byteCount: number): void {
  memory.set(bytes.length === byteCount ? bytes : bytes.subarray(at, at + byteCount), inputAt + slot * slotStride)
}

function takeFromSlot({ memory, inputAt, slotStride }: Kernels, slot: number, into: Uint8Array, at: number, byteCount: number): void {
  const from = inputAt + slot * slotStride
  into.set(memory.subarray(from, from + byteCount), at)
}

function clearSlot({ memory, inputAt, slotStride }: Kernels, slot: number, byteCount: number): void {
  const from = inputAt + slot * slotStride
  memory.fill(0, from, from + byteCount)
}
