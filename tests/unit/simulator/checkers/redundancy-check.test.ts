import { beforeEach, describe, expect, it } from 'vitest'
import type { ArrayState } from '../../../../src-main/contract/array-state'
import { layoutOf, locate } from '../../../../src-main/core/raid/geometry'
import { Violations } from '../../../../src-main/simulator/checkers/checker'
import { VirtualClock } from '../../../../src-main/simulator/virtual-clock'
import { RedundancyCheck } from '../../../../src-main/simulator/checkers/redundancy-check'
import { DriveMedium } from '../../../../src-main/simulator/drive-medium'
import { firstState } from '../../../../src-main/simulator/first-state'

const SECTOR = new Uint8Array(512).fill(5)
let media: DriveMedium[]
let violations: Violations

beforeEach(() => {
  media = Array.from({ length: 6 }, (_, index) => new DriveMedium(index, 65_536))
  violations = new Violations(new VirtualClock())
})

/** All places of a block of a volume: its data first. */
function placesOf(volumeId: number, block: number) {
  const { groups, volumes } = firstState(media).configuration
  const volume = volumes[volumeId]!
  const { data, copies, parity } = locate(layoutOf(groups[volume.groupId]!), volume.firstBlock + block)
  return [data, ...copies, ...parity]
}

function check(failedMembers: ArrayState['failedMembers'] = []): string[] {
  new RedundancyCheck(violations, media).finish({ ...firstState(media), failedMembers })
  return violations.found.map(({ sentence }) => sentence)
}

describe('the check of redundancy', () => {
  it('accepts equal copies and the right parity', () => {
    for (const volumeId of [0, 1]) for (const { drive, block } of placesOf(volumeId, 103)) media[drive]!.write(block, SECTOR)
    expect(check()).toEqual([])
  })

  it.each([
    [0, 'parity is not that of its data'],
    [1, 'copies differ'],
  ])('finds data of volume %i without its other part', (volumeId, what) => {
    const { drive, block } = placesOf(volumeId, 103)[0]!
    media[drive]!.write(block, SECTOR)
    expect(check()).toEqual([expect.stringContaining(what)])
  })

  it('looks at rows that no volume has, and excuses only those that cannot be read or were corrupted on purpose', () => {
    const state = firstState(media)
    const [group] = state.configuration.groups
    const layout = layoutOf(group!)
    const { drive, block } = locate(layout, layout.usableBlocks - 1).data
    const row = layout.rule.memberBlockOf(layout, layout.usableBlocks - 1)
    media[drive]!.write(block, SECTOR)
    expect(check()).toEqual([expect.stringContaining(`block ${row} of its members`)])
    media[drive]!.latentErrors.add(block)
    expect(check()).toHaveLength(1)
    media[drive]!.latentErrors.clear()
    expect(check()).toHaveLength(2)
    const told = new RedundancyCheck(violations, media)
    told.taint(group!, row)
    told.finish(state)
    expect(violations.found).toHaveLength(2)
    expect(told.corruptRows).toBe(1)
  })

  it('says nothing about a group that has lost a drive', () => {
    const { drive, block } = placesOf(0, 103)[0]!
    media[drive]!.write(block, SECTOR)
    expect(check([{ groupId: 1, drive: 4, afterGeneration: 1 }])).toHaveLength(1)
    expect(check([{ groupId: 0, drive: 1, afterGeneration: 1 }])).toHaveLength(1)
    media[0]!.isFailed = true
    expect(check()).toHaveLength(1)
  })
})
