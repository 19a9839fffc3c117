/** Drives that are not what they were when the array comes up: nothing is read from them, and a rebuild takes them in. */
import { describe, expect, it } from 'vitest'
import { CONTROLLER_IDS } from '../../src-main/contract/controller-id'
import type { DriveMedium } from '../../src-main/simulator/drive-medium'
import type { World } from '../../src-main/simulator/world'
import { present } from '../../src-main/base/assert'
import { expectNothingLost, servingWorld, settle, startHost, tale } from '../support/simulation'

/** One of the RAID-5 group and one of the mirror. */
const VICTIMS = [1, 4]

function expectOut(world: World, drive: number): void {
  for (const id of CONTROLLER_IDS) {
    const out =
      world
        .controller(id)
        ?.report()
        .array?.failedMembers?.filter((member) => member.drive === drive) ?? []
    expect(out.length, `${id} does without drive ${drive}\n${tale(world)}`).toBeGreaterThan(0)
  }
}

function rebuild(world: World, drive: number): void {
  expect(world.answerTo('a', { name: 'rebuild-drive', params: { drive } })).toHaveProperty('result')
  const isOut = (): boolean =>
    world
      .controller('a')
      ?.report()
      .array?.failedMembers?.some((member) => member.drive === drive) === true
  expect(
    world.runUntil(() => !isOut(), 60_000),
    tale(world),
  ).toBe(true)
}

/** Kills everything, does something to a drive, and starts again. */
function restartWith(world: World, change: (medium: DriveMedium) => void, drive: number): void {
  world.killApplication()
  world.run(5)
  change(present(world.media[drive], 'a medium'))
  world.start()
  settle(world)
}

describe('a drive that comes up', () => {
  it.each(VICTIMS)('blank in the place of drive %i is out from the first claim on, and as good as any after its rebuild', (drive) => {
    const world = servingWorld({ seed: 930 + drive })
    const host = startHost(world)
    world.run(400)
    restartWith(world, (medium) => medium.replace(), drive)
    expectOut(world, drive)
    world.run(300)
    expectNothingLost(world, host)
    rebuild(world, drive)
    // Now the array depends on it.
    const other = drive === 1 ? 2 : 5
    restartWith(world, (medium) => (medium.isFailed = true), other)
    expectNothingLost(world, host)
  })

  it.each(VICTIMS)('as it was before the last start in the place of drive %i is out, although it has a superblock', (drive) => {
    const world = servingWorld({ seed: 940 + drive })
    const host = startHost(world)
    world.run(200)
    world.killApplication()
    world.run(5)
    const putBack = present(world.media[drive], 'a medium').snapshot()
    world.start()
    settle(world)
    world.run(400)
    restartWith(world, putBack, drive)
    expectOut(world, drive)
    expectNothingLost(world, host)
    rebuild(world, drive)
    expectNothingLost(world, host)
  })

  it('as it was, but not older than the array state, stays in use', () => {
    const world = servingWorld({ seed: 950 })
    const host = startHost(world)
    world.run(200)
    restartWith(world, () => undefined, 1)
    expect(world.controller('a')?.report().array?.failedMembers ?? []).toEqual([])
    expectNothingLost(world, host)
  })

  it('blank when only one controller starts: the one that serves learns of it', () => {
    const world = servingWorld({ seed: 951 })
    const host = startHost(world, { readShare: 0 })
    world.run(200)
    world.midplane.kill('a')
    world.run(100)
    present(world.media[1], 'a medium').replace()
    world.midplane.start('a')
    settle(world)
    world.run(50)
    expectOut(world, 1)
    expectNothingLost(world, host)
  })
})

describe('a drive that is exchanged while it is being rebuilt', () => {
  it('has nothing of what was rebuilt before, and stays out until it is rebuilt from the beginning', () => {
    const world = servingWorld({ seed: 953 })
    const host = startHost(world)
    world.run(200)
    restartWith(world, (medium) => medium.replace(), 1)
    expect(world.answerTo('a', { name: 'rebuild-drive', params: { drive: 1 } })).toHaveProperty('result')
    const progress = () => world.controller('a')?.state?.operations?.find(({ drive }) => drive === 1)?.progress
    expect(
      world.runUntil(() => (progress()?.done ?? 0) > 0, 60_000),
      tale(world),
    ).toBe(true)
    expect(progress()?.done).toBeLessThan(progress()?.total ?? 0)
    restartWith(world, (medium) => medium.replace(), 1)
    const out = world
      .controller('a')
      ?.report()
      .array?.failedMembers?.filter(({ drive }) => drive === 1)
    expect(out?.map(({ rebuild: running }) => running)).toEqual([undefined])
    expectNothingLost(world, host)
    rebuild(world, 1)
    restartWith(world, (medium) => (medium.isFailed = true), 2)
    expectNothingLost(world, host)
  })

  // By seed, the newcomer is welcomed before or after it has read the drives.
  it.each([954, 955, 956, 957, 958, 959])('stays out also where only one controller opens the other file (seed %i)', (seed) => {
    const world = servingWorld({ seed })
    const host = startHost(world)
    world.run(200)
    restartWith(world, (medium) => medium.replace(), 1)
    expect(world.answerTo('a', { name: 'rebuild-drive', params: { drive: 1 } })).toHaveProperty('result')
    const progress = () => world.controller('b')?.state?.operations?.find(({ drive }) => drive === 1)?.progress
    expect(
      world.runUntil(() => (progress()?.done ?? 0) > 0, 60_000),
      tale(world),
    ).toBe(true)
    world.midplane.kill('a')
    present(world.media[1], 'a medium').swap(new Map())
    world.run(20)
    settle(world)
    world.run(50)
    const out = world.controller('b')?.state?.failedMembers?.filter(({ drive }) => drive === 1)
    expect(
      out?.map(({ rebuild: running }) => running),
      tale(world),
    ).toEqual([undefined])
    expectNothingLost(world, host)
    rebuild(world, 1)
    restartWith(world, (medium) => (medium.isFailed = true), 2)
    expectNothingLost(world, host)
  })

  it('is noticed from the beginning of the rebuild on, also where its place has an older copy of it', () => {
    const world = servingWorld({ seed: 960 })
    const host = startHost(world)
    world.run(200)
    const medium = present(world.media[1], 'a medium')
    const copy = medium.copy()
    world.run(50)
    expect(world.answerTo('a', { name: 'rebuild-drive', params: { drive: 1, force: true } })).toHaveProperty('result')
    world.run(20)
    expect(world.controller('b')?.state?.operations?.find(({ drive }) => drive === 1)?.progress?.done).toBe(0)
    world.midplane.kill('a')
    medium.swap(copy)
    world.run(20)
    settle(world)
    world.run(50)
    const out = world.controller('b')?.state?.failedMembers?.filter(({ drive }) => drive === 1)
    expect(
      out?.map(({ rebuild: running }) => running),
      tale(world),
    ).toEqual([undefined])
    rebuild(world, 1)
    restartWith(world, (other) => (other.isFailed = true), 2)
    expectNothingLost(world, host)
  })
})

describe('rebuild-drive', () => {
  it('refuses a drive in use, unless it is forced; then its groups do without it until it is rebuilt', () => {
    const world = servingWorld({ seed: 952 })
    const host = startHost(world)
    world.run(200)
    expect(world.answerTo('b', { name: 'rebuild-drive', params: { drive: 1 } })).toMatchObject({ error: { code: 'not-possible-now' } })
    present(world.media[1], 'a medium').replace()
    expect(world.answerTo('b', { name: 'rebuild-drive', params: { drive: 1, force: true } })).toHaveProperty('result')
    expectOut(world, 1)
    expect(
      world.runUntil(() => world.controller('a')?.report().array?.failedMembers?.length === 0, 60_000),
      tale(world),
    ).toBe(true)
    restartWith(world, (medium) => (medium.isFailed = true), 2)
    expectNothingLost(world, host)
  })
})
