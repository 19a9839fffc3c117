import { assert } from '../../base/assert'
import type { Prng } from '../../base/prng'
import type { RaidGroup } from '../../contract/configuration'
import type { ArrayState } from '../../contract/array-state'
import { majorityOf } from '../../core/raid/election'
import type { GroupLayout } from '../../core/raid/levels/level'
import { layoutOf, locate, placeOf, survivesWithout } from '../../core/raid/geometry'
import { claimedGeneration, slotFirstBlock } from '../../core/raid/superblock'
import { BLOCK_BYTES } from '../../base/units'
import type { DriveMedium } from '../drive-medium'
import type { Ground, HostVolume } from '../hosts/ground'
import type { World } from '../world'

export interface MediaTarget {
  readonly drive: number
  /** Of the drive. */
  readonly block: number
}

/** One block on each member of a group, which are redundant together. */
export interface MediaRow extends MediaTarget {
  readonly group: RaidGroup
  /** Of the members. */
  readonly row: number
  /** Data in this row that hosts use. */
  readonly blocks: readonly { readonly contentId: number; readonly block: number }[]
}

/** How often a fault turns to another drive of a group, once the one before is as good as new. */
const TURN_SHARE = 0.5
/** A failure is on record by then, if anybody noticed it. */
const SETTLED_MS = 2000
/** To find two sectors that belong together. */
const MAX_TRIES = 20

/**
 * Some drives of each group may lose sectors or fail, as many as it survives, because their data can be computed from the others. Once
 * one is as good as new, it may be the turn of another one, and then the group relies on what was rebuilt.
 */
export class MediaTargets {
  readonly #world: World
  readonly #ground: Ground
  readonly #random: Prng
  /** By group. */
  readonly #victims = new Map<number, readonly number[]>()
  readonly #hitAtMs = new Map<number, number>()

  constructor(parts: { readonly world: World; readonly ground: Ground; readonly random: Prng }) {
    this.#world = parts.world
    this.#ground = parts.ground
    this.#random = parts.random
    for (const { layout, group } of this.#ground.volumes) {
      if (layout.redundancy > 0 && !this.#victims.has(group.id)) this.#victims.set(group.id, this.#drawVictims(group, layout))
    }
    const { media } = this.#world
    assert(media.length - this.sickDrives.length >= majorityOf(media.length), 'too many drives may fail for a commit')
  }

  /** The drives that may be hurt now. A commit can do without all of them, because superblocks are lost nowhere else. */
  get sickDrives(): readonly number[] {
    return [...new Set([...this.#victims.values()].flat())]
  }

  /** A sector that hosts use, of a drive that its group can do without. What is done to it begins `withinMs`. */
  next(withinMs = 0): MediaTarget | undefined {
    const { volume, block } = this.#anyBlock() ?? {}
    if (volume === undefined || block === undefined || volume.layout.redundancy === 0) return undefined
    this.#turn(volume.group)
    const victims = this.#victims.get(volume.group.id) ?? []
    const place = locate(volume.layout, volume.groupBlock + block)
    const hurt = [place.data, ...place.copies, ...place.parity].filter((one) => victims.includes(one.drive))
    const found = this.#anyOf(hurt)
    if (found !== undefined) this.#hitAtMs.set(found.drive, this.#world.clock.nowMs() + withinMs)
    return found
  }

  /** All drives of a group that may fail, with their sectors of a row that hosts use. */
  nextRowOfVictims(withinMs = 0): readonly MediaTarget[] {
    const row = this.nextRow()
    if (row === undefined || layoutOf(row.group).redundancy === 0) return []
    const layout = layoutOf(row.group)
    this.#turn(row.group)
    const victims = this.#victims.get(row.group.id) ?? []
    for (const drive of victims) this.#hitAtMs.set(drive, this.#world.clock.nowMs() + withinMs)
    return layout.sections.flatMap(({ drive }, member) => (victims.includes(drive) ? [placeOf(layout, member, row.row)] : []))
  }

  /** Any sector that hosts use. */
  nextRow(): MediaRow | undefined {
    const { volume, block } = this.#anyBlock() ?? {}
    if (volume === undefined || block === undefined) return undefined
    const { layout } = volume
    const row = layout.rule.memberBlockOf(layout, volume.groupBlock + block)
    // In a linear group, a row is one block of one member.
    const members = layout.redundancy === 0 ? [layout.rule.memberOf(layout, volume.groupBlock + block)] : layout.sections.keys()
    return this.#rowOf(volume, this.#random.pick([...members]), row)
  }

  /** A sector of a drive that is not the one that may fail, and that one, whose failure may begin `withinMs`. */
  nextBeside(withinMs: number): (MediaRow & { readonly victim: number }) | undefined {
    const found = this.nextRow()
    const victims = found === undefined ? [] : (this.#victims.get(found.group.id) ?? [])
    const victim = this.#anyOf(victims)
    if (found === undefined || victim === undefined || victims.includes(found.drive)) return undefined
    this.#hitAtMs.set(victim, this.#world.clock.nowMs() + withinMs)
    return { ...found, victim }
  }

  /** Two sectors of one drive that hosts use, in different rows. */
  nextTwoRows(): readonly [MediaRow, MediaRow] | undefined {
    const one = this.nextRow()
    for (let tries = 0; one !== undefined && tries < MAX_TRIES; tries++) {
      const other = this.nextRow()
      if (other?.drive === one.drive && other.block !== one.block) return [one, other]
    }
    return undefined
  }

  /** As it is used now: volumes may have come and gone. */
  asUsedNow(row: MediaRow): MediaRow {
    return { ...row, blocks: this.#usedBlocks(row.group, row.row) }
  }

  #anyBlock(): { readonly volume: HostVolume; readonly block: number } | undefined {
    if (this.#ground.spots.length === 0) return undefined
    const { volume, firstBlock, blockCount } = this.#random.pick(this.#ground.spots)
    return { volume, block: firstBlock + this.#random.below(blockCount) }
  }

  #rowOf({ group, layout }: HostVolume, member: number, row: number): MediaRow {
    const { drive, block } = placeOf(layout, member, row)
    return { drive, block, group, row, blocks: this.#usedBlocks(group, row) }
  }

  #usedBlocks(group: RaidGroup, row: number): MediaRow['blocks'] {
    const layout = layoutOf(group)
    const data = group.sections.map((_, one) => layout.rule.occupant(layout, one, row)).filter(({ role }) => role === 'data')
    return data.flatMap(({ groupBlock }) => {
      const owner = this.#ground.volumes.find(
        (volume) => volume.group.id === group.id && groupBlock >= volume.groupBlock && groupBlock < volume.groupBlock + volume.blockCount,
      )
      return owner === undefined ? [] : [{ contentId: owner.contentId, block: groupBlock - owner.groupBlock }]
    })
  }

  /** Each draws a number only if there is a choice. */
  #anyOf<T>(all: readonly T[]): T | undefined {
    return all.length > 1 ? this.#random.pick(all) : all[0]
  }

  /** As many as the group survives without. */
  #drawVictims(group: RaidGroup, layout: GroupLayout): readonly number[] {
    const victims: number[] = []
    for (;;) {
      const more = this.#candidates(group).filter((drive) => !victims.includes(drive) && survivesWithout(layout, [...victims, drive]))
      if (more.length === 0) return victims
      victims.push(this.#random.pick(more))
    }
  }

  #turn(group: RaidGroup): void {
    const victims = this.#victims.get(group.id) ?? []
    const drive = this.#anyOf(victims)
    if (drive === undefined || !this.#random.chance(TURN_SHARE) || !this.#isWhole(drive)) return
    const others = victims.filter((one) => one !== drive)
    const layout = layoutOf(group)
    const next = this.#candidates(group).filter((one) => !others.includes(one) && survivesWithout(layout, [...others, one]))
    this.#victims.set(group.id, [...others, this.#random.pick(next)])
  }

  /** Drives of the group that no volume of another group, without redundancy, is lost with. */
  #candidates({ sections }: RaidGroup): readonly number[] {
    const plain = this.#ground.volumes.filter(({ layout }) => layout.redundancy === 0)
    const needed = new Set(plain.flatMap(({ group }) => group.sections.map(({ drive }) => drive)))
    return sections.map(({ drive }) => drive).filter((drive) => !needed.has(drive))
  }

  /** Nothing on it is old or lost. */
  #isWhole(drive: number): boolean {
    const medium = this.#world.media[drive]
    const { state } = this.#ground
    const isInUse = state.failedMembers?.some((member) => member.drive === drive) !== true
    const isSettled = this.#world.clock.nowMs() - (this.#hitAtMs.get(drive) ?? -SETTLED_MS) >= SETTLED_MS
    return isInUse && isSettled && medium !== undefined && isGood(medium) && hasState(medium, state)
  }
}

function isGood({ isBroken, flushesFail, latentErrors }: DriveMedium): boolean {
  return !isBroken && !flushesFail && latentErrors.size === 0
}

function hasState(medium: DriveMedium, { generation }: ArrayState): boolean {
  const header = new Uint8Array(BLOCK_BYTES)
  medium.read(slotFirstBlock(generation), header)
  return claimedGeneration(header) === generation
}
