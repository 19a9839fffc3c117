import type { Prng } from '../base/prng'
import { BLOCK_BYTES } from '../base/units'
import type { ControllerId } from '../contract/controller-id'
import { SUPERBLOCK_SLOT_BYTES } from '../core/raid/superblock'
import { SUPERBLOCK_AREA_BLOCKS } from '../core/raid/superblock-area'
import type { DriveCache } from './drive-cache'

const PAGE_BLOCKS = 64
const PAGE_BYTES = PAGE_BLOCKS * BLOCK_BYTES
const SUPERBLOCKS_END = (2 * SUPERBLOCK_SLOT_BYTES) / BLOCK_BYTES

/** What is in an image file, by page. */
export type DriveFile = Map<number, Uint8Array>

/** The sectors of one virtual drive, zero until they are written. Outlives every controller. */
export class DriveMedium {
  readonly index: number
  readonly blockCount: number
  reads = 0
  writes = 0
  /** Extra time that every read and write takes. */
  extraLatencyMs = 0
  /** What needs room that is not there: `holes` that are written for the first time, every write, or only superblocks. */
  shortage: 'holes' | 'everything' | 'superblocks' | undefined
  /** It takes writes and cannot put them on stable storage. */
  flushesFail = false
  /** What it has taken may be lost with the power, until it is flushed. */
  cache: DriveCache | undefined
  /** Sectors that cannot be read until they are written again. */
  readonly latentErrors = new Set<number>()
  /** Those that a fault made unreadable at some time. */
  readonly spoilt = new Set<number>()
  #isFailed = false
  /** Since it failed, these have read from it in vain, or flushed it. */
  readonly #missedBy = new Set<ControllerId>()
  #file: DriveFile = new Map()
  #endBlock: number
  /** Since it was cut, somebody has opened it. */
  #isCutKnown = false
  /** Another file is in its place: nobody has opened it yet, or it is open and not rebuilt. */
  #foreign: { readonly before: DriveFile; isOpen: boolean } | undefined
  #astray: { readonly from: number; readonly to: number; readonly goes: () => boolean } | undefined

  constructor(index: number, blockCount: number) {
    this.index = index
    this.blockCount = blockCount
    this.#endBlock = blockCount
  }

  /** What is in its place now. Whoever has opened it before may still use an older file. */
  get file(): DriveFile {
    return this.#file
  }

  /** It does not answer. */
  get isFailed(): boolean {
    return this.#isFailed
  }

  set isFailed(isFailed: boolean) {
    this.#isFailed = isFailed
    if (!isFailed) this.#missedBy.clear()
  }

  /** Blocks from here on are gone: the file was cut. */
  get endBlock(): number {
    return this.#endBlock
  }

  get isCut(): boolean {
    return this.#endBlock < this.blockCount
  }

  /** It cannot be relied on: it does not answer, was cut, or another file is in its place that nobody has rebuilt. */
  get isBroken(): boolean {
    return this.isFailed || this.isCut || this.#foreign !== undefined
  }

  /** It cannot give what it should. While nobody has opened the file that was put in its place, all use the one before. */
  get isOut(): boolean {
    return this.isFailed || this.isCut || this.#foreign?.isOpen === true
  }

  /**
   * The same, as far as this controller can know. A failure shows when it reads or flushes. A cut shows to whoever opens the drive
   * after it, and to others only where they use what is gone.
   */
  isKnownOut(controller: ControllerId): boolean {
    return this.#missedBy.has(controller) || (this.isCut && this.#isCutKnown) || this.#foreign?.isOpen === true
  }

  /** Another file is in its place, which nobody has taken in yet. */
  get isExchanged(): boolean {
    return this.#foreign !== undefined
  }

  /** What controllers use: the file in its place, or the one before as long as nobody has opened that. */
  get fileInUse(): DriveFile {
    return this.#foreign?.isOpen === false ? this.#foreign.before : this.#file
  }

  /** Of a controller that starts, or goes on with what is in its place now. */
  open(): DriveFile {
    if (this.#foreign !== undefined) this.#foreign.isOpen = true
    this.#isCutKnown = this.isCut
    return this.#file
  }

  /** A read or flush of this controller got no answer. Its writes do not count: a claim may be complete when one of them fails. */
  missed(controller: ControllerId): void {
    if (this.#isFailed) this.#missedBy.add(controller)
  }

  /** Cuts the file: what was behind is gone. */
  cut(endBlock: number): void {
    if (!this.isCut) this.#isCutKnown = false
    this.#endBlock = Math.min(this.#endBlock, endBlock)
    for (const page of this.#file.keys()) if (page * PAGE_BLOCKS >= endBlock) this.#file.delete(page)
  }

  /** Puts another file in its place. Whoever has the old one open does not notice. */
  swap(file: DriveFile): void {
    this.#foreign = { before: this.#file, isOpen: false }
    this.#file = file
    this.#endBlock = this.blockCount
    this.latentErrors.clear()
  }

  /** What is in its place is taken for it from now on, and rebuilt. */
  accepted(): void {
    this.#foreign = undefined
  }

  /** The next write of one sector goes to another one if `goes` says so then, and the drive says nothing. */
  misdirect(from: number, to: number, goes: () => boolean): void {
    this.#astray = { from, to, goes }
  }

  /** A sector cannot be read from now on, until it is written. */
  spoil(block: number): void {
    this.latentErrors.add(block)
    this.spoilt.add(block)
  }

  /** `file`: what the reader has opened. */
  read(firstBlock: number, into: Uint8Array, file = this.#file): void {
    this.reads++
    let position = firstBlock * BLOCK_BYTES
    for (let offset = 0; offset < into.length;) {
      const pageOffset = position % PAGE_BYTES
      const length = Math.min(PAGE_BYTES - pageOffset, into.length - offset)
      const bytes = file.get(Math.floor(position / PAGE_BYTES))
      if (bytes === undefined) into.fill(0, offset, offset + length)
      else into.set(bytes.subarray(pageOffset, pageOffset + length), offset)
      offset += length
      position += length
    }
  }

  write(firstBlock: number, from: Uint8Array): void {
    this.writeChunks(firstBlock, [from], from.length / BLOCK_BYTES)
  }

  /** Writes consecutive chunks, up to `blockCount` blocks. `file`: what the writer has opened. */
  writeChunks(firstBlock: number, chunks: readonly Uint8Array[], blockCount: number, file = this.#file): void {
    this.writes++
    const restore = file === this.#file ? this.#leadAstray(firstBlock, blockCount) : undefined
    this.#put(firstBlock, chunks, blockCount, file)
    restore?.()
  }

  #put(firstBlock: number, chunks: readonly Uint8Array[], blockCount: number, file: DriveFile): void {
    if (this.cache !== undefined) this.#noteUnstable(this.cache, firstBlock, blockCount)
    if (this.latentErrors.size > 0) for (let block = 0; block < blockCount; block++) this.latentErrors.delete(firstBlock + block)
    let position = firstBlock * BLOCK_BYTES
    const end = position + blockCount * BLOCK_BYTES
    for (const chunk of chunks) {
      for (let offset = 0; offset < chunk.length && position < end;) {
        const pageOffset = position % PAGE_BYTES
        const length = Math.min(PAGE_BYTES - pageOffset, chunk.length - offset, end - position)
        pageOf(file, position).set(length === chunk.length ? chunk : chunk.subarray(offset, offset + length), pageOffset)
        offset += length
        position += length
      }
    }
  }

  #noteUnstable(cache: DriveCache, firstBlock: number, blockCount: number): void {
    for (let block = firstBlock; block < firstBlock + blockCount; block++) {
      cache.note(block, () => {
        const bytes = new Uint8Array(BLOCK_BYTES)
        this.read(block, bytes)
        return bytes
      })
    }
  }

  /** The power is gone, and with it some of what nobody flushed. Returns the sectors that hold something older now. */
  losePower(random: Prng): readonly number[] {
    const lost = this.cache?.lose(random) ?? new Map<number, Uint8Array>()
    for (const [block, bytes] of lost) this.#put(block, [bytes], 1, this.#file)
    this.cache?.flushBegins()()
    return [...lost.keys()]
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

  /** Replaces it with another drive, which works and is empty. Whoever still has the old one open reads on there. */
  replace(): void {
    this.#file = new Map()
    this.#endBlock = this.blockCount
    this.latentErrors.clear()
    this.isFailed = false
  }

  /** How many of these blocks, from the first on, it has room for. Superblocks have theirs from the beginning. */
  roomFor(firstBlock: number, blockCount: number): number {
    if (this.shortage === undefined) return blockCount
    if (this.shortage === 'everything') return 0
    if (this.shortage === 'superblocks') return firstBlock < SUPERBLOCKS_END ? 0 : blockCount
    for (let block = firstBlock; block < firstBlock + blockCount; block++) {
      if (block >= SUPERBLOCK_AREA_BLOCKS && !this.#file.has(Math.floor(block / PAGE_BLOCKS))) return block - firstBlock
    }
    return blockCount
  }

  /** Runs that have been written, in no order. All the rest is zero. */
  writtenRuns(): readonly { readonly firstBlock: number; readonly blockCount: number }[] {
    return [...this.fileInUse.keys()].map((page) => ({ firstBlock: page * PAGE_BLOCKS, blockCount: PAGE_BLOCKS }))
  }

  canRead(firstBlock: number, blockCount: number): boolean {
    if (this.latentErrors.size === 0) return true
    for (let block = firstBlock; block < firstBlock + blockCount; block++) if (this.latentErrors.has(block)) return false
    return true
  }

  /** Returns a function that puts back everything as it is now, as on a drive that was away while the others continued. */
  snapshot(): () => void {
    const pages = this.copy()
    return () => {
      this.#file.clear()
      for (const [page, bytes] of pages) this.#file.set(page, bytes)
    }
  }

  /** A copy of the file. */
  copy(): DriveFile {
    return new Map([...this.#file].map(([page, bytes]) => [page, bytes.slice()]))
  }

  /** Before a write; what it returns sends one of its sectors elsewhere afterwards. */
  #leadAstray(firstBlock: number, blockCount: number): (() => void) | undefined {
    const astray = this.#astray
    if (astray === undefined || astray.from < firstBlock || astray.from >= firstBlock + blockCount) return undefined
    this.#astray = undefined
    if (!astray.goes()) return undefined
    const before = new Uint8Array(BLOCK_BYTES)
    this.read(astray.from, before)
    return () => {
      const written = new Uint8Array(BLOCK_BYTES)
      this.read(astray.from, written)
      this.#put(astray.from, [before], 1, this.#file)
      this.#put(astray.to, [written], 1, this.#file)
    }
  }
}

/** The page of a byte, which is about to be written. */
function pageOf(file: DriveFile, position: number): Uint8Array {
  const page = Math.floor(position / PAGE_BYTES)
  let bytes = file.get(page)
  if (bytes === undefined) file.set(page, (bytes = new Uint8Array(PAGE_BYTES)))
  return bytes
}
