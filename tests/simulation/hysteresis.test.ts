/**
 * A slow controller is not killed for nothing: what it takes to be suspected (5 missed beats of 100 ms, counted by the one
 * that waits) and to be fenced (8), and that nothing short of that costs a host more than the wait.
 */
import { describe, expect, it } from 'vitest'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import type { TraceKind } from '../../src-main/contract/trace'
import { DEFAULT_TIMINGS } from '../../src-main/core/controller/peer/timings'
import { WATCHDOG_MS } from '../../src-main/contract/midplane'
import { World } from '../../src-main/simulator/world'
import { expectNothingLost, servingWorld, settle, startHost, tale } from '../support/simulation'

const { heartbeatMs, suspectAfterBeats, fenceAfterBeats, startWithinBeats } = DEFAULT_TIMINGS
const SUSPECTED_MS = suspectAfterBeats * heartbeatMs
const FENCED_MS = fenceAfterBeats * heartbeatMs
const START_MS = startWithinBeats * heartbeatMs

function kindsOf(world: World): ReadonlySet<TraceKind> {
  return new Set(world.trace.events.map(({ kind }) => kind))
}

describe('a controller that hangs', () => {
  it('for less than the suspicion takes: nobody notices', () => {
    for (const id of CONTROLLER_IDS) {
      for (let hangMs = 50; hangMs <= SUSPECTED_MS - heartbeatMs; hangMs += 50) {
        const world = hangs(id, hangMs)
        expect(kindsOf(world), `${id} for ${hangMs} ms\n${tale(world)}`).not.toContain('peer.suspected')
      }
    }
  })

  it('for less than the fence takes: it is suspected at most, and goes on', () => {
    for (const id of CONTROLLER_IDS) {
      for (let hangMs = SUSPECTED_MS; hangMs <= FENCED_MS - heartbeatMs; hangMs += 25) {
        const world = hangs(id, hangMs)
        const label = `${id} for ${hangMs} ms\n${tale(world)}`
        expect(kindsOf(world), label).not.toContain('midplane.reset-requested')
        if (hangMs >= SUSPECTED_MS + heartbeatMs) {
          expect(kindsOf(world), label).toContain('peer.suspected')
          expect(kindsOf(world), label).toContain('peer.recovered')
        }
      }
    }
  })

  it('for longer is fenced, once, by the other one, whose silence it does not hold against it when it wakes', () => {
    for (const id of CONTROLLER_IDS) {
      for (const hangMs of [FENCED_MS + 2 * heartbeatMs, 2000]) {
        const world = hangs(id, hangMs)
        const resets = world.trace.events.filter(({ kind }) => kind === 'midplane.reset-requested')
        expect(
          resets.map(({ to }) => to),
          `${id} for ${hangMs} ms\n${tale(world)}`,
        ).toEqual([`controller-${id}`])
        expect(world.controller(peerOf(id))?.report().takeovers).toMatchObject([{ reason: 'hang', dead: id }])
      }
    }
  })

  it('is not given back volumes, nor any moved to it by load, while it is suspected', () => {
    const world = servingWorld({ seed: 803 })
    world.midplane.kill('a')
    expect(world.runUntil(() => world.network.listenerOf('a')?.controller === 'b')).toBe(true)
    expect(world.answerTo('b', { name: 'set-automatic-giveback', params: { enabled: false } })).toHaveProperty('result')
    world.midplane.start('a')
    expect(world.runUntil(() => world.isServing('a') && world.network.listenerOf('a')?.controller === 'a')).toBe(true)
    world.run(50)
    world.incarnation('a')?.hang()
    expect(world.runUntil(() => kindsOf(world).has('peer.suspected'))).toBe(true)
    expect(world.answerTo('b', { name: 'give-back', params: { to: 'a' } }, 100)).toMatchObject({
      error: { code: 'not-possible-now', message: expect.stringContaining('nothing was heard from controller A') as unknown },
    })
    world.incarnation('a')?.resume()
    world.run(100)
    expect(world.answerTo('b', { name: 'give-back', params: { to: 'a' } })).toMatchObject({ result: { volumes: [0] } })
  })
})

describe('a controller that is slow', () => {
  it.each([0.2, 1, 3])('each event of which takes %f ms is not fenced, and answers all', (eventMs) => {
    for (const id of CONTROLLER_IDS) {
      const world = servingWorld({ seed: 810 })
      const host = startHost(world, { meanGapMs: 40 })
      world.run(50)
      world.incarnation(id)?.setEventCost(eventMs)
      world.run(3000)
      world.incarnation(id)?.setEventCost(0)
      world.run(500)
      expect(kindsOf(world), tale(world)).not.toContain('midplane.reset-requested')
      expectNothingLost(world, host)
    }
  })
})

describe('a controller that hangs before it joins', () => {
  /** After its start: before it has begun, before its first word is out, and in every step of meeting the other one. */
  const MOMENTS_MS = [0, 0.4, 0.5, 0.55, 0.6, 0.7, 0.8, 1, 1.5, 2, 3, 5]

  it.each(CONTROLLER_IDS)('as %s is reset by the one that serves, which never stops; then it can be started', (id) => {
    const unmet: number[] = []
    for (const afterMs of MOMENTS_MS) {
      const world = alone(id, 820)
      const host = startHost(world, { meanGapMs: 40 })
      world.midplane.start(id)
      world.run(afterMs)
      const startedAtMs = world.clock.nowMs()
      const hung = world.incarnation(id)
      hung?.hang()
      const resetAtMs = world.runUntil(() => hung?.hasExited === true, START_MS + 1000) ? world.clock.nowMs() : undefined
      const label = `${id} hangs ${afterMs} ms after its start\n${tale(world)}`
      expect(resetAtMs, label).toBeDefined()
      const resets = world.trace.events.filter(({ kind }) => kind === 'midplane.reset-requested')
      expect(
        resets.map(({ to }) => to),
        label,
      ).toEqual([`controller-${id}`])
      const survivor = world.controller(peerOf(id))?.report()
      if (kindsOf(world).has('peer.unmet')) {
        unmet.push(afterMs)
        expect((resetAtMs ?? 0) - startedAtMs, label).toBeGreaterThan(START_MS - 2 * heartbeatMs)
        expect(
          survivor?.takeovers.map(({ reason }) => reason),
          label,
        ).toEqual(['crash'])
        expect(survivor, label).toMatchObject({ phase: 'serving', portals: ['a', 'b'] })
      } else {
        expect(
          survivor?.takeovers.map(({ reason }) => reason),
          label,
        ).toContain('hang')
      }
      world.run(START_MS)
      expect(world.midplane.occupant(id), `${label}: nobody has started it`).toBeUndefined()
      settle(world)
      expectNothingLost(world, host)
    }
    expect(unmet, 'moments before the two had met').not.toEqual([])
    expect(unmet, 'moments after they had').not.toEqual(MOMENTS_MS)
  })

  it('for less than a start may take goes on, and joins', () => {
    for (const id of CONTROLLER_IDS) {
      for (const hangMs of [FENCED_MS + 2 * heartbeatMs, START_MS / 2, START_MS - 3 * heartbeatMs]) {
        const world = alone(id, 821)
        world.midplane.start(id)
        const slow = world.incarnation(id)
        slow?.hang()
        world.run(hangMs)
        slow?.resume()
        world.run(1000)
        const label = `${id} takes ${hangMs} ms to start\n${tale(world)}`
        expect(kindsOf(world), label).not.toContain('midplane.reset-requested')
        expect(world.isSettled(), label).toBe(true)
      }
    }
  })

  it("is given a start's time again after a cut, in which nothing could have been heard of it", () => {
    const world = alone('b', 822)
    world.cutInterconnect()
    world.midplane.start('b')
    world.incarnation('b')?.hang()
    world.run(START_MS / 2)
    world.mendInterconnect()
    world.run(START_MS - 3 * heartbeatMs)
    expect(kindsOf(world), tale(world)).not.toContain('midplane.reset-requested')
    expect(
      world.runUntil(() => world.midplane.occupant('b') === undefined, 1000),
      tale(world),
    ).toBe(true)
    expect(world.isServing('a')).toBe(true)
  })

  it('while the other one waits too is reset after the time of a start, because neither serves', () => {
    const world = new World({ seed: 823 })
    world.start()
    world.incarnation('b')?.hang()
    world.run(START_MS - 3 * heartbeatMs)
    expect(world.controller('a')?.phase).toBe('waiting')
    expect(kindsOf(world), tale(world)).not.toContain('midplane.reset-requested')
    world.run(1000)
    expect(world.controller('a')?.report(), tale(world)).toMatchObject({ phase: 'serving', portals: ['a', 'b'] })
    settle(world)
  })

  it('is left alone by one that waits, if it serves: only the watchdog ends it', () => {
    const world = alone('a', 824)
    world.run(200)
    world.incarnation('b')?.hang()
    world.run(10)
    world.midplane.start('a')
    world.run(WATCHDOG_MS - 200)
    expect(world.controller('a')?.phase).toBe('waiting')
    expect(kindsOf(world), tale(world)).not.toContain('midplane.watchdog-fired')
    world.run(400)
    expect(kindsOf(world), tale(world)).toContain('midplane.watchdog-fired')
    settle(world)
    expect(kindsOf(world), tale(world)).not.toContain('midplane.reset-requested')
  })
})

/** The world whose other controller serves everything alone, and `id` is down. */
function alone(id: ControllerId, seed: number): World {
  const world = servingWorld({ seed })
  world.midplane.kill(id)
  expect(world.runUntil(() => world.network.listenerOf(id)?.controller === peerOf(id))).toBe(true)
  world.run(50)
  return world
}

/** The world after a hang that ended by itself, or by a reset. */
function hangs(id: 'a' | 'b', hangMs: number): World {
  const world = servingWorld({ seed: 800 + hangMs })
  const host = startHost(world, { meanGapMs: 10 })
  world.run(100 + (hangMs % 70))
  const life = world.incarnation(id)
  life?.hang()
  world.run(hangMs)
  life?.resume()
  world.run(1000)
  settle(world)
  expectNothingLost(world, host)
  return world
}
