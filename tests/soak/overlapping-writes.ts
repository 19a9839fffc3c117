/**
 * What a block may hold after writes that overlap in time and place: the data of any write that no other one has certainly
 * replaced. A write replaces those that were acknowledged before it was sent, once it is acknowledged itself.
 */
import { present } from '../../src-main/base/assert'
import { getU32, putU32 } from '../../src-main/base/bytes'
import { BLOCK_BYTES } from '../../src-main/base/units'

export interface OverlappingWrite {
  readonly number: number
  readonly firstBlock: number
  readonly blockCount: number
  /** Moments by the count of events. */
  readonly sentAt: number
  acknowledgedAt: number | undefined
}

/** Before the first write there are zeros. */
const NOTHING: OverlappingWrite = { number: 0, firstBlock: 0, blockCount: 0, sentAt: -1, acknowledgedAt: -1 }
const WORDS = [0x6f766572, 0x6c617073] as const
const HEAD_BYTES = 16

export class OverlappingWrites {
  readonly #possible: (readonly OverlappingWrite[])[]
  #moment = 0
  #numbers = 0
  acknowledged = 0

  constructor(blockCount: number) {
    this.#possible = new Array<readonly OverlappingWrite[]>(blockCount).fill([NOTHING])
  }

  send(firstBlock: number, blockCount: number): OverlappingWrite {
    const write: OverlappingWrite = { number: ++this.#numbers, firstBlock, blockCount, sentAt: this.#moment++, acknowledgedAt: undefined }
    for (let block = firstBlock; block < firstBlock + blockCount; block++) this.#possible[block] = [...this.#possibleAt(block), write]
    return write
  }

  acknowledge(write: OverlappingWrite): void {
    this.acknowledged++
    write.acknowledgedAt = this.#moment++
    const isReplaced = ({ acknowledgedAt }: OverlappingWrite): boolean => acknowledgedAt !== undefined && acknowledgedAt < write.sentAt
    for (let block = write.firstBlock; block < write.firstBlock + write.blockCount; block++) {
      this.#possible[block] = this.#possibleAt(block).filter((other) => !isReplaced(other))
    }
  }

  /** A sentence if the block may not hold this. */
  complaint(block: number, bytes: Uint8Array): string | undefined {
    const number = numberIn(block, bytes)
    const possible = this.#possibleAt(block).map((write) => write.number)
    if (number !== undefined && possible.includes(number)) return undefined
    const found = number === undefined ? 'nobody knows what' : `write ${number}`
    return `block ${block} of the overlapping writes holds ${found}, not one of ${possible.join(', ')}`
  }

  #possibleAt(block: number): readonly OverlappingWrite[] {
    return present(this.#possible[block], 'a block of the overlapping writes')
  }
}

/** Every block names its write and itself, and is full of it. */
export function contentOf({ number, firstBlock, blockCount }: OverlappingWrite): Uint8Array {
  const bytes = new Uint8Array(blockCount * BLOCK_BYTES)
  for (let index = 0; index < blockCount; index++) {
    const at = index * BLOCK_BYTES
    ;[...WORDS, number, firstBlock + index].forEach((word, position) => putU32(bytes, at + 4 * position, word))
    for (let copied = HEAD_BYTES; copied < BLOCK_BYTES; copied *= 2) bytes.copyWithin(at + copied, at, at + copied)
  }
  return bytes
}

/** Undefined if it is neither zeros nor the content of a write. */
function numberIn(block: number, bytes: Uint8Array): number | undefined {
  if (bytes.every((byte) => byte === 0)) return NOTHING.number
  const number = getU32(bytes, 8)
  const expected = contentOf({ number, firstBlock: block, blockCount: 1, sentAt: 0, acknowledgedAt: undefined })
  return bytes.every((byte, at) => byte === expected[at]) ? number : undefined
}
