import type { HostVolume } from './ground'
import { blocksOf, FIRST_VALUE, sameBlockOf } from './block-values'
import { BLOCK_BYTES } from '../../base/units'

export interface BlockPlace {
  readonly volume: HostVolume
  readonly firstBlock: number
  readonly blockCount: number
}

/** What a block is known to hold; `isSame`: in the form of WRITE SAME, which names no place. */
export interface KnownValue {
  readonly value: number
  readonly isSame: boolean
}

/** What the blocks of a range held when somebody looked, if that is certain. */
export interface KnownRange {
  readonly values: readonly KnownValue[]
  readonly versions: readonly number[]
}

interface Known {
  holds: KnownValue | undefined
  /** Writes whose end is not known. */
  open: number
  /** Several writes were under way at the same time, so which of them is last is unknown. */
  isMixed: boolean
  /** Counts the writes. */
  version: number
}

/** What one host knows for certain of blocks that only it writes. */
export class KnownBlocks {
  readonly #blocks = new Map<string, Known>()

  writeBegins(place: BlockPlace): void {
    for (const known of this.#all(place)) {
      if (known.open > 0) known.isMixed = true
      known.open++
      known.version++
    }
  }

  writeEnds(place: BlockPlace, holds: KnownValue): void {
    this.#end(place, (known) => (known.holds = holds))
  }

  /** It wrote nothing. */
  writeIsRefused(place: BlockPlace): void {
    this.#end(place, () => undefined)
  }

  /** It may have written. */
  writeIsOver(place: BlockPlace): void {
    this.#end(place, (known) => (known.holds = undefined))
  }

  /** Undefined: nobody can say. */
  look(place: BlockPlace): KnownRange | undefined {
    const all = this.#all(place)
    const values = all.flatMap(({ holds, open }) => (holds === undefined || open > 0 ? [] : [holds]))
    return values.length === all.length ? { values, versions: all.map(({ version }) => version) } : undefined
  }

  /** No write has begun since. */
  isUnchanged(place: BlockPlace, { versions }: KnownRange): boolean {
    return this.#all(place).every(({ version }, index) => version === versions[index])
  }

  /** Only one write is under way. */
  isAlone(place: BlockPlace): boolean {
    return this.#all(place).every(({ open, isMixed }) => open === 1 && !isMixed)
  }

  #end(place: BlockPlace, change: (known: Known) => void): void {
    for (const known of this.#all(place)) {
      known.open--
      if (known.isMixed) known.holds = undefined
      else change(known)
      if (known.open === 0) known.isMixed = false
    }
  }

  #all({ volume, firstBlock, blockCount }: BlockPlace): readonly Known[] {
    return Array.from({ length: blockCount }, (_, index) => {
      const name = `${volume.contentId} ${firstBlock + index}`
      let known = this.#blocks.get(name)
      if (known === undefined) {
        known = { holds: { value: FIRST_VALUE, isSame: false }, open: 0, isMixed: false, version: 0 }
        this.#blocks.set(name, known)
      }
      return known
    })
  }
}

/** The bytes of blocks that hold these values. */
export function bytesOf(values: readonly KnownValue[], { volume, firstBlock }: BlockPlace): Uint8Array {
  const bytes = new Uint8Array(values.length * BLOCK_BYTES)
  for (const [index, { value, isSame }] of values.entries()) {
    if (value === FIRST_VALUE) continue
    const block = isSame ? sameBlockOf(value, volume.contentId) : blocksOf(value, volume.contentId, firstBlock + index, 1)
    bytes.set(block, index * BLOCK_BYTES)
  }
  return bytes
}
