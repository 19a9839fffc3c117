import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import type { ArrayState } from '../../../src-main/contract/array-state'
import { locate, layoutOf } from '../../../src-main/core/raid/geometry'
import { sectionBars } from '../../../src-renderer/components/topology/sections'
import { firstArrayState } from '../../support/fake-lab-data'

const array = firstArrayState(24)
const { groups } = array.configuration
/** Two volumes in each group, of one owner or of two. */
function filled(owners: readonly ['a' | 'b', 'a' | 'b']): ArrayState {
  const volumes = groups.flatMap((group) => {
    const { usableBlocks, stripeBlocks } = layoutOf(group)
    const half = Math.floor(usableBlocks / stripeBlocks / 2) * stripeBlocks
    return [0, half].map((firstBlock, index) => ({
      id: group.id * 2 + index,
      serial: '00000000000000a0',
      name: `v${group.id}-${index}`,
      groupId: group.id,
      firstBlock,
      blockCount: half,
      preferredOwner: 'a' as const,
    }))
  })
  const ownership = volumes.map(({ id }) => ({ volumeId: id, owner: owners[id % 2] ?? 'a', epoch: 1 }))
  return { ...array, configuration: { ...array.configuration, volumes }, ownership }
}

describe('the bars of a drive', () => {
  it('show each run in the colour of its own owner, and neighbours of one owner as one', () => {
    const group = present(
      groups.find((candidate) => candidate.level === 'raid5'),
      'a RAID 5 group',
    )
    const drive = present(group.sections[0], 'its first section').drive
    const of = (state: ArrayState) =>
      sectionBars(state, drive)
        .find((bar) => bar.group.id === group.id)
        ?.runs.map((run) => run.owner)
    expect(of(filled(['a', 'b']))).toEqual(['a', 'b'])
    expect(of(filled(['b', 'b']))).toEqual(['b'])
  })

  it.each(groups.map((group) => [group.level, group] as const))('hold every block of a volume: %s', (_level, group) => {
    const state = filled(['a', 'b'])
    for (const volume of state.configuration.volumes.filter((candidate) => candidate.groupId === group.id)) {
      const owner = state.ownership.find((entry) => entry.volumeId === volume.id)?.owner
      for (const block of [0, volume.blockCount >> 1, volume.blockCount - 1]) {
        const place = locate(layoutOf(group), volume.firstBlock + block).data
        const section = present(group.sections[place.member], 'section')
        const bar = sectionBars(state, section.drive).find((candidate) => candidate.group.id === group.id)
        const inside = place.block - section.firstBlock
        expect(bar?.runs.some((run) => run.owner === owner && inside >= run.firstBlock && inside < run.firstBlock + run.blockCount)).toBe(
          true,
        )
      }
    }
  })

  it('never reach beyond their section', () => {
    for (const drive of array.configuration.drives) {
      for (const bar of sectionBars(filled(['a', 'b']), drive.index))
        for (const run of bar.runs) expect(run.firstBlock + run.blockCount).toBeLessThanOrEqual(bar.blockCount)
    }
  })
})
