import { allocateBytes } from '../../base/slab'
import { BLOCK_BYTES } from '../../base/units'

const WORDS = BLOCK_BYTES / 4

/** What a block holds: the value that a host wrote, or something that no host ever wrote. */
export type BlockValue = number | 'garbage'

/** A value that was never written: blocks are zero at first. */
export const FIRST_VALUE = 0
/** No volume has so many blocks. */
const NO_PLACE = 0xff_ffff

/** Blocks that all hold `value` (from 1 on, below 2^32), each with its own address, so that none can pass for another. */
export function blocksOf(value: number, volumeId: number, firstBlock: number, blockCount: number): Uint8Array {
  const bytes = allocateBytes(blockCount * BLOCK_BYTES)
  const words = wordsOf(bytes).fill(value)
  for (let block = 0; block < blockCount; block++) words[block * WORDS + 1] = addressWord(volumeId, firstBlock + block)
  return bytes
}

/** One block for many places: it holds `value` and the volume, but no place. */
export function sameBlockOf(value: number, volumeId: number): Uint8Array {
  return blocksOf(value, volumeId, NO_PLACE, 1)
}

/** What each block holds, in order. */
export function valuesOf(chunks: readonly Uint8Array[], volumeId: number, firstBlock: number): BlockValue[] {
  const values: BlockValue[] = []
  let block = firstBlock
  for (const chunk of chunks) {
    const words = wordsOf(chunk)
    for (let at = 0; at < words.length; at += WORDS) values.push(valueAt(words, at, volumeId, block++))
  }
  return values
}

function valueAt(words: Uint32Array, at: number, volumeId: number, block: number): BlockValue {
  const value = words[at] ?? 0
  const second = words[at + 1] ?? 0
  const address = value === FIRST_VALUE ? 0 : addressWord(volumeId, block)
  if (second !== address && (value === FIRST_VALUE || second !== addressWord(volumeId, NO_PLACE))) return 'garbage'
  for (let word = 2; word < WORDS; word++) if (words[at + word] !== value) return 'garbage'
  return value
}

function addressWord(volumeId: number, block: number): number {
  return volumeId * 0x100_0000 + block
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4)
}
