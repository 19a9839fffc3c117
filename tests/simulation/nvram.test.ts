/** The mirrored log in the whole pair: what is acknowledged from NVRAM alone survives whoever dies, and parity agrees afterwards. */
import { describe, expect, it } from 'vitest'
import { present } from '../../src-main/base/assert'
import { Prng } from '../../src-main/base/prng'
import { BLOCK_BYTES } from '../../src-main/base/units'
import { CONTROLLER_IDS, peerOf } from '../../src-main/contract/controller-id'
import type { World } from '../../src-main/simulator/world'
import { expectConsistent, nvramOf } from '../support/nvram'
import { expectNothingLost, servingWorld, settle, startHost, survivorOf } from '../support/simulation'

const SEEDS = Array.from({ length: 10 }, (_, index) => 500 + index)

function untilInStep(world: World): void {
  expect(
    world.runUntil(() => CONTROLLER_IDS.every((id) => nvramOf(world, id)?.mirror === 'in-step')),
    `both mirrors of seed ${world.seed} are in step`,
  ).toBe(true)
}

describe('the mirrored log', () => {
  it('is in step on both sides once the pair serves, and tells its state', () => {
    const world = servingWorld({ seed: 11 })
    untilInStep(world)
    const host = startHost(world)
    expect(world.runUntil(() => CONTROLLER_IDS.some((id) => (nvramOf(world, id)?.dirtyVolumes.length ?? 0) > 0))).toBe(true)
    expectNothingLost(world, host)
    expectConsistent(world)
  })

  it.each(SEEDS)('replays the mirror in a takeover, seed %i', (seed) => {
    const world = servingWorld({ seed })
    untilInStep(world)
    const host = startHost(world, { readShare: 0 })
    const dead = world.random.pick(CONTROLLER_IDS)
    world.runUntil(() => (nvramOf(world, dead)?.dirtyVolumes.length ?? 0) > 0 && host.acknowledged > 50)
    world.midplane.kill(dead)
    expect(world.runUntil(() => survivorOf(world) === peerOf(dead))).toBe(true)
    expect(world.trace.events.some(({ kind, data }) => kind === 'takeover.replayed' && Number(data?.['records']) > 0)).toBe(true)
    settle(world)
    untilInStep(world)
    expectNothingLost(world, host)
    expectConsistent(world)
  })

  it.each(SEEDS)('survives both killed, whichever comes back first, alone or not, seed %i', (seed) => {
    const world = servingWorld({ seed })
    untilInStep(world)
    const host = startHost(world, { readShare: 0.2 })
    const random = new Prng(seed)
    for (let round = 0; round < 4; round++) {
      world.run(50 + random.fraction() * 100)
      const first = random.pick(CONTROLLER_IDS)
      world.midplane.kill(first)
      world.run(random.fraction() * 15)
      world.midplane.kill(peerOf(first))
      world.run(20)
      // The one that has been left behind may be alone for a while: what the other one holds must wait for it.
      world.midplane.start(random.pick(CONTROLLER_IDS))
      world.run(random.fraction() * 60)
      settle(world)
    }
    untilInStep(world)
    expectNothingLost(world, host)
    expectConsistent(world)
  })

  it.each(SEEDS)('keeps unmirrored data until its holder is back, seed %i', (seed) => {
    const world = servingWorld({ seed })
    expect(world.answerTo('a', { name: 'set-cache-policy', params: { policy: 'write-back-unmirrored' } })).toHaveProperty('result')
    const host = startHost(world, { readShare: 0.2 })
    const random = new Prng(seed)
    for (let round = 0; round < 3; round++) {
      const away = random.pick(CONTROLLER_IDS)
      world.midplane.kill(away)
      world.run(100 + random.fraction() * 100)
      world.midplane.kill(peerOf(away))
      world.run(20)
      world.midplane.start(away)
      world.run(random.fraction() * 200)
      settle(world)
      world.run(50)
    }
    untilInStep(world)
    expectNothingLost(world, host)
    expectConsistent(world)
  })

  it('lets a volume wait whose data only the other controller has, and says so', () => {
    const world = servingWorld({ seed: 77 })
    world.answerTo('a', { name: 'set-cache-policy', params: { policy: 'write-back-unmirrored' } })
    const host = startHost(world, { readShare: 0 })
    world.midplane.kill('b')
    world.runUntil(
      () =>
        world
          .controller('a')
          ?.report()
          .array?.ownership.every(({ heldBy }) => heldBy === 'a') === true,
    )
    world.run(50)
    world.midplane.kill('a')
    world.run(20)
    world.midplane.start('b')
    expect(world.runUntil(() => world.isServing('b'))).toBe(true)
    expect(
      world
        .controller('b')
        ?.report()
        .array?.ownership.map(({ owner, heldBy }) => [owner, heldBy]),
    ).toEqual([
      ['a', 'a'],
      ['a', 'a'],
    ])
    expect(world.runUntil(() => world.controller('b')?.directory.find(0)?.accessState(2) === 'transitioning')).toBe(true)
    expect(world.controller('b')?.report().nvram?.dirtyVolumes).toEqual([])
    settle(world)
    expectNothingLost(world, host)
    expectConsistent(world)
  })

  it('makes hosts wait while the log is full, and loses nothing', () => {
    const world = servingWorld({ seed: 5, nvramBytes: 65_536 })
    untilInStep(world)
    const host = startHost(world, { readShare: 0.1, meanGapMs: 0.02, chunksPerLun: 512 })
    world.run(300)
    world.midplane.kill('a')
    world.run(300)
    settle(world)
    expect(host.acknowledged).toBeGreaterThan(500)
    expectNothingLost(world, host)
    expectConsistent(world)
  })

  it('is empty after a controller was stopped in order', () => {
    const world = servingWorld({ seed: 6 })
    untilInStep(world)
    const host = startHost(world, { readShare: 0 })
    world.run(200)
    host.stop()
    world.runUntil(() => host.underWay === 0)
    let stopped = false
    world.controller('a')?.stop(() => (stopped = true))
    expect(world.runUntil(() => stopped)).toBe(true)
    expect(nvramOf(world, 'a')?.dirtyVolumes).toEqual([])
  })

  it('takes a long write in pieces, none of which waits for the age of the one before', () => {
    const world = servingWorld({ seed: 7, nvramBytes: 32_768 })
    untilInStep(world)
    const { controller } = present(world.life('a'), 'life of A')
    const beganAtMs = world.clock.nowMs()
    const data = [new Uint8Array(128 * BLOCK_BYTES).fill(1)]
    let answer: unknown
    present(controller.directory.find(0), 'LUN 0').write(
      { firstBlock: 0, blockCount: 128, data, forceUnitAccess: false, trace: undefined },
      (outcome) => (answer = outcome.ok),
    )
    expect(world.runUntil(() => answer !== undefined)).toBe(true)
    expect(answer).toBe(true)
    expect(world.clock.nowMs() - beganAtMs).toBeLessThan(500)
  })
})
