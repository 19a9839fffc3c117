/** States of the pair from which it once needed a person to get out, although a controller and enough drives worked. */
import { describe, expect, it } from 'vitest'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import { START_WATCHDOG_MS, WATCHDOG_MS } from '../../src-main/contract/midplane'
import { World } from '../../src-main/simulator/world'
import { expectNothingLost, servingWorld, settle, startHost, tale } from '../support/simulation'

const SERVES_WITHIN_MS = 3000

function expectServed(world: World, withinMs: number): void {
  const answers = (portal: ControllerId): boolean => {
    const server = world.network.listenerOf(portal)
    return server !== undefined && world.incarnation(server.controller) === server && world.isServing(server.controller)
  }
  expect(
    world.runUntil(() => CONTROLLER_IDS.every(answers), withinMs),
    tale(world),
  ).toBe(true)
}

describe('a hang that never ends', () => {
  it.each(CONTROLLER_IDS)('of %s, whose peer is killed before it notices and started again', (hung) => {
    for (const isCut of [false, true]) {
      const world = servingWorld({ seed: 900 })
      const host = startHost(world)
      world.run(150)
      world.incarnation(hung)?.hang(true)
      world.run(20)
      if (isCut) world.cutInterconnect()
      world.midplane.kill(peerOf(hung))
      world.run(100)
      world.midplane.start(peerOf(hung))
      expectServed(world, WATCHDOG_MS + SERVES_WITHIN_MS)
      world.mendInterconnect()
      settle(world)
      expectNothingLost(world, host)
    }
  })

  it('of both, at every distance that keeps each from noticing the other', () => {
    for (const apartMs of [0, 1, 100, 700]) {
      const world = servingWorld({ seed: 901 })
      const host = startHost(world)
      world.run(150)
      world.incarnation('a')?.hang(true)
      world.run(apartMs)
      world.incarnation('b')?.hang(true)
      expectServed(world, apartMs + WATCHDOG_MS + SERVES_WITHIN_MS)
      settle(world)
      expectNothingLost(world, host)
    }
  })

  it('of the only one that is up', () => {
    const world = servingWorld({ seed: 902 })
    world.midplane.kill('a')
    world.run(200)
    const host = startHost(world)
    world.run(50)
    world.incarnation('b')?.hang(true)
    expectServed(world, WATCHDOG_MS + SERVES_WITHIN_MS)
    settle(world)
    expectNothingLost(world, host)
  })

  it('of both while they start', () => {
    const world = new World({ seed: 903 })
    world.start()
    world.run(1)
    for (const id of CONTROLLER_IDS) world.incarnation(id)?.hang(true)
    expectServed(world, START_WATCHDOG_MS + SERVES_WITHIN_MS)
  })
})

describe('a cut interconnect', () => {
  it('that keeps two apart that both start: one of them serves, and the other one joins once it can', () => {
    const serving = new Set<ControllerId>()
    for (let seed = 910; seed < 914; seed++) {
      const world = new World({ seed })
      world.cutInterconnect()
      world.start(seed % 2 === 0 ? ['a', 'b'] : ['b', 'a'])
      world.run(world.timings.startWithinBeats * world.timings.heartbeatMs + SERVES_WITHIN_MS)
      const [server, ...others] = CONTROLLER_IDS.filter((id) => world.isServing(id))
      expect(server, tale(world)).toBeDefined()
      expect(others).toEqual([])
      if (server === undefined) continue
      serving.add(server)
      expect(world.controller(server)?.report().portals).toEqual(['a', 'b'])
      expect(world.midplane.occupant(peerOf(server))).toBeUndefined()
      const host = startHost(world)
      world.midplane.start(peerOf(server))
      world.run(12_000)
      expect(world.isServing(server), 'the one that serves is left alone, however long the cut lasts').toBe(true)
      world.mendInterconnect()
      settle(world)
      expectNothingLost(world, host)
    }
    expect(serving.size, 'the first one to ask wins').toBe(2)
  })
})
