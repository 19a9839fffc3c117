import { expect, it } from 'vitest'
import { present } from '../../../../src-main/base/assert'
import { Prng } from '../../../../src-main/base/prng'
import { survivesWithout } from '../../../../src-main/core/raid/geometry'
import { driveCountOf } from '../../../../src-main/simulator/first-state'
import { MediaTargets } from '../../../../src-main/simulator/faults/media-targets'
import { Ground } from '../../../../src-main/simulator/hosts/ground'
import { servingWorld } from '../../../support/simulation'
import type { World } from '../../../../src-main/simulator/world'

const DRAWS = 60

function targetsIn(world: World): { readonly targets: MediaTargets; readonly ground: Ground } {
  const state = present(world.controller('a')?.state, 'array state')
  const ground = new Ground({ state, random: new Prng(1), hasLedgerHost: false })
  return { ground, targets: new MediaTargets({ world, ground, random: new Prng(2) }) }
}

/** Over some time, the drives that may fail. */
function victims(world: World, { targets, ground }: ReturnType<typeof targetsIn>): Set<number> {
  const drives = new Set<number>()
  for (let draw = 0; draw < DRAWS; draw++) {
    world.run(3000)
    ground.move()
    const target = targets.next()
    if (target !== undefined) drives.add(target.drive)
  }
  return drives
}

it('each drive has its turn, as long as the one before is as good as new', () => {
  const world = servingWorld({ seed: 1, driveBlocks: 32_768 })
  expect(victims(world, targetsIn(world))).toEqual(new Set([0, 1, 2, 3, 4, 5]))
})

it('nobody else has a turn while a drive of the group is hurt, or was hurt a moment ago', () => {
  const world = servingWorld({ seed: 1, driveBlocks: 32_768 })
  const hosts = targetsIn(world)
  const { targets } = hosts
  const hurt = targets.sickDrives
  for (const drive of hurt) present(world.media[drive], 'a medium').latentErrors.add(9000)
  expect(victims(world, hosts)).toEqual(new Set(hurt))
  for (const drive of hurt) present(world.media[drive], 'a medium').latentErrors.clear()
  const struck = new Map<boolean, number>()
  for (let draw = 0; draw < DRAWS; draw++) {
    const { drive } = targets.next(5000) ?? {}
    if (drive === undefined) continue
    // Drives 0 to 3 are in one group.
    expect(struck.get(drive < 4) ?? drive).toBe(drive)
    struck.set(drive < 4, drive)
  }
  expect(struck.size).toBe(2)
})

it('drives of volumes without redundancy never fail, and a sector beside a victim is on another drive of its group', () => {
  const world = servingWorld({ seed: 1, smallArray: { chunkBlocks: 8, stripes: 100, hasMoreVolumes: true } })
  const hosts = targetsIn(world)
  const { targets } = hosts
  expect([...victims(world, hosts)].filter((drive) => ![2, 3, 5].includes(drive))).toEqual([])
  for (let draw = 0; draw < DRAWS; draw++) {
    const beside = targets.nextBeside(0)
    if (beside === undefined) continue
    expect(beside.drive).not.toBe(beside.victim)
    expect(beside.group.sections.map(({ drive }) => drive)).toEqual(expect.arrayContaining([beside.drive, beside.victim]))
    expect(beside.blocks.length).toBeGreaterThan(0)
  }
})

it('of RAID 6 any two drives fail at once, of RAID 10 one of each pair, and of no group more than it survives', () => {
  const smallArray = { chunkBlocks: 8, stripes: 100, hasMoreVolumes: false, survivesMore: true }
  const world = servingWorld({ seed: 1, smallArray, driveCount: driveCountOf(smallArray) })
  const { targets, ground } = targetsIn(world)
  const seen = new Map<number, Set<string>>()
  for (let draw = 0; draw < 6 * DRAWS; draw++) {
    world.run(3000)
    ground.move()
    const together = targets.nextRowOfVictims().map(({ drive }) => drive)
    expect(targets.sickDrives).toHaveLength(4)
    const group = present(
      ground.volumes.find((volume) => volume.group.sections.some(({ drive }) => together.includes(drive))),
      'a volume',
    )
    expect(together).toHaveLength(2)
    expect(survivesWithout(group.layout, together)).toBe(true)
    seen.set(group.group.id, (seen.get(group.group.id) ?? new Set()).add(together.join('+')))
  }
  expect(seen.get(0)?.size).toBe(10)
  expect(seen.get(1)).toEqual(new Set(['5+7', '5+8', '6+7', '6+8']))
})
