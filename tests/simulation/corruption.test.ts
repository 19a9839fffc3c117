/**
 * Silent corruption: what the array can tell, and what it cannot. Superblocks and records of the NVRAM log have checksums;
 * blocks of volumes have none yet, so what a drive corrupted there is served. The checkers of the simulator see it.
 */
import { describe, expect, it } from 'vitest'
import { Prng } from '../../src-main/base/prng'
import { CONTROLLER_IDS, peerOf } from '../../src-main/contract/controller-id'
import { slotFirstBlock } from '../../src-main/core/raid/superblock'
import { layoutOf, locate } from '../../src-main/core/raid/geometry'
import { Violations } from '../../src-main/simulator/checkers/checker'
import { RedundancyCheck } from '../../src-main/simulator/checkers/redundancy-check'
import { VirtualClock } from '../../src-main/simulator/virtual-clock'
import { FAULTS } from '../../src-main/simulator/faults/faults'
import { runWorld } from '../../src-main/simulator/run/run-world'
import { expectNothingLost, servingWorld, settle, startHost, survivorOf } from '../support/simulation'

const SEEDS = [1, 2, 3, 4, 5, 6]

describe('corruption of superblocks', () => {
  it.each(SEEDS)('of fewer drives than a majority costs nothing, seed %i', (seed) => {
    const world = servingWorld({ seed })
    const host = startHost(world)
    expect(world.answerTo('a', { name: 'rename-array', params: { name: 'newest' } })).toHaveProperty('result')
    world.run(50)
    const random = new Prng(seed)
    const first = random.below(6)
    for (const drive of [first, (first + 1 + random.below(5)) % 6]) {
      for (const slot of [0, 1]) for (let block = 0; block < 4; block++) world.media[drive]?.corrupt(slotFirstBlock(slot) + block, random)
    }
    world.killApplication()
    world.run(20)
    settle(world)
    expect(world.controller('b')?.report().array?.configuration.name).toBe('newest')
    expectNothingLost(world, host)
  })
})

describe('corruption of the NVRAM log', () => {
  it.each(SEEDS)('of a controller whose mirror is replayed costs nothing, seed %i', (seed) => {
    const world = servingWorld({ seed })
    const host = startHost(world, { readShare: 0 })
    const random = new Prng(seed)
    world.run(100 + random.fraction() * 50)
    const dead = random.pick(CONTROLLER_IDS)
    const { bytes } = world.nvram[dead]
    // The log is the first half; its checksums make an end of it. The mirror in the other controller's NVRAM is whole.
    for (let at = 1024; at < bytes.length / 2; at += 512) bytes[at] = (bytes[at] ?? 0) ^ 0x55
    world.midplane.kill(dead)
    expect(world.runUntil(() => survivorOf(world) === peerOf(dead))).toBe(true)
    settle(world)
    expectNothingLost(world, host)
  })
})

describe('corruption of a block', () => {
  it.each([0, 1])('of volume %i is seen by the check of redundancy, in its row and in no other', (volumeId) => {
    const world = servingWorld({ seed: 9 })
    const host = startHost(world, { readShare: 0 })
    world.run(300)
    expectNothingLost(world, host)
    world.run(300)
    const state = world.controller('a')?.report().array
    const volume = state?.configuration.volumes.find(({ id }) => id === volumeId)
    const group = state?.configuration.groups.find(({ id }) => id === volume?.groupId)
    if (state === undefined || volume === undefined || group === undefined) throw new Error('no such volume')
    const layout = layoutOf(group)
    const { data } = locate(layout, volume.firstBlock + 5)
    const row = layout.rule.memberBlockOf(layout, volume.firstBlock + 5)
    const look = (isTold: boolean): { readonly found: number; readonly corruptRows: number } => {
      const violations = new Violations(new VirtualClock())
      const check = new RedundancyCheck(violations, world.media)
      if (isTold) check.taint(group, row)
      check.finish(state)
      return { found: violations.found.length, corruptRows: check.corruptRows }
    }
    expect(look(false)).toEqual({ found: 0, corruptRows: 0 })
    world.media[data.drive]?.corrupt(data.block, new Prng(3))
    expect(look(false)).toEqual({ found: 1, corruptRows: 0 })
    expect(look(true)).toEqual({ found: 0, corruptRows: 1 })
    // Another row is nobody's to excuse.
    world.media[data.drive]?.corrupt(data.block + 1, new Prng(4))
    expect(look(true)).toEqual({ found: 1, corruptRows: 1 })
  })

  it('happens in the worlds of the simulator, which tell how much of it was served', () => {
    expect(FAULTS.map(({ name }) => name)).toContain('silent-corruption')
    let served = 0
    for (let seed = 1; seed <= 40; seed++) {
      const result = runWorld({ seed, operations: 200 })
      expect(result.violations).toEqual([])
      served += result.corruptBlocksServed
    }
    expect(served).toBeGreaterThan(0)
  })
})
