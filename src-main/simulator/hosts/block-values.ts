import { allocateBytes } from '../../base/slab'
import { BLOCK_BYTES } from '../../base/units'

const WORDS = BLOCK_BYTES / 4

/** What a block holds: the value that a host wrote, or something that no host ever wrote. */
export type BlockValue = number | 'garbage'

/** A value that was never written: blocks are zero at first. */
export const FIRST_VALUE = 0

/** Blocks that all hold `value` (from 1 on, below 2^32), each with its own address, so that none can pass for another. */
export function blocksOf(value: number, volumeId: number, firstBlock: number, blockCount: number): Uint8Array {
  const bytes = allocateBytes(blockCount * BLOCK_BYTES)
  const words = wordsOf(bytes).fill(value)
  for (let block = 0; block < blockCount; block++) words[block * WORDS + 1] = addressWord(volumeId, firstBlock + block)
  return bytes
}

/** What each block holds, in order. */
export function valuesOf(chunks: readonly Uint8Array[], volumeId: number, firstBlock: number): BlockValue[] {
  const values: BlockValue[] = []
  let block = firstBlock
  for (const chunk of chunks) {
    const words = wordsOf(chunk)
    for (let at = 0; at < words.length; at += WORDS) values.push(valueAt(words, at, addressWord(volumeId, block++)))
  }
  return values
}

function valueAt(words: Uint32Array, at: number, address: number): BlockValue {
  const value = words[at] ?? 0
  const second = words[at + 1] ?? 0
  if (second !== (value === FIRST_VALUE ? 0 : address)) return 'garbage'
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
