import { assert, present } from '../../base/assert'
import type { GroupLayout } from '../raid/geometry'
import { sliceBlocks, type BlockRun } from '../raid/space'

/** What slices lie in: a group with its I/O at a controller, or only its geometry, to find out where blocks are. */
export interface MappedGroup {
  readonly layout: GroupLayout
}

/** A contiguous part of a volume in one group. It occupies whole stripes, so no two slices share one. */
export interface Slice<G extends MappedGroup> {
  readonly group: G
  /** A block of the volume, like `endBlock`, the first block after the slice. */
  readonly firstBlock: number
  readonly endBlock: number
  /** Group block minus volume block: the same everywhere in the slice. */
  readonly shift: number
}

/** A run of a volume's blocks inside one slice. */
export interface MappedRun<G extends MappedGroup> {
  readonly group: G
  readonly groupBlock: number
  readonly volumeBlock: number
  readonly blockCount: number
}

/** A slice of a configuration. Its blocks of the volume follow those of the slice before it. */
export interface PlacedSlice<G extends MappedGroup> {
  readonly group: G
  readonly groupBlock: number
  readonly blockCount: number
}

/**
 * Where the blocks of a volume are: in slices of one group or of several. A map never changes; a volume that grows gets a new
 * one.
 *
 * An example: groups X (stripes of 24 blocks) and Y (stripes of 16). A volume of 100 blocks has 48 blocks of X from its block 240
 * on, and continues in Y from its block 32 on.
 *
 *     volume block   0 ........ 47 | 48 ........ 99
 *     group block  240 ....... 287 | 32 ........ 83     (84 to 95, the rest of Y's last stripe, stay unused)
 *     shift              240       |      -16
 *
 * Code that reads and writes uses `VolumeIo`, which works in blocks of the volume. This class is for code that must know groups.
 * In a hot path take the slice and add: `const slice = map.sliceAt(block)`, then `block + slice.shift` is the group block and
 * `slice.endBlock - block` blocks follow it there. That allocates nothing, whatever the number of slices.
 */
export class VolumeMap<G extends MappedGroup> {
  readonly slices: readonly Slice<G>[]
  /** Without duplicates. */
  readonly groups: readonly G[]
  readonly blockCount: number
  readonly #first: Slice<G>

  constructor(placed: readonly PlacedSlice<G>[]) {
    let firstBlock = 0
    this.slices = placed.map(({ group, groupBlock, blockCount }, index) => {
      checkSlice(group.layout, groupBlock, blockCount, index === placed.length - 1)
      const slice = { group, firstBlock, endBlock: firstBlock + blockCount, shift: groupBlock - firstBlock }
      firstBlock = slice.endBlock
      return slice
    })
    this.#first = present(this.slices[0], 'a slice')
    this.groups = [...new Set(placed.map(({ group }) => group))]
    this.blockCount = firstBlock
  }

  sliceAt(block: number): Slice<G> {
    const first = this.#first
    return block >= 0 && block < first.endBlock ? first : this.#search(block)
  }

  /** The stripe that a block is in, in blocks of the volume. */
  stripeAt(block: number): { readonly firstBlock: number; readonly endBlock: number } {
    const { group, shift, endBlock } = this.sliceAt(block)
    const { stripeBlocks } = group.layout
    const firstBlock = Math.floor((block + shift) / stripeBlocks) * stripeBlocks - shift
    return { firstBlock, endBlock: Math.min(firstBlock + stripeBlocks, endBlock) }
  }

  /** The pieces of a range, in its order: one for each slice that it touches. */
  runs(firstBlock: number, blockCount: number): MappedRun<G>[] {
    const runs: MappedRun<G>[] = []
    const endBlock = firstBlock + blockCount
    for (let volumeBlock = firstBlock; volumeBlock < endBlock;) {
      const { group, shift, endBlock: endOfSlice } = this.sliceAt(volumeBlock)
      const count = Math.min(endBlock, endOfSlice) - volumeBlock
      runs.push({ group, groupBlock: volumeBlock + shift, volumeBlock, blockCount: count })
      volumeBlock += count
    }
    return runs
  }

  /**
   * The slice whose stripes have all of this range. Parity spans whole stripes, also what the volume leaves unused of its last one, so
   * an update may name blocks there: in the example, blocks 100 to 111.
   */
  sliceOfStripes({ firstBlock, blockCount }: BlockRun): Slice<G> | undefined {
    const endBlock = firstBlock + blockCount
    return this.slices.find((slice) => {
      const { layout } = slice.group
      const occupied = sliceBlocks(layout, slice.endBlock - slice.firstBlock)
      return firstBlock >= slice.firstBlock && endBlock <= slice.firstBlock + occupied
    })
  }

  /** The reverse: the slice whose stripes have this block of a group; undefined if this volume has none. */
  sliceHolding(groupId: number, groupBlock: number): Slice<G> | undefined {
    return this.slices.find(({ group: { layout }, firstBlock, endBlock, shift }) => {
      const offset = groupBlock - shift - firstBlock
      return layout.groupId === groupId && offset >= 0 && offset < sliceBlocks(layout, endBlock - firstBlock)
    })
  }

  /** The volume's block at a block of a group; undefined if the volume does not have it, or if it is beyond the volume's end. */
  blockAt(groupId: number, groupBlock: number): number | undefined {
    const slice = this.sliceHolding(groupId, groupBlock)
    if (slice === undefined) return undefined
    const block = groupBlock - slice.shift
    return block < slice.endBlock ? block : undefined
  }

  #search(block: number): Slice<G> {
    assert(Number.isSafeInteger(block) && block >= 0 && block < this.blockCount, () => `block ${block} of a volume of ${this.blockCount}`)
    let low = 0
    let high = this.slices.length - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (block < this.slices[middle]!.endBlock) high = middle
      else low = middle + 1
    }
    return this.slices[low]!
  }
}

/** Only the last slice of a volume may end inside a stripe. */
function checkSlice({ groupId, stripeBlocks, usableBlocks }: GroupLayout, groupBlock: number, blockCount: number, isLast: boolean): void {
  const says = (): string => `slice ${groupBlock}+${blockCount} of group ${groupId}: ${usableBlocks} blocks, stripes of ${stripeBlocks}`
  assert(groupBlock >= 0 && blockCount > 0 && groupBlock + blockCount <= usableBlocks, says)
  assert(groupBlock % stripeBlocks === 0 && (isLast || blockCount % stripeBlocks === 0), says)
}
