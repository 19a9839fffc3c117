/** Both are down, and one has missed what the other did alone. They come back in either order, the second one however late. */
import { describe, expect, it } from 'vitest'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import { CACHE_POLICIES } from '../../src-main/contract/array-state'
import type { World } from '../../src-main/simulator/world'
import { expectNothingLost, servingWorld, settle, startHost, tale } from '../support/simulation'

const STARTS = CONTROLLER_IDS.flatMap((stale) =>
  CONTROLLER_IDS.flatMap((first) =>
    CACHE_POLICIES.flatMap((policy) => [0, 0.4, 1.5, 200].map((laterMs) => ({ stale, first, policy, laterMs }))),
  ),
)

describe('a start after both died', () => {
  it.each(STARTS)(
    '$stale was away first, $first comes back first, the other one $laterMs ms later, policy $policy',
    ({ stale, first, policy, laterMs }) => {
      const world = servingWorld({ seed: 900 })
      expect(world.answerTo('a', { name: 'set-cache-policy', params: { policy } })).toHaveProperty('result')
      const host = startHost(world, { meanGapMs: 2 })
      world.run(30)
      const last = peerOf(stale)
      world.midplane.kill(stale)
      expect(world.runUntil(() => world.network.listenerOf(stale)?.controller === last)).toBe(true)
      expect(world.answerTo(last, { id: 'missed', name: 'rename-array', params: { name: 'Newer' } })).toHaveProperty('result')
      world.run(20)
      // Until what the takeover had left in the log is on the drives, that is held too.
      if (policy === 'write-through')
        expect(
          world.runUntil(
            () =>
              world
                .controller(last)
                ?.report()
                .array?.ownership.every(({ heldBy }) => heldBy === undefined) === true,
          ),
          tale(world),
        ).toBe(true)
      world.midplane.kill(last)
      world.run(20)
      world.midplane.start(first)
      world.run(laterMs)
      if (laterMs === 200) expectAlone(world, { id: first, mustWait: first === stale && policy === 'write-back-unmirrored' })
      settle(world)
      for (const id of CONTROLLER_IDS) {
        expect(world.controller(id)?.report().array?.configuration.name).toBe('Newer')
        expect(world.answerTo(id, { id: 'missed', name: 'rename-array', params: { name: 'Newer' } })).toHaveProperty('result')
      }
      expectNothingLost(world, host)
    },
  )

  it('says why it waits: drives, a silent peer, a volume whose holder is away', () => {
    const world = servingWorld({ seed: 901 })
    for (const id of CONTROLLER_IDS) world.midplane.kill(id)
    world.run(20)
    const away = world.media.slice(0, 4)
    for (const medium of away) medium.isFailed = true
    world.midplane.start('b')
    world.run(500)
    expect(world.controller('b')?.report()).toMatchObject({
      phase: 'waiting',
      reason: expect.stringContaining('fewer than half of the drives can be read') as unknown,
    })
    for (const medium of away) medium.isFailed = false
    world.cutInterconnect()
    world.midplane.start('a')
    world.run(20)
    const waiting = CONTROLLER_IDS.filter((id) => world.controller(id)?.report().phase === 'waiting')
    expect(waiting.length, tale(world)).toBeGreaterThan(0)
    for (const id of waiting) expect(world.controller(id)?.report().reason).toMatch(/nothing is heard|drives/)
    world.mendInterconnect()
    settle(world)
  })

  it('of one that sees as many old superblocks as new ones waits, and takes the new ones when it sees more', () => {
    for (const first of CONTROLLER_IDS) {
      const world = servingWorld({ seed: 902 })
      const putBack = world.media.slice(0, 2).map((medium) => medium.snapshot())
      expect(world.answerTo('a', { name: 'rename-array', params: { name: 'Newer' } })).toHaveProperty('result')
      for (const id of CONTROLLER_IDS) world.midplane.kill(id)
      world.run(20)
      for (const back of putBack) back()
      const away = world.media.slice(3)
      for (const medium of away) medium.isFailed = true
      world.midplane.start(first)
      world.run(1000)
      expect(world.controller(first)?.report(), tale(world)).toMatchObject({ phase: 'waiting', portals: [] })
      for (const medium of away) medium.isFailed = false
      expect(
        world.runUntil(() => world.isServing(first), 5000),
        tale(world),
      ).toBe(true)
      expect(world.controller(first)?.report().array?.configuration.name).toBe('Newer')
      settle(world)
    }
  })
})

function expectAlone(world: World, { id, mustWait }: { readonly id: ControllerId; readonly mustWait: boolean }): void {
  expect(
    world.runUntil(() => CONTROLLER_IDS.every((of) => world.network.listenerOf(of)?.controller === id), 2000),
    tale(world),
  ).toBe(true)
  expect(world.answerTo(id, { name: 'get-array-status' })).toMatchObject({ result: { name: 'Newer' } })
  const events = JSON.stringify(world.answerTo(id, { name: 'get-event-log' }))
  const holder = peerOf(id).toUpperCase()
  if (mustWait) expect(events).toContain(`waits for controller ${holder}: only its NVRAM has all acknowledged writes`)
  else expect(events).not.toContain(`waits for controller ${holder}`)
}
