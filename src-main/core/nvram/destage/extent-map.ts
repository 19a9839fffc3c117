import { BLOCK_BYTES } from '../../../base/units'
import { RECORD_HEADER_BYTES } from '../log/record'

/** Where an extent has its data: an encoded record, and the block of the volume at which it begins. */
export interface ExtentSource {
  readonly firstBlock: number
  readonly bytes: Uint8Array
}

/** A run of blocks whose newest data is in one record. `write` is the write to the drives that includes it, if any does. */
export interface Extent<S extends ExtentSource> {
  readonly firstBlock: number
  readonly endBlock: number
  readonly source: S
  write: object | undefined
}

/**
 * Knows which record has the newest data of each block. The extents do not overlap and are in ascending order. A lookup is a
 * binary search. An insertion moves the extents behind it.
 */
export class ExtentMap<S extends ExtentSource> {
  readonly #extents: Extent<S>[] = []

  get isEmpty(): boolean {
    return this.#extents.length === 0
  }

  get size(): number {
    return this.#extents.length
  }

  all(): readonly Extent<S>[] {
    return this.#extents
  }

  overlaps(firstBlock: number, endBlock: number): boolean {
    const extent = this.#extents[this.#firstEndingAfter(firstBlock)]
    return extent !== undefined && extent.firstBlock < endBlock
  }

  /** The extents that overlap a range. They are not cut to it. */
  within(firstBlock: number, endBlock: number): Extent<S>[] {
    const from = this.#firstEndingAfter(firstBlock)
    let to = from
    while (to < this.#extents.length && this.#extents[to]!.firstBlock < endBlock) to++
    return this.#extents.slice(from, to)
  }

  /** Calls `covered` for each part of an older extent that the new one hides. */
  insert(
    range: { readonly firstBlock: number; readonly endBlock: number; readonly source: S },
    covered: (source: S, blockCount: number) => void,
  ): void {
    const cuts = this.#cut(range.firstBlock, range.endBlock, () => true)
    this.#extents.splice(this.#firstEndingAfter(range.firstBlock), 0, {
      firstBlock: range.firstBlock,
      endBlock: range.endBlock,
      source: range.source,
      write: undefined,
    })
    for (const { source, blockCount } of cuts) covered(source, blockCount)
  }

  /** Splits the extent that lies across this border, unless a write includes it. */
  splitAt(block: number): void {
    const at = this.#firstEndingAfter(block)
    const extent = this.#extents[at]
    if (extent === undefined || extent.firstBlock >= block || extent.write !== undefined) return
    this.#extents.splice(at, 1, partOf(extent, extent.firstBlock, block), partOf(extent, block, extent.endBlock))
  }

  /** Removes what a finished write has brought to the drives. What was inserted over it meanwhile stays. */
  remove(firstBlock: number, endBlock: number, write: object, removed: (source: S, blockCount: number) => void): void {
    for (const { source, blockCount } of this.#cut(firstBlock, endBlock, (extent) => extent.write === write)) removed(source, blockCount)
  }

  /** The extent and the free extents beside it, without gaps and with at most `blockLimit` blocks together. */
  runAround(extent: Extent<S>, blockLimit: number, isFree: (candidate: Extent<S>) => boolean): Extent<S>[] {
    const extents = this.#extents
    let from = this.#firstEndingAfter(extent.firstBlock)
    let to = from + 1
    let blocks = extent.endBlock - extent.firstBlock
    const take = (candidate: Extent<S> | undefined, adjacent: (candidate: Extent<S>) => boolean): boolean => {
      if (candidate === undefined || !adjacent(candidate) || !isFree(candidate)) return false
      const length = candidate.endBlock - candidate.firstBlock
      if (blocks + length > blockLimit) return false
      blocks += length
      return true
    }
    while (take(extents[to], (next) => next.firstBlock === extents[to - 1]!.endBlock)) to++
    while (take(extents[from - 1], (before) => before.endBlock === extents[from]!.firstBlock)) from--
    return extents.slice(from, to)
  }

  #cut(
    firstBlock: number,
    endBlock: number,
    applies: (extent: Extent<S>) => boolean,
  ): { readonly source: S; readonly blockCount: number }[] {
    const extents = this.#extents
    const cuts: { readonly source: S; readonly blockCount: number }[] = []
    let at = this.#firstEndingAfter(firstBlock)
    while (at < extents.length && extents[at]!.firstBlock < endBlock) {
      const extent = extents[at]!
      if (!applies(extent)) {
        at++
        continue
      }
      const rest: Extent<S>[] = []
      if (extent.firstBlock < firstBlock) rest.push(partOf(extent, extent.firstBlock, firstBlock))
      if (extent.endBlock > endBlock) rest.push(partOf(extent, endBlock, extent.endBlock))
      extents.splice(at, 1, ...rest)
      at += rest.length
      cuts.push({ source: extent.source, blockCount: Math.min(extent.endBlock, endBlock) - Math.max(extent.firstBlock, firstBlock) })
    }
    return cuts
  }

  #firstEndingAfter(block: number): number {
    let low = 0
    let high = this.#extents.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#extents[middle]!.endBlock <= block) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Spelled out, because a copy with `...` takes several times as long. */
function partOf<S extends ExtentSource>({ source, write }: Extent<S>, firstBlock: number, endBlock: number): Extent<S> {
  return { firstBlock, endBlock, source, write }
}

/** The bytes of a range that is in the extent. */
export function bytesOf({ source }: { readonly source: ExtentSource }, firstBlock: number, endBlock: number): Uint8Array {
  const start = RECORD_HEADER_BYTES - source.firstBlock * BLOCK_BYTES
  return source.bytes.subarray(start + firstBlock * BLOCK_BYTES, start + endBlock * BLOCK_BYTES)
}

/**
 * Lays the extents over what the drives gave. They are the extents from when the read began. A read may see what came later,
 * but need not.
 */
export function showOver<S extends ExtentSource>(
  extents: readonly Extent<S>[],
  range: { readonly firstBlock: number; readonly bytes: Uint8Array },
): void {
  const endBlock = range.firstBlock + range.bytes.length / BLOCK_BYTES
  for (const extent of extents) {
    const from = Math.max(extent.firstBlock, range.firstBlock)
    const to = Math.min(extent.endBlock, endBlock)
    if (to > from) range.bytes.set(bytesOf(extent, from, to), (from - range.firstBlock) * BLOCK_BYTES)
  }
}

/** The data of a range, if the extents cover all of it. Undefined if they leave a gap. */
export function coveredBy<S extends ExtentSource>(
  extents: readonly Extent<S>[],
  firstBlock: number,
  endBlock: number,
): Uint8Array[] | undefined {
  const chunks: Uint8Array[] = []
  let at = firstBlock
  for (const extent of extents) {
    if (extent.firstBlock > at) return undefined
    const to = Math.min(extent.endBlock, endBlock)
    chunks.push(bytesOf(extent, at, to))
    at = to
  }
  return at >= endBlock ? chunks : undefined
}
