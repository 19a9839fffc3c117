import { beforeEach, describe, expect, it } from 'vitest'
import { layoutOf, locate } from '../../../../src-main/core/raid/geometry'
import { Violations } from '../../../../src-main/simulator/checkers/checker'
import { VirtualClock } from '../../../../src-main/simulator/virtual-clock'
import { RedundancyCheck } from '../../../../src-main/simulator/checkers/redundancy-check'
import { DriveMedium } from '../../../../src-main/simulator/drive-medium'
import { firstState } from '../../../../src-main/simulator/first-state'

const SPOTS = [0, 1].map((volumeId) => ({ lun: volumeId, volumeId, firstBlock: 100, blockCount: 8 }))
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
  return [data, ...copies, ...(parity === undefined ? [] : [parity])]
}

function check(prepare: (check: RedundancyCheck) => void = () => undefined): string[] {
  const redundancy = new RedundancyCheck(violations, media)
  prepare(redundancy)
  redundancy.finish(firstState(media).configuration, SPOTS)
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

  it('leaves out what was cut short, and only that', () => {
    const [data, other] = placesOf(0, 103)
    media[data!.drive]!.write(data!.block, SECTOR)
    expect(check((redundancy) => redundancy.cutShort({ drive: other!.drive, firstBlock: other!.block - 1, blockCount: 2 }))).toEqual([])
    expect(check((redundancy) => redundancy.cutShort({ drive: other!.drive, firstBlock: other!.block + 1, blockCount: 2 }))).toHaveLength(1)
  })

  it('says nothing about a group that has lost a drive', () => {
    const { drive, block } = placesOf(0, 103)[0]!
    media[drive]!.write(block, SECTOR)
    media[0]!.isFailed = true
    expect(check()).toEqual([])
  })
})
