/**
 * A controller that is alone dies in the middle of writes, and the other one, which was down, comes back first: it has no
 * log that says which stripes were left half updated. It verifies all of them, and copies and parity agree again.
 */
import { describe, expect, it } from 'vitest'
import { present } from '../../src-main/base/assert'
import { Prng } from '../../src-main/base/prng'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import { SUPERBLOCK_AREA_BLOCKS } from '../../src-main/core/raid/superblock-area'
import { RedundancyCheck } from '../../src-main/simulator/checkers/redundancy-check'
import { Violations } from '../../src-main/simulator/checkers/checker'
import type { World } from '../../src-main/simulator/world'
import { expectNothingLost, servingWorld, settle, startHost, tale } from '../support/simulation'

const SEEDS = Array.from({ length: 8 }, (_, index) => 1500 + index)

function unverified(world: World, id: ControllerId): readonly number[] {
  return (
    world
      .controller(id)
      ?.report()
      .array?.ownership.filter(({ unverified }) => unverified !== undefined)
      .map(({ volumeId }) => volumeId) ?? []
  )
}

function redundancyOf(world: World, id: ControllerId): readonly string[] {
  const state = world.controller(id)?.report().array
  if (state === undefined) throw new Error('no state')
  const violations = new Violations(world.clock)
  new RedundancyCheck(violations, world.media).finish(state)
  return violations.found.map(({ sentence }) => sentence)
}

/** Leaves `last` alone under load, kills it in the middle of its writes, and starts the other one, which is alone too. */
function twoFailures(
  seed: number,
  die = (world: World, last: ControllerId): void => world.midplane.kill(last),
): { readonly world: World; readonly host: ReturnType<typeof startHost>; readonly back: ControllerId; readonly random: Prng } {
  const world = servingWorld({ seed })
  const random = new Prng(seed)
  const host = startHost(world, { meanGapMs: 0.1, readShare: 0 })
  const last = random.pick(CONTROLLER_IDS)
  const back = peerOf(last)
  world.run(random.fraction() * 50)
  world.midplane.kill(back)
  expect(
    world.runUntil(() => world.isServing(last) && world.network.listenerOf(back)?.controller === last),
    `seed ${seed}`,
  ).toBe(true)
  // Long enough for what it had from the log to be on the drives: it holds no volume any more.
  world.run(400 + random.fraction() * 50)
  die(world, last)
  world.run(5)
  world.midplane.start(back)
  expect(
    world.runUntil(() => world.isServing(back) && CONTROLLER_IDS.every((id) => world.network.listenerOf(id)?.controller === back)),
    `seed ${seed}: ${tale(world)}`,
  ).toBe(true)
  return { world, host, back, random }
}

describe('two failures in a row, and the one without the log comes back', () => {
  it.each(SEEDS)('copies and parity are verified and agree, seed %i', (seed) => {
    const { world, host, back } = twoFailures(seed)
    expect(unverified(world, back)).toEqual([0, 1])
    const operations = world.answerTo(back, { name: 'list-operations' })
    expect(operations).toMatchObject({
      result: {
        operations: [
          { name: 'verify-volume', about: 'volume "alpha"', volumes: [0], state: 'running' },
          { name: 'verify-volume', volumes: [1] },
        ],
      },
    })
    expect(
      world.runUntil(() => unverified(world, back).length === 0, 20_000),
      `seed ${seed}: ${tale(world)}`,
    ).toBe(true)
    settle(world)
    world.run(500)
    expectNothingLost(world, host)
    world.run(500)
    expect(redundancyOf(world, back)).toEqual([])
  })

  it('the half updated stripes are really there, and only the verification finds them', () => {
    const torn = Array.from({ length: 24 }, (_, index) => 1600 + index).filter((seed) => {
      const { world, back, host } = twoFailures(seed)
      host.stop()
      return redundancyOf(world, back).length > 0
    })
    expect(torn.length).toBeGreaterThan(2)
  })

  it.each(SEEDS.slice(0, 6))('whoever owns the volume next goes on with it, seed %i', (seed) => {
    const { world, host, back, random } = twoFailures(seed)
    world.run(random.fraction() * 200)
    world.midplane.kill(back)
    settle(world)
    expect(
      world.runUntil(() => CONTROLLER_IDS.every((id) => unverified(world, id).length === 0), 20_000),
      `seed ${seed}: ${tale(world)}`,
    ).toBe(true)
    world.run(300)
    expectNothingLost(world, host)
    world.run(500)
    expect(redundancyOf(world, 'a')).toEqual([])
  })

  it('takes a volume that is being verified from nobody: it cannot be deleted meanwhile', () => {
    const { world, back } = twoFailures(SEEDS[0] ?? 1)
    expect(world.answerTo(back, { name: 'unmap-lun', params: { lun: 1 } })).toMatchObject({ result: {} })
    expect(world.answerTo(back, { name: 'delete-volume', params: { volume: 1 } })).toMatchObject({
      error: { code: 'not-possible-now', field: 'volume' },
    })
    expect(world.runUntil(() => unverified(world, back).length === 0, 20_000)).toBe(true)
    expect(world.answerTo(back, { name: 'delete-volume', params: { volume: 1 } })).toMatchObject({ result: { id: 1 } })
  })
})

/** Volume 0 is on RAID-5, drives 0 to 3; volume 1 on RAID-1, drives 4 and 5. */
describe('a drive fails with the last controller, and the one without the log comes back', () => {
  /** A write has just landed on one drive of a row; another drive of the row fails, and what belongs to the write is under way. */
  const dieWithDrives = (world: World, last: ControllerId): void => {
    let isOver = false
    const stopListening = world.writers.onLanding(({ drive, firstBlock }) => {
      if (drive > 3 || firstBlock < SUPERBLOCK_AREA_BLOCKS) return
      stopListening()
      for (const failed of [(drive + 1 + (world.seed % 3)) % 4, 4]) present(world.media[failed], 'drive').isFailed = true
      world.clock.after(0, () => {
        world.midplane.kill(last)
        isOver = true
      })
    })
    expect(world.runUntil(() => isOver, 1000)).toBe(true)
  }
  const holders = (world: World, id: ControllerId): unknown =>
    world
      .controller(id)
      ?.report()
      .array?.ownership.map(({ heldBy }) => heldBy)

  it.each(SEEDS)('what parity has to stand in for waits for the log, and is what it was, seed %i', (seed) => {
    const { world, host, back } = twoFailures(seed, dieWithDrives)
    // What it wrote last must not be written over.
    host.stop()
    expect(holders(world, back)).toEqual([peerOf(back), undefined])
    expect(unverified(world, back)).toEqual([1])
    expect(JSON.stringify(world.answerTo(back, { name: 'get-event-log' }))).toContain(
      `waits for controller ${peerOf(back).toUpperCase()}: only its NVRAM has all acknowledged writes`,
    )
    expect(world.controller(back)?.directory.find(0)?.accessState(1)).toBe('transitioning')
    settle(world)
    expect(
      world.runUntil(() => CONTROLLER_IDS.every((id) => unverified(world, id).length === 0), 20_000),
      `seed ${seed}: ${tale(world)}`,
    ).toBe(true)
    expect(holders(world, back)).toEqual([undefined, undefined])
    expectNothingLost(world, host)
  })

  it.each(SEEDS.slice(0, 4))('also when the one that waits dies, whoever starts next, seed %i', (seed) => {
    const { world, host, back, random } = twoFailures(seed, dieWithDrives)
    world.run(random.fraction() * 100)
    world.midplane.kill(back)
    world.run(20)
    const next = random.pick(CONTROLLER_IDS)
    world.midplane.start(next)
    expect(
      world.runUntil(() => world.isServing(next), 5000),
      `seed ${seed}: ${tale(world)}`,
    ).toBe(true)
    world.run(random.fraction() * 100)
    settle(world)
    expectNothingLost(world, host)
  })

  it('is served without the log when an operator gives that up', () => {
    const { world, host, back } = twoFailures(SEEDS[0] ?? 1, dieWithDrives)
    host.stop()
    expect(world.answerTo(back, { name: 'discard-held-writes', params: { volume: 0, losingUpToMegabytes: 16 } })).toMatchObject({
      result: { heldBy: peerOf(back), owner: back },
    })
    expect(
      world.runUntil(() => unverified(world, back).length === 0, 20_000),
      tale(world),
    ).toBe(true)
    expect(holders(world, back)).toEqual([undefined, undefined])
    settle(world)
    expect(world.writers.violations).toEqual([])
  })
})

describe('what needs no verification', () => {
  it.each(SEEDS.slice(0, 4))('a takeover whose mirror was in step, and a start of both, seed %i', (seed) => {
    const world = servingWorld({ seed })
    const host = startHost(world, { meanGapMs: 0.3, readShare: 0 })
    expect(world.runUntil(() => CONTROLLER_IDS.every((id) => world.controller(id)?.report().nvram?.mirror === 'in-step'))).toBe(true)
    world.run(50)
    world.midplane.kill(seed % 2 === 0 ? 'a' : 'b')
    settle(world)
    world.killApplication()
    world.run(5)
    settle(world)
    expect(world.trace.events.filter(({ kind }) => kind === 'volume.verification-started')).toEqual([])
    expectNothingLost(world, host)
    expect(redundancyOf(world, 'a')).toEqual([])
  })
})
