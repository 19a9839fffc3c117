/** A drive that failed is on record with both controllers before anything counts that missed it, and stays out when it answers again. */
import { describe, expect, it } from 'vitest'
import { present } from '../../src-main/base/assert'
import { Prng } from '../../src-main/base/prng'
import { BLOCK_BYTES } from '../../src-main/base/units'
import { CONTROLLER_IDS } from '../../src-main/contract/controller-id'
import type { VolumeOutcome } from '../../src-main/core/scsi/device'
import type { World } from '../../src-main/simulator/world'
import { expectNothingLost, servingWorld, settle, startHost } from '../support/simulation'

const SEEDS = Array.from({ length: 12 }, (_, index) => 900 + index)

function failedDrives(world: World): readonly (readonly number[])[] {
  return CONTROLLER_IDS.map((id) =>
    [
      ...new Set(
        world
          .controller(id)
          ?.report()
          .array?.failedMembers?.map(({ drive }) => drive) ?? [],
      ),
    ].sort(),
  )
}

function shownAsFailed(world: World): readonly (readonly number[])[] {
  return CONTROLLER_IDS.map((id) =>
    (world.controller(id)?.report().drives ?? []).filter(({ state }) => state === 'failed').map(({ index }) => index),
  )
}

/** Of the RAID-5 group, drives 0 to 3, and of the RAID-1 group, drives 4 and 5. */
function victimsOf(random: Prng): readonly number[] {
  return [random.below(4), 4 + random.below(2)]
}

function setFailed(world: World, drives: readonly number[], isFailed: boolean): void {
  for (const medium of world.media) if (drives.includes(medium.index)) medium.isFailed = isFailed
}

describe('a drive that fails under load', () => {
  it.each(SEEDS)('hosts notice nothing, and old data never comes back with the drive, seed %i', (seed) => {
    const world = servingWorld({ seed })
    const host = startHost(world)
    const random = new Prng(seed)
    const victims = victimsOf(random)
    world.run(50 + random.fraction() * 100)
    setFailed(world, victims, true)
    world.run(300)
    expect(failedDrives(world)).toEqual([victims, victims])
    // It answers again, with what it had; the controllers know of its failure only from the other drives.
    setFailed(world, victims, false)
    world.run(100)
    world.midplane.kill(random.pick(CONTROLLER_IDS))
    world.run(random.fraction() * 30)
    settle(world)
    world.killApplication()
    world.run(20)
    settle(world)
    world.run(200)
    expect(failedDrives(world)).toEqual([victims, victims])
    expect(shownAsFailed(world)).toEqual([victims, victims])
    expectNothingLost(world, host)
  })

  it.each(SEEDS)('with a controller at the same time, and the drive answers the survivor, seed %i', (seed) => {
    const world = servingWorld({ seed })
    const host = startHost(world, { meanGapMs: 0.3 })
    const random = new Prng(seed + 7)
    world.run(50 + random.fraction() * 100)
    const victims = victimsOf(random)
    setFailed(world, victims, true)
    world.run(random.fraction() * 4)
    world.midplane.kill(random.pick(CONTROLLER_IDS))
    if (random.chance(0.5)) setFailed(world, victims, false)
    settle(world)
    world.run(100)
    const [a, b] = failedDrives(world)
    expect(a).toEqual(b)
    expectNothingLost(world, host)
  })
})

describe('a drive that fails while what a controller left behind is replayed', () => {
  it.each(SEEDS)('the takeover goes on, seed %i', (seed) => {
    const world = servingWorld({ seed })
    const host = startHost(world, { meanGapMs: 0.3, readShare: 0 })
    const random = new Prng(seed + 11)
    world.run(100 + random.fraction() * 100)
    world.midplane.kill(random.pick(CONTROLLER_IDS))
    // The writes of the replay are the first to find it gone.
    const victims = victimsOf(random)
    setFailed(world, victims, true)
    settle(world)
    world.run(100)
    expect(failedDrives(world)).toEqual([victims, victims])
    expectNothingLost(world, host)
  })

  it('while a controller stops: a flush that waits for the failure to be on record may be tried again', () => {
    const seen = Array.from({ length: 40 }, (_, step) => {
      const world = servingWorld({ seed: 911 })
      const unit = present(world.controller('a')?.directory.find(0), 'the unit of LUN 0')
      const data = [new Uint8Array(8 * BLOCK_BYTES).fill(1)]
      let outcome: VolumeOutcome<undefined> | undefined
      unit.write(
        { firstBlock: 0, blockCount: 8, data, forceUnitAccess: true, task: undefined, trace: undefined },
        (ended) => (outcome = ended),
      )
      world.run(step * 0.05)
      for (const medium of world.media) medium.flushesFail = medium.index === 1
      world.controller('a')?.stop(() => undefined)
      world.run(100)
      return outcome?.ok === true ? 'good' : outcome?.fault
    })
    expect([...new Set(seen)].sort()).toEqual(['good', 'transitioning'])
  })
})
