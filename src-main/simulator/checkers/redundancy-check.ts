import { BLOCK_BYTES } from '../../base/units'
import type { ArrayConfiguration, RaidGroup } from '../../contract/configuration'
import { layoutOf, placeOf, type GroupLayout } from '../../core/raid/geometry'
import type { DriveMedium } from '../drive-medium'
import type { HotSpot } from '../hosts/hot-spots'
import type { LandedWrite } from '../virtual-drive'
import type { Violations } from './checker'

export const REDUNDANCY_CHECKER = 'redundancy'

/**
 * When the world is quiet, copies are equal and parity is that of its data, wherever hosts wrote.
 *
 * A controller that dies in the middle of a stripe leaves writes of which some landed. Its log, or the mirror of it, is
 * replayed, which makes parity and copies anew: so these rows must agree like all others. Left out is what a controller
 * without a mirror left behind, and no other: where another one serves before it is back, its log counts no more.
 */
export class RedundancyCheck {
  readonly #violations: Violations
  readonly #media: readonly DriveMedium[]
  /** Drive and block of every sector in which a write was cut short whose log only its writer had. */
  readonly #cutShort = new Set<number>()

  constructor(violations: Violations, media: readonly DriveMedium[]) {
    this.#violations = violations
    this.#media = media
  }

  /** A write of a controller without a mirror. */
  cutShort({ drive, firstBlock, blockCount }: Pick<LandedWrite, 'drive' | 'firstBlock' | 'blockCount'>): void {
    for (let block = firstBlock; block < firstBlock + blockCount; block++) this.#cutShort.add(sectorName(drive, block))
  }

  finish(configuration: ArrayConfiguration, spots: readonly HotSpot[]): void {
    for (const group of configuration.groups) {
      const layout = layoutOf(group)
      if (layout.redundancy === 0 || this.#isDegraded(group)) continue
      for (const row of rowsOf(layout, configuration, spots)) {
        if (this.#isExcused(layout, row) || this.#agrees(layout, row)) continue
        const what = group.level === 'raid1' ? 'copies differ' : 'parity is not that of its data'
        this.#violations.add(REDUNDANCY_CHECKER, `group ${group.name}, block ${row} of its members: ${what}`, `drive-${redundantDrive(layout, row)}`)
        return
      }
    }
  }

  #isDegraded({ sections }: RaidGroup): boolean {
    return sections.some(({ drive }) => this.#media[drive]?.isFailed === true)
  }

  #isExcused(layout: GroupLayout, row: number): boolean {
    return layout.sections.some((_, member) => {
      const { drive, block } = placeOf(layout, member, row)
      return this.#cutShort.has(sectorName(drive, block)) || this.#media[drive]?.canRead(block, 1) === false
    })
  }

  #agrees(layout: GroupLayout, row: number): boolean {
    const parts = layout.sections.map((_, member) => {
      const { drive, block } = placeOf(layout, member, row)
      const bytes = new Uint8Array(BLOCK_BYTES)
      this.#media[drive]?.read(block, bytes)
      return bytes
    })
    const [first, ...others] = parts
    if (first === undefined) return true
    if (layout.level === 'raid1') return others.every((bytes) => bytes.every((byte, index) => byte === first[index]))
    return first.every((_, index) => parts.reduce((sum, bytes) => sum ^ (bytes[index] ?? 0), 0) === 0)
  }
}

/** Where the parity of a row is, or its last copy. */
function redundantDrive(layout: GroupLayout, row: number): number {
  const parity = layout.rule.parityMemberOf(layout, Math.floor(row / layout.chunkBlocks))
  return placeOf(layout, parity < 0 ? layout.sections.length - 1 : parity, row).drive
}

/** Of the members of a group: one block on each of them, which are redundant together. */
function rowsOf(layout: GroupLayout, { volumes }: ArrayConfiguration, spots: readonly HotSpot[]): number[] {
  const rows = new Set<number>()
  for (const { volumeId, firstBlock, blockCount } of spots) {
    const volume = volumes.find(({ id }) => id === volumeId)
    if (volume?.groupId !== layout.groupId) continue
    for (let block = firstBlock; block < firstBlock + blockCount; block++) rows.add(layout.rule.memberBlockOf(layout, volume.firstBlock + block))
  }
  return [...rows].sort((a, b) => a - b)
}

function sectorName(drive: number, block: number): number {
  return drive * 2 ** 32 + block
}
