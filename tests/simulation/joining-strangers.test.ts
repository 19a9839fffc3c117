/** A controller comes back to a pair that rebuilds a drive, and what is in the place of that drive is another one by then. */
import { expect, it } from 'vitest'
import { present } from '../../src-main/base/assert'
import { CONTROLLER_IDS } from '../../src-main/contract/controller-id'
import type { World } from '../../src-main/simulator/world'
import { expectNothingLost, servingWorld, settle, startHost, tale } from '../support/simulation'

const DRIVE = 1

/** B serves, and waits for A: only A's NVRAM has all writes of a volume, and A had rebuilt a part of the drive. */
function heldByA(seed: number) {
  const world = servingWorld({ seed })
  expect(world.answerTo('a', { name: 'set-cache-policy', params: { policy: 'write-back-unmirrored' } })).toHaveProperty('result')
  const host = startHost(world, { readShare: 0, luns: [0] })
  world.run(400)
  world.midplane.kill('b')
  world.runUntil(
    () =>
      world
        .controller('a')
        ?.report()
        .array?.ownership.every(({ heldBy }) => heldBy === 'a') === true,
  )
  world.run(20)
  expect(world.answerTo('a', { name: 'rebuild-drive', params: { drive: DRIVE, force: true } })).toHaveProperty('result')
  const done = (): number => world.controller('a')?.state?.operations?.find(({ drive }) => drive === DRIVE)?.progress?.done ?? 0
  expect(
    world.runUntil(() => done() > 0, 60_000),
    tale(world),
  ).toBe(true)
  world.run(3)
  host.stop()
  world.midplane.kill('a')
  world.run(20)
  world.midplane.start('b')
  expect(
    world.runUntil(() => CONTROLLER_IDS.every((of) => world.network.listenerOf(of)?.controller === 'b'), 5000),
    tale(world),
  ).toBe(true)
  return { world, host }
}

/** A has read the drives for long when it is welcomed. */
function startA(world: World): void {
  world.interconnect.extraDelayMs = 5
  world.midplane.start('a')
  world.run(40)
  world.interconnect.extraDelayMs = 0
  settle(world)
  world.run(200)
}

it('a drive that was blank when a controller began to wait, and was rebuilt since, is used when it claims', () => {
  const world = servingWorld({ seed: 7110 })
  const host = startHost(world, { readShare: 0.5, luns: [0] })
  world.run(200)
  world.midplane.kill('a')
  world.run(200)
  const medium = present(world.media[DRIVE], 'a medium')
  medium.swap(new Map())
  world.cutInterconnect()
  world.midplane.start('a')
  world.run(100)
  expect(world.controller('a')?.report().phase).toBe('waiting')
  expect(world.answerTo('b', { name: 'rebuild-drive', params: { drive: DRIVE, force: true } })).toHaveProperty('result')
  const isWhole = (): boolean => (world.controller('b')?.state?.failedMembers ?? []).length === 0
  expect(world.runUntil(isWhole, 60_000), tale(world)).toBe(true)
  world.run(100)
  world.midplane.kill('b')
  const serves = (): boolean => world.controller('a')?.report().phase === 'serving'
  expect(world.runUntil(serves, 5000), tale(world)).toBe(true)
  expect(world.controller('a')?.state?.failedMembers ?? []).toEqual([])
  world.mendInterconnect()
  world.midplane.start('b')
  settle(world)
  expectNothingLost(world, host)
})

it.each([7100, 7101, 7102])('a drive that was exchanged during its rebuild is not used by a replay (seed %i)', (seed) => {
  const { world, host } = heldByA(seed)
  present(world.media[DRIVE], 'a medium').swap(new Map())
  startA(world)
  expectNothingLost(world, host)
})
