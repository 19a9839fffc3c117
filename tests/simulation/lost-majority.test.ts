/**
 * A commit that reaches too few drives does not count for whoever made it. But whoever comes next may find it as the newest
 * state there is, and go by it: what is acknowledged in between must be there all the same.
 */
import { describe, expect, it } from 'vitest'
import type { ControllerId } from '../../src-main/contract/controller-id'
import { DEFAULT_TIMINGS } from '../../src-main/core/controller/peer/timings'
import type { BlockHost } from '../../src-main/simulator/block-host'
import type { World } from '../../src-main/simulator/world'
import { expectNothingLost, servingWorld, settle, startHost, tale } from '../support/simulation'

/** Of eight: one too many for a commit. */
const LOST = [0, 1, 2, 3]
const STEPS = 10

interface Moving {
  readonly world: World
  readonly host: BlockHost
  readonly from: ControllerId
}

/** A serves both volumes, and gives one of them back to B. */
function givingBack(seed: number): Moving {
  const world = servingWorld({ seed, driveCount: 8 })
  world.midplane.kill('b')
  expect(
    world.runUntil(() => world.network.listenerOf('b')?.controller === 'a'),
    tale(world),
  ).toBe(true)
  world.run(20)
  const host = startHost(world, { luns: [1], meanGapMs: 0.5, chunksPerLun: 16, choosePortal: () => 'a' })
  world.midplane.start('b')
  return { world, host, from: 'a' }
}

/** B, which A has to propose it to, is where most I/O of A's volume arrives. */
function movingByLoad(seed: number): Moving {
  const load = { windowMs: 50, windows: 2, share: 0.75, minOperations: 5, holdDownMs: 500, pauseMs: 3000 }
  const world = servingWorld({ seed, driveCount: 8, timings: { ...DEFAULT_TIMINGS, load } })
  world.answerTo('a', { name: 'set-dispatch-scheme', params: { scheme: 'transfer-ownership' } })
  expect(world.answerTo('b', { name: 'set-ownership-by-load', params: { enabled: true } })).toMatchObject({ servedBy: 'b' })
  return { world, host: startHost(world, { luns: [0], meanGapMs: 0.5, chunksPerLun: 16, choosePortal: () => 'b' }), from: 'a' }
}

describe('a move whose commit reaches too few drives', () => {
  it.each([
    ['a giveback', givingBack],
    ['by load, of another one than the service owner', movingByLoad],
  ] as const)('%s, leaves nothing acknowledged behind when the one that gives dies', (_name, begin) => {
    for (let step = 0; step < STEPS; step++) {
      const { world, host, from } = begin(480 + step)
      let isStruck = false
      world.trace.onEvent(({ kind }) => {
        if (kind !== 'volume.quiesced' || isStruck) return
        isStruck = true
        for (const medium of world.media) if (LOST.includes(medium.index)) medium.isFailed = true
        world.clock.after(3, () => {
          for (const medium of world.media) medium.isFailed = false
        })
      })
      expect(
        world.runUntil(() => isStruck, 3000),
        tale(world),
      ).toBe(true)
      // Half of the times while the volume waits, and half of the times when it is served again.
      const { acknowledged } = host
      if (step % 2 === 0)
        expect(
          world.runUntil(() => host.acknowledged > acknowledged + 10, 2000),
          tale(world),
        ).toBe(true)
      world.run(step * 5)
      world.midplane.kill(from)
      settle(world)
      expectNothingLost(world, host)
    }
  })
})
