import { assert } from '../../base/assert'
import type { Prng } from '../../base/prng'
import type { RaidGroup } from '../../contract/configuration'
import type { ArrayState } from '../../contract/array-state'
import { majorityOf } from '../../core/raid/election'
import { layoutOf, locate, placeOf } from '../../core/raid/geometry'
import type { HotSpot } from '../hosts/hot-spots'
import type { World } from '../world'

export interface MediaTargets {
  /** A sector that hosts use, of a drive that its group can do without. */
  next(): { readonly drive: number; readonly block: number } | undefined
  /** All drives that can ever be chosen. A commit can do without all of them, because superblocks are lost nowhere else. */
  readonly sickDrives: readonly number[]
  /** Any sector that hosts use, with everything that is computed from it. */
  nextRow(): CorruptRow | undefined
}

/** One block on each member of a group, which are redundant together. */
export interface CorruptRow {
  readonly drive: number
  /** Of the drive. */
  readonly block: number
  readonly group: RaidGroup
  /** Of the members. */
  readonly row: number
  /** Of volumes: data in this row. */
  readonly blocks: readonly { readonly volumeId: number; readonly block: number }[]
}

/** One drive of each group may lose sectors or fail, because its data can be computed from the others. */
export function drawMediaTargets(parts: {
  readonly world: World
  readonly state: ArrayState
  readonly spots: readonly HotSpot[]
  readonly random: Prng
}): MediaTargets {
  const { world, state, spots, random } = parts
  const { groups, volumes } = state.configuration
  const groupOf = (volumeId: number): (typeof groups)[number] | undefined => {
    const groupId = volumes.find(({ id }) => id === volumeId)?.groupId
    return groups.find(({ id }) => id === groupId)
  }
  const used = new Set(spots.map(({ volumeId }) => groupOf(volumeId)))
  const victims = new Map(groups.filter((group) => used.has(group)).map((group) => [group.id, random.pick(group.sections).drive]))
  const sickDrives = [...new Set(victims.values())]
  assert(world.media.length - sickDrives.length >= majorityOf(world.media.length), 'too many drives may fail for a commit')
  return {
    sickDrives,
    next() {
      const spot = random.pick(spots)
      const volume = volumes.find(({ id }) => id === spot.volumeId)
      const group = groupOf(spot.volumeId)
      if (volume === undefined || group === undefined) return undefined
      const place = locate(layoutOf(group), volume.firstBlock + spot.firstBlock + random.below(spot.blockCount))
      const drive = victims.get(group.id)
      const places = [place.data, ...place.copies, ...place.parity]
      return places.find((one) => one.drive === drive)
    },
    nextRow() {
      const spot = random.pick(spots)
      const volume = volumes.find(({ id }) => id === spot.volumeId)
      const group = groupOf(spot.volumeId)
      if (volume === undefined || group === undefined) return undefined
      const layout = layoutOf(group)
      const row = layout.rule.memberBlockOf(layout, volume.firstBlock + spot.firstBlock + random.below(spot.blockCount))
      const { drive, block } = placeOf(layout, random.below(group.sections.length), row)
      const data = group.sections.map((_, member) => layout.rule.occupant(layout, member, row)).filter(({ role }) => role === 'data')
      const blocks = data.flatMap(({ groupBlock }) => {
        const owner = volumes.find(
          ({ groupId, firstBlock, blockCount }) => groupId === group.id && groupBlock >= firstBlock && groupBlock < firstBlock + blockCount,
        )
        return owner === undefined ? [] : [{ volumeId: owner.id, block: groupBlock - owner.firstBlock }]
      })
      return { drive, block, group, row, blocks }
    },
  }
}
