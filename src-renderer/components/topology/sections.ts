import type { ArrayState } from '../../../src-main/contract/array-state'
import type { RaidGroup } from '../../../src-main/contract/configuration'
import type { ControllerId } from '../../../src-main/contract/controller-id'
import { layoutOf } from '../../../src-main/core/raid/geometry'
import { memberRunOf, slicesOf } from '../../../src-main/core/raid/space'

/** A run of a section that volumes of one owner use. Start and length are in blocks of the section. */
export interface OwnedRun {
  readonly firstBlock: number
  readonly blockCount: number
  readonly owner: ControllerId | undefined
}

export interface SectionBar {
  readonly group: RaidGroup
  readonly firstBlock: number
  readonly blockCount: number
  readonly runs: readonly OwnedRun[]
}

/** The sections of a drive, and in each the runs that volumes use. Neighbours of one owner are one run. */
export function sectionBars(array: ArrayState, drive: number): readonly SectionBar[] {
  return array.configuration.groups.flatMap((group) =>
    group.sections.flatMap((section, member) => {
      if (section.drive !== drive) return []
      const runs = array.configuration.volumes
        .flatMap((volume) => {
          const owner = array.ownership.find((entry) => entry.volumeId === volume.id)?.owner
          return slicesOf(volume)
            .filter(({ groupId }) => groupId === group.id)
            .map((slice) => ({ ...memberRunOf(layoutOf(group), member, slice), owner }))
        })
        .filter((run) => run.blockCount > 0)
        .sort((x, y) => x.firstBlock - y.firstBlock)
      return [{ group, firstBlock: section.firstBlock, blockCount: section.blockCount, runs: joined(runs) }]
    }),
  )
}

function joined(runs: readonly OwnedRun[]): readonly OwnedRun[] {
  const made: OwnedRun[] = []
  for (const run of runs) {
    const last = made.at(-1)
    if (last !== undefined && last.owner === run.owner && last.firstBlock + last.blockCount >= run.firstBlock)
      made[made.length - 1] = { ...last, blockCount: run.firstBlock + run.blockCount - last.firstBlock }
    else made.push(run)
  }
  return made
}
