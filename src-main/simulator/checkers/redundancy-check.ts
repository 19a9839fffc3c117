import { BLOCK_BYTES } from '../../base/units'
import type { ArrayState } from '../../contract/array-state'
import type { RaidGroup } from '../../contract/configuration'
import { layoutOf, placeOf, type GroupLayout } from '../../core/raid/geometry'
import type { BlockRun } from '../../core/raid/space'
import type { DriveMedium } from '../drive-medium'
import type { Violations } from './checker'

const REDUNDANCY_CHECKER = 'redundancy'
/** By member; undefined: its drive is out. */
type RowParts = readonly (Uint8Array | undefined)[]

/** Rows that are compared at once. */
const PART_ROWS = 64

/**
 * When the world is quiet, all copies are equal and all parity matches its data, wherever hosts wrote and whichever controller
 * died in the middle of a stripe. Either a replay has repaired the stripe, or a verification has, after a claim without the log.
 */
export class RedundancyCheck {
  readonly #violations: Violations
  readonly #media: readonly DriveMedium[]
  readonly #tainted = new Map<number, { readonly groupId: number; readonly row: number; readonly parts: RowParts }>()
  /** Members whose drives are out, of the group that is compared. */
  #out: ReadonlySet<number> = new Set()
  /** Rows with a corruption that was found and is still there. */
  corruptRows = 0

  constructor(violations: Violations, media: readonly DriveMedium[]) {
    this.#violations = violations
    this.#media = media
  }

  /** Compares all rows of all groups that have something to compare without the drives that are out. */
  finish({ configuration, failedMembers = [] }: Pick<ArrayState, 'configuration' | 'failedMembers'>): void {
    for (const group of configuration.groups) {
      const layout = layoutOf(group)
      if (layout.redundancy === 0) continue
      const failed = failedMembers.flatMap(({ groupId, drive }) => (groupId === group.id ? [drive] : []))
      this.#out = new Set([...layout.sections.keys()].filter((member) => this.#isOut(layout, member, failed)))
      if (this.#out.size > mostOut(layout)) continue
      this.#findTainted(layout)
      const row = this.#firstWrongRow(layout)
      if (row === undefined) continue
      const what = layout.rule.parityCount === 0 ? 'copies differ' : 'parity is not that of its data'
      this.#violations.add(
        REDUNDANCY_CHECKER,
        `group ${group.name}, block ${row} of its members: ${what}`,
        `drive-${redundantDrive(layout, row)}`,
      )
      return
    }
  }

  #firstWrongRow(layout: GroupLayout): number | undefined {
    for (const { firstBlock, blockCount } of this.#writtenRows(layout)) {
      if (this.#runAgrees(layout, firstBlock, blockCount)) continue
      for (let row = firstBlock; row < firstBlock + blockCount; row++)
        if (!this.#tainted.has(rowName(layout.groupId, row)) && this.#canBeRead(layout, row) && !this.#agrees(layout, row)) return row
    }
    return undefined
  }

  /** Rows that any member has written. The rest is zero, and agrees. */
  #writtenRows({ sections, chunkBlocks, stripeCount }: GroupLayout): readonly BlockRun[] {
    const end = stripeCount * chunkBlocks
    const parts = new Set<number>()
    for (const { drive, firstBlock } of sections) {
      for (const run of this.#media[drive]?.writtenRuns() ?? []) {
        const first = Math.max(0, run.firstBlock - firstBlock)
        const last = Math.min(end, run.firstBlock + run.blockCount - firstBlock) - 1
        for (let part = Math.floor(first / PART_ROWS); part <= Math.floor(last / PART_ROWS); part++) parts.add(part)
      }
    }
    return [...parts].sort((a, b) => a - b).map((part) => runTo(end, part * PART_ROWS))
  }

  /** What the controllers read there. */
  #read(drive: number, block: number, bytes: Uint8Array): void {
    const medium = this.#media[drive]
    medium?.read(block, bytes, medium.fileInUse)
  }

  /** A quick look at many rows: with one parity, the sum of all members is zero, and with one chunk of data all members are copies. */
  #runAgrees(layout: GroupLayout, firstBlock: number, blockCount: number): boolean {
    const { parityCount } = layout.rule
    if (parityCount > 1 || (parityCount === 0 && layout.dataWidth > 1) || this.#out.size > 0) return false
    const words = layout.sections.map((_, member) => {
      const { drive, block } = placeOf(layout, member, firstBlock)
      const bytes = new Uint8Array(blockCount * BLOCK_BYTES)
      this.#read(drive, block, bytes)
      return new Uint32Array(bytes.buffer)
    })
    const [first = new Uint32Array(), ...others] = words
    if (parityCount === 0) return others.every((other) => other.every((word, at) => word === first[at]))
    return first.every((word, at) => others.reduce((sum, other) => sum ^ (other[at] ?? 0), word) === 0)
  }

  /** A member of this row was corrupted behind the controllers' back: from now on the row may hold anything. */
  taint(group: RaidGroup, row: number): void {
    this.#tainted.set(rowName(group.id, row), { groupId: group.id, row, parts: this.#partsOf(layoutOf(group), row) })
  }

  /** The same for a write that went to another sector: the row may still agree, if what was there before is the same. */
  distrust(group: RaidGroup, row: number): void {
    this.#tainted.set(rowName(group.id, row), { groupId: group.id, row, parts: [] })
  }

  /**
   * This check must see each corruption that nobody has overwritten. Without checksums of blocks, nothing else can. While a drive is out
   * it may be the one that has the corruption.
   */
  #findTainted(layout: GroupLayout): void {
    for (const { groupId, row, parts } of this.#tainted.values()) {
      if (groupId !== layout.groupId || !this.#canBeRead(layout, row)) continue
      const isUntouched = parts.length > 0 && this.#partsOf(layout, row).every((bytes, member) => isSame(bytes, parts[member]))
      if (!isUntouched) continue
      if (!this.#agrees(layout, row)) this.corruptRows++
      else if (this.#out.size === 0)
        this.#violations.add(
          REDUNDANCY_CHECKER,
          `group ${groupId}, block ${row} of its members was corrupted, and the check does not see it`,
        )
    }
  }

  #isOut({ sections }: GroupLayout, member: number, failed: readonly number[]): boolean {
    const drive = sections[member]?.drive ?? -1
    return this.#media[drive]?.isOut === true || failed.includes(drive)
  }

  #canBeRead(layout: GroupLayout, row: number): boolean {
    return layout.sections.every((_, member) => {
      if (this.#out.has(member)) return true
      const { drive, block } = placeOf(layout, member, row)
      return this.#media[drive]?.canRead(block, 1) === true
    })
  }

  #agrees(layout: GroupLayout, row: number): boolean {
    const parts = this.#partsOf(layout, row)
    return layout.rule.parityCount === 0 ? copiesAgree(layout, row, parts) : parityAgrees(layout, row, parts)
  }

  /** What each member has there, unless it is out. */
  #partsOf(layout: GroupLayout, row: number): RowParts {
    return layout.sections.map((_, member) => {
      if (this.#out.has(member)) return undefined
      const { drive, block } = placeOf(layout, member, row)
      const bytes = new Uint8Array(BLOCK_BYTES)
      this.#read(drive, block, bytes)
      return bytes
    })
  }
}

/** Without more members than these there is still something to compare. */
function mostOut({ rule, sections }: GroupLayout): number {
  return rule.parityCount > 0 ? rule.parityCount - 1 : sections.length - 2
}

function copiesAgree(layout: GroupLayout, row: number, parts: RowParts): boolean {
  const { rule } = layout
  const isCopy = (bytes: Uint8Array, copy: number): boolean => {
    const other = parts[copy]
    return other === undefined || isEqual(bytes, other)
  }
  return parts.every(
    (bytes, member) =>
      bytes === undefined || rule.copiesOf(layout, rule.occupant(layout, member, row).groupBlock).every((copy) => isCopy(bytes, copy)),
  )
}

/**
 * Computes parity in another way than the RAID code: Q by Horner's rule, from the last chunk to the first. With two parities, a chunk
 * that is not there is what P says, and then Q must say the same.
 */
function parityAgrees(layout: GroupLayout, row: number, parts: RowParts): boolean {
  const { rule, chunkBlocks, stripeBlocks, dataWidth } = layout
  const stripe = Math.floor(row / chunkBlocks)
  const [p, q] = rule.parityMembersOf(layout, stripe).map((member) => parts[member])
  const data = Array.from({ length: dataWidth }, (_, chunk) => parts[rule.memberOf(layout, stripe * stripeBlocks + chunk * chunkBlocks)])
  const missing = data.indexOf(undefined)
  if (missing >= 0) data[missing] = sumOf([p, ...data])
  for (let at = 0; at < BLOCK_BYTES; at++) {
    let sum = 0
    let weighted = 0
    for (let chunk = dataWidth - 1; chunk >= 0; chunk--) {
      const byte = data[chunk]?.[at] ?? 0
      sum ^= byte
      weighted = (weighted << 1) ^ (weighted >= 0x80 ? 0x11d : 0) ^ byte
    }
    if ((p !== undefined && sum !== p[at]) || (q !== undefined && weighted !== q[at])) return false
  }
  return true
}

/** Of those that are there. */
function sumOf(blocks: RowParts): Uint8Array {
  const sum = new Uint8Array(BLOCK_BYTES)
  for (const block of blocks) block?.forEach((byte, at) => (sum[at] = (sum[at] ?? 0) ^ byte))
  return sum
}

/** Where the parity of a row is, or its last copy. */
function redundantDrive(layout: GroupLayout, row: number): number {
  const [parity] = layout.rule.parityMembersOf(layout, Math.floor(row / layout.chunkBlocks))
  return placeOf(layout, parity ?? layout.sections.length - 1, row).drive
}

function runTo(end: number, firstBlock: number): BlockRun {
  return { firstBlock, blockCount: Math.min(PART_ROWS, end - firstBlock) }
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.every((byte, index) => byte === other[index])
}

/** What is out counts as it was. */
function isSame(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one === undefined || (other !== undefined && isEqual(one, other))
}

function rowName(groupId: number, row: number): number {
  return groupId * 2 ** 32 + row
}
