import { describe, expect, it } from 'vitest'
import type { ArrayState } from '../../src-main/contract/array-state'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import type { JsonObject } from '../../src-main/contract/json'
import type { ServiceAnswer } from '../../src-main/contract/service-request'
import { DEFAULT_TIMINGS, type ControllerTimings } from '../../src-main/core/controller/peer/timings'
import type { BlockHost } from '../../src-main/simulator/block-host'
import type { World } from '../../src-main/simulator/world'
import { expectNothingLost, servingWorld, settle, startHost, tale } from '../support/simulation'

const QUICK_LOAD: ControllerTimings = {
  ...DEFAULT_TIMINGS,
  load: { windowMs: 50, windows: 3, share: 0.75, minOperations: 5, holdDownMs: 500, pauseMs: 3000 },
}

describe('ownership by load', () => {
  it('is off by default, and volumes stay', () => {
    const { world, host } = worldWithLoadAt('b', false)
    world.run(2000)
    expect(ownerOf(world, 0)).toBe('a')
    expectNothingLost(world, host)
  })

  it('moves a volume to where most of its I/O arrives, with the reason and without an error', () => {
    const { world, host } = worldWithLoadAt('b', true)
    expect(
      world.runUntil(() => ownerOf(world, 0) === 'b', 2000),
      tale(world),
    ).toBe(true)
    expect(world.trace.events.find(({ kind }) => kind === 'volume.moves-by-load')).toMatchObject({
      place: 'controller-a',
      data: { volumeId: 0, to: 'b', percent: 100 },
    })
    expect(JSON.stringify(good(world.answerTo('a', { name: 'get-event-log' })).result)).toContain(
      'Volume alpha moves to controller B: 100% of its I/O arrives at controller B.',
    )
    expect(world.answerTo('a', { name: 'list-volumes' })).toMatchObject({ result: { volumes: [{ owner: 'b', preferredOwner: 'a' }, {}] } })
    world.run(200)
    expectNothingLost(world, host)
    expect(host.retries).toBe(0)
  })

  it('does not move a volume again while it rests', () => {
    const { world, host, turnTo } = worldWithLoadAt('b', true)
    expect(world.runUntil(() => ownerOf(world, 0) === 'b', 2000)).toBe(true)
    const movedAtMs = world.clock.nowMs()
    turnTo('a')
    expect(
      world.runUntil(() => ownerOf(world, 0) === 'a', 3000),
      tale(world),
    ).toBe(true)
    expect(world.clock.nowMs() - movedAtMs).toBeGreaterThanOrEqual(500)
    expectNothingLost(world, host)
  })

  it('leaves a volume alone for a while after a move that was asked for', () => {
    const { world, host } = worldWithLoadAt('a', true)
    world.run(100)
    good(world.answerTo('a', { name: 'move-volume', params: { volume: 'alpha', to: 'b' } }))
    world.run(2500)
    expect(ownerOf(world, 0)).toBe('b')
    expect(
      world.runUntil(() => ownerOf(world, 0) === 'a', 2000),
      tale(world),
    ).toBe(true)
    expectNothingLost(world, host)
  })

  it('survives a death of either controller at any time', () => {
    for (const dead of CONTROLLER_IDS) {
      for (let step = 0; step < 8; step++) {
        const { world, host } = worldWithLoadAt('b', true)
        expect(world.runUntil(() => world.trace.events.some(({ kind }) => kind === 'volume.moves-by-load'), 2000)).toBe(true)
        world.run(step * 0.4)
        world.midplane.kill(dead)
        world.run(200)
        for (const id of CONTROLLER_IDS) if (world.midplane.occupant(id) === undefined) world.midplane.start(id)
        expect(
          world.runUntil(() => CONTROLLER_IDS.every((id) => world.isServing(id)), 5000),
          tale(world),
        ).toBe(true)
        expectNothingLost(world, host)
      }
    }
  })
})

describe('giveback', () => {
  it('leaves a volume that is to be given back by hand, until that is asked for', () => {
    const world = servingWorld({ seed: 401 })
    good(world.answerTo('b', { name: 'move-volume', params: { volume: 'bravo', to: 'a' } }))
    expect(world.answerTo('a', { name: 'set-automatic-giveback', params: { enabled: false, volume: 'alpha' } })).toMatchObject({
      result: { volume: 'alpha', enabled: false, before: true },
    })
    restarted(world, 'a')
    expect([ownerOf(world, 0), ownerOf(world, 1)]).toEqual(['b', 'b'])
    expect(world.answerTo('b', { name: 'give-back', params: { to: 'b', volume: 'alpha' } })).toMatchObject({
      error: { code: 'not-possible-now', field: 'volume' },
    })
    expect(world.answerTo('b', { name: 'give-back', params: { to: 'a', volume: 'alpha' } })).toMatchObject({
      result: { volumes: [0], state: 'done' },
    })
    expect(world.volumesAreHome()).toBe(true)
  })

  it('gives back one volume by itself where the array does not', () => {
    const world = servingWorld({ seed: 402 })
    good(world.answerTo('a', { name: 'create-volume', params: { name: 'charlie', group: 'r0', megabytes: 1 } }))
    good(world.answerTo('a', { name: 'set-automatic-giveback', params: { enabled: false } }))
    good(world.answerTo('a', { name: 'set-automatic-giveback', params: { enabled: true, volume: 'charlie' } }))
    restarted(world, 'a')
    expect(
      world.runUntil(() => ownerOf(world, 2) === 'a', 1000),
      tale(world),
    ).toBe(true)
    expect(ownerOf(world, 0)).toBe('b')
  })

  it('is refused with the reason while it is unsafe, and goes on when it is safe', () => {
    const world = servingWorld({ seed: 403 })
    let isInStep = false
    world.midplane.kill('a')
    expect(world.runUntil(() => world.network.listenerOf('a')?.controller === 'b')).toBe(true)
    world.controller('b')?.addMoveVeto(() => (isInStep ? undefined : 'the mirror is not in step'))
    world.midplane.start('a')
    expect(world.runUntil(() => world.trace.events.some(({ kind }) => kind === 'giveback.refused'), 3000)).toBe(true)
    expect(world.trace.events.find(({ kind }) => kind === 'giveback.refused')).toMatchObject({
      data: { to: 'a', reason: 'the mirror is not in step' },
    })
    world.run(2500)
    expect(ownerOf(world, 0)).toBe('b')
    expect(world.trace.events.filter(({ kind }) => kind === 'giveback.refused')).toHaveLength(1)
    expect(world.answerTo('b', { name: 'give-back', params: { to: 'a' } })).toMatchObject({ error: { code: 'not-possible-now' } })
    isInStep = true
    expect(
      world.runUntil(() => world.volumesAreHome(), 2000),
      tale(world),
    ).toBe(true)
  })

  it('is interrupted by the death of either controller, and is done when both are back', () => {
    for (const dead of CONTROLLER_IDS) {
      for (let step = 0; step < 10; step++) {
        const world = servingWorld({ seed: 410 + step })
        const host = startHost(world)
        world.midplane.kill('a')
        expect(world.runUntil(() => world.network.listenerOf('a')?.controller === 'b')).toBe(true)
        world.midplane.start('a')
        expect(world.runUntil(() => world.trace.events.some(({ kind }) => kind === 'giveback.started'), 3000)).toBe(true)
        world.run(step * 0.3)
        world.midplane.kill(dead)
        world.run(300)
        settle(world)
        expectNothingLost(world, host)
      }
    }
  })
})

describe('a second failure', () => {
  it('of the survivor at any step of its takeover loses nothing, whichever comes back first', () => {
    for (const step of [
      'takeover.detected',
      'takeover.fenced',
      'takeover.claimed',
      'takeover.adopted',
      'controller.serving',
      'takeover.serving',
    ] as const) {
      for (const first of CONTROLLER_IDS) {
        for (const afterMs of [0, 0.2]) {
          const world = servingWorld({ seed: 460 })
          const host = startHost(world)
          world.run(30)
          let isStruck = false
          world.trace.onEvent(({ kind }) => {
            if (kind !== step || isStruck) return
            isStruck = true
            world.clock.after(afterMs, () => world.midplane.kill('b'))
          })
          world.midplane.kill('a')
          expect(
            world.runUntil(() => isStruck && world.midplane.occupant('b') === undefined, 2000),
            tale(world),
          ).toBe(true)
          world.run(20)
          world.midplane.start(first)
          expect(
            world.runUntil(() => world.isServing(first) && world.network.listenerOf(peerOf(first))?.controller === first, 3000),
            `${step} ${first}\n${tale(world)}`,
          ).toBe(true)
          settle(world)
          expectNothingLost(world, host)
        }
      }
    }
  })

  it('of the one that comes back, at any step of its joining, leaves the survivor serving', () => {
    for (const step of [
      'controller.started',
      'controller.joined',
      'portal.opened',
      'controller.serving',
      'giveback.started',
      'volume.quiesced',
      'giveback.completed',
    ] as const) {
      const world = servingWorld({ seed: 461 })
      const host = startHost(world)
      world.midplane.kill('a')
      expect(world.runUntil(() => world.network.listenerOf('a')?.controller === 'b')).toBe(true)
      let isStruck = false
      world.trace.onEvent(({ kind }) => {
        if (kind !== step || isStruck) return
        isStruck = true
        world.clock.after(0, () => world.midplane.kill('a'))
      })
      world.midplane.start('a')
      expect(
        world.runUntil(() => isStruck && world.network.listenerOf('a')?.controller === 'b' && world.isServing('b'), 3000),
        `${step}\n${tale(world)}`,
      ).toBe(true)
      settle(world)
      expectNothingLost(world, host)
    }
  })
})

describe('operations', () => {
  it('a restart answers with a handle, and either controller tells its progress to the end', () => {
    for (const controller of CONTROLLER_IDS) {
      for (const portal of CONTROLLER_IDS) {
        const world = servingWorld({ seed: 420 })
        expect(world.answerTo(portal, { id: 'again', name: 'restart-controller', params: { controller } })).toMatchObject({
          result: { operation: 'again', state: 'running', restarting: true },
        })
        for (const id of CONTROLLER_IDS)
          expect(progress(world, id, 'again')).toMatchObject({ state: 'running', controller, progress: { done: 0, total: 1 } })
        expect(world.runUntil(() => world.network.listenerOf(controller)?.controller === peerOf(controller), 2000)).toBe(true)
        expect(progress(world, controller, 'again')).toMatchObject({ state: 'running' })
        settle(world)
        world.run(50)
        for (const id of CONTROLLER_IDS)
          expect(progress(world, id, 'again'), `restart of ${controller} by ${portal}`).toMatchObject({
            state: 'done',
            progress: { done: 1, total: 1 },
          })
        expect(world.answerTo('a', { name: 'list-operations' })).toMatchObject({
          result: { operations: [{ operation: 'again', name: 'restart-controller', about: `controller ${controller.toUpperCase()}` }] },
        })
      }
    }
  })

  it('a give-back of a controller that is down goes on until its volumes are home', () => {
    const world = servingWorld({ seed: 421 })
    good(world.answerTo('b', { id: 'halt', name: 'take-over', params: { of: 'a' } }))
    expect(progress(world, 'b', 'halt')).toMatchObject({ state: 'done', progress: { done: 2, total: 2 } })
    expect(world.answerTo('a', { id: 'home', name: 'give-back', params: { to: 'a' } })).toMatchObject({
      result: { operation: 'home', state: 'running', started: true },
    })
    expect(progress(world, 'b', 'home')).toMatchObject({ state: 'running', progress: { done: 0, total: 2 } })
    settle(world)
    world.run(50)
    for (const id of CONTROLLER_IDS) expect(progress(world, id, 'home')).toMatchObject({ state: 'done' })
  })

  it('a planned takeover that is asked of the one that goes is ended by the other', () => {
    const world = servingWorld({ seed: 422 })
    expect(world.answerTo('a', { id: 'halt', name: 'take-over', params: { of: 'a' } })).toMatchObject({
      result: { state: 'running', operation: 'halt' },
    })
    expect(world.runUntil(() => world.network.listenerOf('a')?.controller === 'b', 2000)).toBe(true)
    world.run(50)
    expect(progress(world, 'a', 'halt')).toMatchObject({ state: 'done' })
  })

  it('one whose server died is closed by the survivor, which may run it again', () => {
    let closed = 0
    for (let step = 0; step < 12; step++) {
      const world = servingWorld({ seed: 430 + step })
      world.request('b', { id: 'lost', name: 'take-over', params: { of: 'a' } }, () => undefined)
      world.run(0.3 + step * 0.5)
      world.midplane.kill('b')
      if (!world.runUntil(() => world.network.listenerOf('b')?.controller === 'a', 3000)) continue // A had been halted already
      world.run(50)
      const answer = world.answerTo('a', { name: 'get-operation', params: { operation: 'lost' } })
      if ('error' in answer) expect(answer.error.code).toBe('not-found')
      else {
        closed++
        expect(answer.result).toMatchObject({ state: 'failed', error: { code: 'unavailable' } })
      }
      settle(world)
      expect(world.answerTo('b', { id: 'lost', name: 'take-over', params: { of: 'a' } })).toMatchObject({
        result: { takenOver: 'a', operation: 'lost' },
      })
    }
    expect(closed).toBeGreaterThan(0)
  })

  it('a restart is done when both died before it was carried out, and came back together', () => {
    let interrupted = 0
    for (let step = 0; step < 12; step++) {
      const world = servingWorld({ seed: 450 + step })
      world.request('b', { id: 'again', name: 'restart-controller', params: { controller: 'a' } }, () => undefined)
      world.run(0.5 + step * 0.3)
      if (world.controller('b')?.state?.operations?.some(({ state }) => state === 'running') === true) interrupted++
      for (const id of CONTROLLER_IDS) world.midplane.kill(id)
      world.run(10)
      for (const id of CONTROLLER_IDS) world.midplane.start(id)
      settle(world)
      world.run(200)
      const answer = world.answerTo('a', { id: 'again', name: 'restart-controller', params: { controller: 'a' } })
      expect(answer, tale(world)).toMatchObject({ result: { operation: 'again' } })
      settle(world)
      world.run(200)
      for (const id of CONTROLLER_IDS) expect(progress(world, id, 'again')).toMatchObject({ state: 'done' })
    }
    expect(interrupted).toBeGreaterThan(2)
  })

  it('a restart goes on at the other controller when the one that was to restart itself died first', () => {
    const world = servingWorld({ seed: 423 })
    expect(world.answerTo('a', { id: 'again', name: 'restart-controller', params: { controller: 'a' } })).toMatchObject({
      result: { state: 'running' },
    })
    world.midplane.kill('a')
    expect(world.runUntil(() => world.network.listenerOf('a')?.controller === 'b')).toBe(true)
    expect(progress(world, 'b', 'again')).toMatchObject({ state: 'running' })
    expect(
      world.runUntil(() => world.isSettled(), 3000),
      tale(world),
    ).toBe(true)
    world.run(50)
    for (const id of CONTROLLER_IDS) expect(progress(world, id, 'again')).toMatchObject({ state: 'done' })
  })

  it('a give-back ends as failed when the one that gets dies before it has joined, and begins anew when it is asked for again', () => {
    const world = servingWorld({ seed: 424 })
    good(world.answerTo('a', { name: 'set-automatic-giveback', params: { enabled: false } }))
    good(world.answerTo('b', { name: 'take-over', params: { of: 'a' } }))
    const request = { name: 'give-back', params: { to: 'a' } }
    expect(world.answerTo('b', { ...request, id: 'first' })).toMatchObject({ result: { started: true } })
    expect(world.runUntil(() => world.midplane.occupant('a') !== undefined, 2000)).toBe(true)
    world.run(0.3)
    world.midplane.kill('a')
    world.run(100)
    expect(progress(world, 'b', 'first')).toMatchObject({ state: 'failed', error: { code: 'unavailable' } })
    world.midplane.start('a')
    expect(world.runUntil(() => world.isServing('a'), 2000)).toBe(true)
    world.run(1500)
    expect(ownerOf(world, 0)).toBe('b')
    expect(world.answerTo('a', { ...request, id: 'second' })).toMatchObject({ result: { started: false, volumes: [0], state: 'done' } })
    expect(world.volumesAreHome()).toBe(true)
  })

  it('that moved a volume away is not said to be done when a takeover has taken it back', () => {
    const world = servingWorld({ seed: 425 })
    let isStruck = false
    world.trace.onEvent(({ kind }) => {
      if (kind !== 'volume.quiesced' || isStruck) return
      isStruck = true
      world.clock.after(0, () => world.midplane.kill('b'))
    })
    expect(world.answerTo('a', { id: 'away', name: 'move-volume', params: { volume: 'alpha', to: 'b' } })).toMatchObject({
      error: { code: 'not-possible-now' },
    })
    expect(ownerOf(world, 0)).toBe('a')
    expect(progress(world, 'a', 'away')).toMatchObject({ state: 'failed' })
  })

  it('whose volume goes home while its server, which has come back, would close it as done is closed all the same', () => {
    let outrun = 0
    for (let step = 0; step < 8; step++) {
      // So slow that A is back before B has taken over: B leaves the operation to A then.
      const world = servingWorld({ seed: 460 + step, latency: { minMs: 2, maxMs: 4, flushMs: 2 } })
      const request = { id: 'outrun', name: 'move-volume', params: { volume: 'alpha', to: 'b' } }
      world.request('a', request, () => undefined)
      expect(world.runUntil(() => world.controller('b')?.state?.operations?.some(({ id }) => id === 'outrun') === true)).toBe(true)
      world.midplane.restart('a')
      expect(
        world.runUntil(() => ownerOf(world, 0) === 'b' && world.isServing('a'), 2000),
        tale(world),
      ).toBe(true)
      expect(
        world.runUntil(() => ownerOf(world, 0) === 'a', 2000),
        tale(world),
      ).toBe(true)
      if (progress(world, 'a', 'outrun')['state'] === 'running') outrun++
      world.run(500)
      expect(progress(world, 'b', 'outrun')['state'], tale(world)).not.toBe('running')
      expect(world.answerTo('a', request, 1000)).toMatchObject({ result: { operation: 'outrun', to: 'b' } })
      expect(ownerOf(world, 0)).toBe('b')
    }
    expect(outrun).toBeGreaterThan(0)
  })

  it('runs once when it is sent to both controllers at once', () => {
    for (const scheme of ['serve-locally', 'forward-to-owner', 'transfer-ownership']) {
      const world = servingWorld({ seed: 440 })
      good(world.answerTo('a', { name: 'set-dispatch-scheme', params: { scheme } }))
      const answers: ServiceAnswer[] = []
      for (const portal of ['a', 'b', 'b', 'a'] as const)
        world.request(portal, { id: 'both', name: 'move-volume', params: { volume: 'alpha', to: 'b' } }, (answer) => answers.push(answer))
      expect(
        world.runUntil(() => answers.length === 4),
        tale(world),
      ).toBe(true)
      for (const answer of answers) expect(good(answer).result, scheme).toMatchObject({ operation: 'both' })
      expect(
        world.trace.events.filter(({ kind, data }) => kind === 'volume.owner-changed' && data?.['volumeId'] === 0 && data['owner'] === 'b'),
        scheme,
      ).toHaveLength(1)
      expect(progress(world, 'a', 'both')).toMatchObject({ state: 'done', progress: { done: 1, total: 1 } })
    }
  })

  it('keeps its id for itself at either controller before it has a result', () => {
    let early = 0
    for (let step = 0; step < 8; step++) {
      // The move waits for what is dirty.
      const world = servingWorld({ seed: 470 + step, latency: { minMs: 2, maxMs: 4, flushMs: 2 } })
      good(world.answerTo('a', { name: 'set-dispatch-scheme', params: { scheme: 'serve-locally' } }))
      const host = startHost(world, { luns: [0], readShare: 0 })
      world.run(50)
      let moved: ServiceAnswer | undefined
      world.request('a', { id: 'mine', name: 'move-volume', params: { volume: 'alpha', to: 'b' } }, (answer) => (moved = answer))
      const state = (): ArrayState | undefined => world.controller('b')?.state
      expect(world.runUntil(() => state()?.operations?.some(({ id }) => id === 'mine') === true)).toBe(true)
      world.run(step)
      if (moved === undefined && state()?.completedRequests.every(({ id }) => id !== 'mine') === true) early++
      expect(world.answerTo('b', { id: 'mine', name: 'rename-array', params: { name: 'Other' } })).toMatchObject({
        error: { code: 'id-reused' },
      })
      expect(
        world.runUntil(() => moved !== undefined),
        tale(world),
      ).toBe(true)
      expect(good(moved).result).toMatchObject({ operation: 'mine', state: 'done' })
      expectNothingLost(world, host)
    }
    expect(early).toBeGreaterThan(3)
  })

  it('of an unknown id is not found', () => {
    expect(servingWorld({ seed: 450 }).answerTo('a', { name: 'get-operation', params: { operation: 'nothing' } })).toMatchObject({
      error: { code: 'not-found', field: 'operation' },
    })
  })
})

/** All I/O of LUN 0, which A owns and prefers, comes by one portal. */
function worldWithLoadAt(
  portal: ControllerId,
  enabled: boolean,
): { readonly world: World; readonly host: BlockHost; turnTo(other: ControllerId): void } {
  const world = servingWorld({ seed: 400, timings: QUICK_LOAD })
  if (enabled) good(world.answerTo('a', { name: 'set-ownership-by-load', params: { enabled: true } }))
  let only = portal
  const host = startHost(world, { luns: [0], choosePortal: () => only })
  return { world, host, turnTo: (other) => (only = other) }
}

function restarted(world: World, id: ControllerId): void {
  world.midplane.kill(id)
  expect(world.runUntil(() => world.network.listenerOf(id)?.controller === peerOf(id), 3000)).toBe(true)
  world.midplane.start(id)
  expect(world.runUntil(() => world.isServing(id), 3000)).toBe(true)
  world.run(300)
}

function progress(world: World, portal: ControllerId, operation: string): JsonObject {
  return good(world.answerTo(portal, { name: 'get-operation', params: { operation } })).result as JsonObject
}

function ownerOf(world: World, volumeId: number): ControllerId | undefined {
  const state = world.controller('a')?.report().array ?? world.controller('b')?.report().array
  return state?.ownership.find((one) => one.volumeId === volumeId)?.owner
}

function good(answer: ServiceAnswer | undefined): Exclude<ServiceAnswer, { error: unknown }> {
  if (answer === undefined || 'error' in answer) throw new Error(JSON.stringify(answer))
  return answer
}
