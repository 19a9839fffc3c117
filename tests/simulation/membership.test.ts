import { describe, expect, it } from 'vitest'
import { CONTROLLER_IDS, peerOf } from '../../src-main/contract/controller-id'
import { LIMITS } from '../../src-main/contract/limits'
import { World } from '../../src-main/simulator/world'
import { expectNothingLost, servingWorld, settle, startHost, tale } from '../support/simulation'

describe('a controller that starts', () => {
  it('together with the other: each gets the volumes that prefer it', () => {
    const world = servingWorld({ seed: 1 })
    const a = world.controller('a')?.report()
    expect(a?.array?.ownership.map(({ owner }) => owner)).toEqual(['a', 'b'])
    expect(world.controller('b')?.report().array).toEqual(a?.array)
    expect(a?.takeovers).toEqual([])
  })

  it('alone serves everything, by both addresses', () => {
    for (const id of CONTROLLER_IDS) {
      const world = new World({ seed: 2 })
      world.start([id])
      expect(
        world.runUntil(() => CONTROLLER_IDS.every((of) => world.network.listenerOf(of)?.controller === id), 1000),
        tale(world),
      ).toBe(true)
      expect(world.controller(id)?.report()).toMatchObject({ phase: 'serving', portals: ['a', 'b'], takeovers: [] })
      world.midplane.start(peerOf(id))
      expect(
        world.runUntil(() => world.isSettled(), 1000),
        tale(world),
      ).toBe(true)
    }
  })

  it('waits, serves nothing and claims nothing while the other one is there but silent', () => {
    const world = new World({ seed: 3 })
    world.cutInterconnect()
    world.start()
    world.run(world.timings.startWithinBeats * world.timings.heartbeatMs - 500)
    for (const id of CONTROLLER_IDS) {
      expect(world.controller(id)?.report()).toMatchObject({
        phase: 'waiting',
        portals: [],
        reason: expect.stringContaining('nothing is heard') as unknown,
      })
    }
    expect(world.claims.epoch(LIMITS.volumes)).toBe(0)
    expect(world.writers.writes).toBe(0)
    world.mendInterconnect()
    expect(
      world.runUntil(() => world.isSettled(), 1000),
      tale(world),
    ).toBe(true)
  })

  it('while the link is cut does not disturb the one that serves', () => {
    const world = servingWorld({ seed: 4 })
    const host = startHost(world)
    world.midplane.kill('b')
    world.run(20)
    world.cutInterconnect()
    world.midplane.start('b')
    world.run(5000)
    expect(world.controller('b')?.report()).toMatchObject({ phase: 'waiting' })
    expect(world.controller('a')?.report()).toMatchObject({ phase: 'serving', portals: ['a', 'b'] })
    world.mendInterconnect()
    settle(world)
    expectNothingLost(world, host)
  })

  it('waits while too few drives answer, and serves once they do', () => {
    const world = new World({ seed: 5 })
    const away = world.media.slice(0, 3)
    for (const medium of away) medium.isFailed = true
    world.start()
    world.run(2000)
    for (const id of CONTROLLER_IDS)
      expect(world.controller(id)?.report()).toMatchObject({
        phase: 'waiting',
        reason: expect.stringContaining('half of the drives') as unknown,
      })
    for (const medium of away) medium.isFailed = false
    expect(
      world.runUntil(() => world.isSettled(), 2000),
      tale(world),
    ).toBe(true)
  })
})

describe('a takeover', () => {
  it('goes through its phases in order, each the cause of the next', () => {
    const world = servingWorld({ seed: 6 })
    world.midplane.kill('a')
    expect(world.runUntil(() => world.network.listenerOf('a')?.controller === 'b', 1000)).toBe(true)
    const phases = world.trace.events.filter(({ kind }) => kind.startsWith('takeover.'))
    expect(phases.map(({ kind }) => kind)).toEqual(
      ['detected', 'fenced', 'claimed', 'replayed', 'adopted', 'serving'].map((phase) => `takeover.${phase}`),
    )
    expect(phases.slice(1).map(({ cause }) => cause)).toEqual(phases.slice(0, -1).map(({ id }) => id))
    const [record] = world.controller('b')?.report().takeovers ?? []
    expect(record).toMatchObject({ survivor: 'b', dead: 'a', reason: 'crash', volumes: [0] })
    expect(record?.phases.map(({ phase }) => phase)).toEqual(['detect', 'fence', 'claim', 'replay', 'adopt', 'serve'])
    expect(record?.totalMs).toBeLessThan(5)
  })

  it('from one that hangs waits for the hysteresis, then for the reset', () => {
    const world = servingWorld({ seed: 7 })
    world.incarnation('b')?.hang()
    expect(world.runUntil(() => world.network.listenerOf('b')?.controller === 'a', 3000)).toBe(true)
    const [record] = world.controller('a')?.report().takeovers ?? []
    expect(record).toMatchObject({ dead: 'b', reason: 'hang', volumes: [1] })
    expect(record?.totalMs).toBeGreaterThan(700)
    expect(record?.totalMs).toBeLessThan(1100)
    const kinds = world.trace.events.map(({ kind }) => kind)
    expect(kinds.indexOf('peer.suspected')).toBeLessThan(kinds.indexOf('takeover.detected'))
    expect(kinds.indexOf('midplane.controller-exited')).toBeLessThan(kinds.indexOf('takeover.fenced'))
  })

  it('has one winner where the link is cut', () => {
    for (let seed = 10; seed < 30; seed++) {
      const world = servingWorld({ seed })
      world.cutInterconnect()
      world.run(3000)
      const serving = CONTROLLER_IDS.filter((id) => world.isServing(id))
      expect(serving, `seed ${seed}`).toHaveLength(1)
      const [winner = 'a'] = serving
      expect(world.controller(winner)?.report().takeovers).toMatchObject([{ reason: 'interconnect', dead: peerOf(winner) }])
      expect(world.midplane.occupant(peerOf(winner))).toBeUndefined()
      expect(world.writers.violations).toEqual([])
    }
  })

  it('does not happen for a silence that is shorter than the hysteresis', () => {
    const world = servingWorld({ seed: 8 })
    const host = startHost(world)
    world.cutInterconnect()
    world.run(600)
    world.mendInterconnect()
    world.run(1000)
    const kinds = new Set(world.trace.events.map(({ kind }) => kind))
    expect(kinds).toContain('peer.suspected')
    expect(kinds).toContain('peer.recovered')
    expect(kinds).not.toContain('takeover.detected')
    expectNothingLost(world, host)
    expect(host.retries).toBe(0)
  })

  it('is given back when the other one returns, and the record says when', () => {
    const world = servingWorld({ seed: 9 })
    const host = startHost(world)
    world.midplane.kill('b')
    world.run(100)
    world.midplane.start('b')
    expect(world.runUntil(() => world.isSettled(), 1000)).toBe(true)
    world.run(10)
    const [record] = world.controller('a')?.report().takeovers ?? []
    expect(record?.givenBackAtMs).toBeGreaterThan((record?.startedAtMs ?? 0) + (record?.totalMs ?? 0))
    const kinds = world.trace.events.map(({ kind }) => kind)
    expect(kinds.lastIndexOf('portal.closed')).toBeLessThan(kinds.indexOf('giveback.started'))
    expect(kinds).toContain('giveback.completed')
    expectNothingLost(world, host)
  })
})

describe('paths', () => {
  it('are optimized where the owner is, also while the survivor has both', () => {
    const world = servingWorld({ seed: 31 })
    const states = (id: 'a' | 'b'): string[] =>
      [0, 1].map((lun) =>
        [1, 2]
          .map((group) =>
            world
              .controller(id)
              ?.directory.find(lun)
              ?.accessState(group === 1 ? 1 : 2),
          )
          .join(' '),
      )
    const home = ['active-optimized active-non-optimized', 'active-non-optimized active-optimized']
    expect([states('a'), states('b')]).toEqual([home, home])
    world.midplane.kill('a')
    world.run(50)
    expect(states('b')).toEqual(['active-optimized active-optimized', 'active-optimized active-optimized'])
    settle(world)
    expect([states('a'), states('b')]).toEqual([home, home])
  })
})

describe('an orderly stop', () => {
  it('of both under load ends, and the next start finds everything', () => {
    const world = servingWorld({ seed: 32 })
    const host = startHost(world)
    world.run(100)
    let stopped = 0
    for (const id of CONTROLLER_IDS) world.controller(id)?.stop(() => stopped++)
    expect(
      world.runUntil(() => stopped === 2, 1000),
      tale(world),
    ).toBe(true)
    expect(CONTROLLER_IDS.map((of) => world.network.listenerOf(of))).toEqual([undefined, undefined])
    for (const id of CONTROLLER_IDS) world.midplane.kill(id)
    world.run(20)
    settle(world)
    expectNothingLost(world, host)
  })
})

describe('a notice of the midplane that comes late', () => {
  it.each([1, 2, 3, 4, 5, 6])('of the end of an earlier life does not end the next one, seed %i', (seed) => {
    const world = servingWorld({ seed })
    const host = startHost(world)
    world.run(50)
    world.midplane.extraNoticeMs = 40
    for (let time = 0; time < 4; time++) {
      world.midplane.restart(CONTROLLER_IDS[time % 2] ?? 'a')
      settle(world)
      world.run(100)
    }
    world.midplane.extraNoticeMs = 0
    expect(world.isSettled()).toBe(true)
    expectNothingLost(world, host)
  })
})

/** While B waits for the reset of A, which hangs. */
const DURING_A_RESET: readonly (readonly [string, (world: World) => void])[] = [
  ['the presence line drops', (world) => world.midplane.kill('a')],
  ['A is started again', (world) => world.midplane.restart('a')],
  [
    'the link is cut and mended',
    (world) => {
      world.cutInterconnect()
      world.run(700)
      world.mendInterconnect()
    },
  ],
  [
    'B hangs, too, and is killed',
    (world) => {
      world.incarnation('b')?.hang()
      world.run(200)
      world.midplane.kill('b')
    },
  ],
]

describe('a reset that is slow', () => {
  it.each(DURING_A_RESET)('goes before the claim when %s meanwhile, and has one winner', (_name, strike) => {
    for (let step = 0; step < 6; step++) {
      const world = servingWorld({ seed: 600 + step })
      const host = startHost(world)
      world.run(100)
      world.midplane.extraResetMs = 1500
      world.midplane.extraNoticeMs = 400
      world.incarnation('a')?.hang()
      // Before the reset is asked for, when it is granted, and long after.
      world.run(700 + step * 150)
      strike(world)
      world.run(3000)
      world.midplane.extraResetMs = 0
      world.midplane.extraNoticeMs = 0
      // B died before it asked: its next life cannot know whether A serves, and waits for an operator.
      if (world.incarnation('a')?.state === 'hung') world.midplane.restart('a')
      world.run(20)
      settle(world)
      expectNothingLost(world, host)
    }
  })
})

describe('a world', () => {
  it('is the same whenever its seed is the same', () => {
    const hashOf = (seed: number): string => {
      const world = servingWorld({ seed })
      const host = startHost(world)
      world.run(100)
      world.midplane.kill('a')
      world.run(20)
      settle(world)
      expectNothingLost(world, host)
      return world.trace.hash
    }
    expect(hashOf(1)).toBe(hashOf(1))
    expect(hashOf(1)).not.toBe(hashOf(2))
  })
})
