import { BLOCK_BYTES } from '../../base/units'
import type { ArrayState } from '../../contract/array-state'
import type { RaidGroup } from '../../contract/configuration'
import { layoutOf, placeOf, type GroupLayout } from '../../core/raid/geometry'
import type { BlockRun } from '../../core/raid/space'
import type { DriveMedium } from '../drive-medium'
import type { Violations } from './checker'

const REDUNDANCY_CHECKER = 'redundancy'
/** Rows that are compared at once. */
const PART_ROWS = 64

/**
 * When the world is quiet, all copies are equal and all parity matches its data, wherever hosts wrote and whichever controller
 * died in the middle of a stripe. Either a replay has repaired the stripe, or a verification has, after a claim without the log.
 */
export class RedundancyCheck {
  readonly #violations: Violations
  readonly #media: readonly DriveMedium[]
  readonly #tainted = new Map<number, { readonly groupId: number; readonly row: number; readonly parts: readonly Uint8Array[] }>()
  /** Rows with a corruption that was found and is still there. */
  corruptRows = 0

  constructor(violations: Violations, media: readonly DriveMedium[]) {
    this.#violations = violations
    this.#media = media
  }

  /** Compares all rows of all groups that have all their drives. */
  finish({ configuration, failedMembers = [] }: Pick<ArrayState, 'configuration' | 'failedMembers'>): void {
    for (const group of configuration.groups) {
      const layout = layoutOf(group)
      const isDegraded = this.#isDegraded(group) || failedMembers.some(({ groupId }) => groupId === group.id)
      if (layout.redundancy === 0 || isDegraded) continue
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
    if (parityCount > 1 || (parityCount === 0 && layout.dataWidth > 1)) return false
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

  /** This check must see each corruption that nobody has overwritten. Without checksums of blocks, nothing else can. */
  #findTainted(layout: GroupLayout): void {
    for (const { groupId, row, parts } of this.#tainted.values()) {
      if (groupId !== layout.groupId || !this.#canBeRead(layout, row)) continue
      const isUntouched = parts.length > 0 && this.#partsOf(layout, row).every((bytes, member) => isEqual(bytes, parts[member]))
      if (!isUntouched) continue
      if (this.#agrees(layout, row))
        this.#violations.add(
          REDUNDANCY_CHECKER,
          `group ${groupId}, block ${row} of its members was corrupted, and the check does not see it`,
        )
      else this.corruptRows++
    }
  }

  #isDegraded({ sections }: RaidGroup): boolean {
    return sections.some(({ drive }) => this.#media[drive]?.isOut === true)
  }

  #canBeRead(layout: GroupLayout, row: number): boolean {
    return layout.sections.every((_, member) => {
      const { drive, block } = placeOf(layout, member, row)
      return this.#media[drive]?.canRead(block, 1) === true
    })
  }

  #agrees(layout: GroupLayout, row: number): boolean {
    const parts = this.#partsOf(layout, row)
    return layout.rule.parityCount === 0 ? copiesAgree(layout, row, parts) : parityAgrees(layout, row, parts)
  }

  /** What each member has there. */
  #partsOf(layout: GroupLayout, row: number): Uint8Array[] {
    return layout.sections.map((_, member) => {
      const { drive, block } = placeOf(layout, member, row)
      const bytes = new Uint8Array(BLOCK_BYTES)
      this.#read(drive, block, bytes)
      return bytes
    })
  }
}

function copiesAgree(layout: GroupLayout, row: number, parts: readonly Uint8Array[]): boolean {
  const { rule } = layout
  return parts.every((bytes, member) =>
    rule.copiesOf(layout, rule.occupant(layout, member, row).groupBlock).every((copy) => isEqual(bytes, parts[copy])),
  )
}

/** Computes parity in another way than the RAID code: Q by Horner's rule, from the last chunk to the first. */
function parityAgrees(layout: GroupLayout, row: number, parts: readonly Uint8Array[]): boolean {
  const { rule, chunkBlocks, stripeBlocks, dataWidth } = layout
  const stripe = Math.floor(row / chunkBlocks)
  const [p, q] = rule.parityMembersOf(layout, stripe).map((member) => parts[member])
  const data = Array.from({ length: dataWidth }, (_, chunk) => parts[rule.memberOf(layout, stripe * stripeBlocks + chunk * chunkBlocks)])
  for (let at = 0; at < BLOCK_BYTES; at++) {
    let sum = 0
    let weighted = 0
    for (let chunk = dataWidth - 1; chunk >= 0; chunk--) {
      const byte = data[chunk]?.[at] ?? 0
      sum ^= byte
      weighted = (weighted << 1) ^ (weighted >= 0x80 ? 0x11d : 0) ^ byte
    }
    if (sum !== p?.[at] || (q !== undefined && weighted !== q[at])) return false
  }
  return true
}

/** Where the parity of a row is, or its last copy. */
function redundantDrive(layout: GroupLayout, row: number): number {
  const [parity] = layout.rule.parityMembersOf(layout, Math.floor(row / layout.chunkBlocks))
  return placeOf(layout, parity ?? layout.sections.length - 1, row).drive
}

function runTo(end: number, firstBlock: number): BlockRun {
  return { firstBlock, blockCount: Math.min(PART_ROWS, end - firstBlock) }
}

function isEqual(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return one.every((byte, index) => byte === other?.[index])
}

function rowName(groupId: number, row: number): number {
  return groupId * 2 ** 32 + row
}
