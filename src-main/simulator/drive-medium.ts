import type { Prng } from '../base/prng'
import { BLOCK_BYTES } from '../base/units'
import { SUPERBLOCK_AREA_BLOCKS } from '../core/raid/superblock-area'

const PAGE_BLOCKS = 64
const PAGE_BYTES = PAGE_BLOCKS * BLOCK_BYTES

/** The sectors of one virtual drive, zero until they are written. Outlives every controller. */
export class DriveMedium {
  readonly index: number
  readonly blockCount: number
  isFailed = false
  reads = 0
  writes = 0
  /** Extra time that every read and write takes. */
  extraLatencyMs = 0
  /** What its data needs room for that is not there: `holes` that are written for the first time, or every write. */
  shortage: 'holes' | 'everything' | undefined
  /** Sectors that cannot be read until they are written again. */
  readonly latentErrors = new Set<number>()
  /** Those that a fault made unreadable at some time. */
  readonly spoilt = new Set<number>()
  readonly #pages = new Map<number, Uint8Array>()

  constructor(index: number, blockCount: number) {
    this.index = index
    this.blockCount = blockCount
  }

  /** A sector cannot be read from now on, until it is written. */
  spoil(block: number): void {
    this.latentErrors.add(block)
    this.spoilt.add(block)
  }

  read(firstBlock: number, into: Uint8Array): void {
    this.reads++
    let position = firstBlock * BLOCK_BYTES
    for (let offset = 0; offset < into.length;) {
      const pageOffset = position % PAGE_BYTES
      const length = Math.min(PAGE_BYTES - pageOffset, into.length - offset)
      const bytes = this.#pages.get(Math.floor(position / PAGE_BYTES))
      if (bytes === undefined) into.fill(0, offset, offset + length)
      else into.set(bytes.subarray(pageOffset, pageOffset + length), offset)
      offset += length
      position += length
    }
  }

  write(firstBlock: number, from: Uint8Array): void {
    this.writeChunks(firstBlock, [from], from.length / BLOCK_BYTES)
  }

  /** Writes consecutive chunks, up to `blockCount` blocks. */
  writeChunks(firstBlock: number, chunks: readonly Uint8Array[], blockCount: number): void {
    this.writes++
    if (this.latentErrors.size > 0) for (let block = 0; block < blockCount; block++) this.latentErrors.delete(firstBlock + block)
    let position = firstBlock * BLOCK_BYTES
    const end = position + blockCount * BLOCK_BYTES
    for (const chunk of chunks) {
      for (let offset = 0; offset < chunk.length && position < end;) {
        const pageOffset = position % PAGE_BYTES
        const length = Math.min(PAGE_BYTES - pageOffset, chunk.length - offset, end - position)
        this.#page(position).set(length === chunk.length ? chunk : chunk.subarray(offset, offset + length), pageOffset)
        offset += length
        position += length
      }
    }
  }

  /** Silent corruption: flips some bits of a block, and reading it gives no error. */
  corrupt(block: number, random: Prng): void {
    const bytes = new Uint8Array(BLOCK_BYTES)
    this.read(block, bytes)
    const at = random.below(BLOCK_BYTES)
    bytes[at] = (bytes[at] ?? 0) ^ (1 + random.below(255))
    const isUnreadable = this.latentErrors.has(block)
    this.write(block, bytes)
    if (isUnreadable) this.latentErrors.add(block)
  }

  /** Replaces it with another drive, which works and is empty. */
  replace(): void {
    this.#pages.clear()
    this.latentErrors.clear()
    this.isFailed = false
  }

  /** How many of these blocks, from the first on, it has room for. Superblocks have theirs from the beginning. */
  roomFor(firstBlock: number, blockCount: number): number {
    if (this.shortage === undefined) return blockCount
    if (this.shortage === 'everything') return 0
    for (let block = firstBlock; block < firstBlock + blockCount; block++) {
      if (block >= SUPERBLOCK_AREA_BLOCKS && !this.#pages.has(Math.floor(block / PAGE_BLOCKS))) return block - firstBlock
    }
    return blockCount
  }

  /** Runs that have been written, in no order. All the rest is zero. */
  writtenRuns(): readonly { readonly firstBlock: number; readonly blockCount: number }[] {
    return [...this.#pages.keys()].map((page) => ({ firstBlock: page * PAGE_BLOCKS, blockCount: PAGE_BLOCKS }))
  }

  canRead(firstBlock: number, blockCount: number): boolean {
    if (this.latentErrors.size === 0) return true
    for (let block = firstBlock; block < firstBlock + blockCount; block++) if (this.latentErrors.has(block)) return false
    return true
  }

  /** Returns a function that puts back everything as it is now, as on a drive that was away while the others continued. */
  snapshot(): () => void {
    const pages = new Map([...this.#pages].map(([page, bytes]) => [page, bytes.slice()]))
    return () => {
      this.#pages.clear()
      for (const [page, bytes] of pages) this.#pages.set(page, bytes)
    }
  }

  /** The page of a byte, which is about to be written. */
  #page(position: number): Uint8Array {
    const page = Math.floor(position / PAGE_BYTES)
    let bytes = this.#pages.get(page)
    if (bytes === undefined) this.#pages.set(page, (bytes = new Uint8Array(PAGE_BYTES)))
    return bytes
  }
}
