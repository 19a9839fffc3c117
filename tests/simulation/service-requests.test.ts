import { describe, expect, it } from 'vitest'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import { LIMITS } from '../../src-main/contract/limits'
import type { ServiceAnswer } from '../../src-main/contract/service-request'
import type { World } from '../../src-main/simulator/world'
import { expectNothingLost, servingWorld, settle, startHost, tale } from '../support/simulation'

const CREATE = { name: 'create-volume', params: { name: 'charlie', group: 'r0', megabytes: 1 } }

describe('service requests to a pair that is alive', () => {
  it('are answered by both controllers, each by itself', () => {
    const world = servingWorld({ seed: 1 })
    for (const id of CONTROLLER_IDS) {
      expect(world.answerTo(id, { name: 'get-array-status' })).toMatchObject({
        receivedBy: id,
        servedBy: id,
        route: [`management-${id}`, `controller-${id}`],
        result: { redundant: true, health: 'good' },
      })
    }
  })

  it('go to the service owner under forward-to-owner, and back by the way they came', () => {
    const world = servingWorld({ seed: 2 })
    good(world.answerTo('b', { name: 'set-dispatch-scheme', params: { scheme: 'forward-to-owner' } }))
    expect(world.answerTo('a', { name: 'list-volumes' })).toMatchObject({
      receivedBy: 'a',
      servedBy: 'a',
      route: ['management-a', 'controller-a'],
    })
    expect(world.answerTo('b', { name: 'list-volumes' })).toMatchObject({
      receivedBy: 'b',
      servedBy: 'a',
      route: ['management-b', 'controller-b', 'interconnect', 'controller-a'],
    })
    good(world.answerTo('b', { name: 'set-dispatch-scheme', params: { scheme: 'serve-locally' } }))
    expect(world.answerTo('b', { name: 'list-volumes' })).toMatchObject({ servedBy: 'b' })
  })

  it('tell their whole story in the trace, each event with its cause', () => {
    const world = servingWorld({ seed: 3 })
    good(world.answerTo('a', { name: 'set-dispatch-scheme', params: { scheme: 'forward-to-owner' } }))
    good(world.answerTo('b', { ...CREATE, id: 'told' }))
    const story = world.trace.events.filter(({ request }) => request === 'sr-told')
    expect(story.map(({ kind, place, to }) => [kind, place, to])).toEqual([
      ['service.received', 'management-b', 'controller-b'],
      ['service.forwarded', 'controller-b', 'controller-a'],
      ['service.served', 'controller-a', undefined],
      ['service.returned', 'controller-a', 'controller-b'],
      ['service.answered', 'management-b', 'host'],
    ])
    expect(story.slice(1).map(({ cause }) => cause)).toEqual(story.slice(0, -1).map(({ id }) => id))
  })

  it('commit on both controllers before the answer, wherever they are asked', () => {
    for (const id of CONTROLLER_IDS) {
      const world = servingWorld({ seed: 4 })
      good(world.answerTo(id, CREATE))
      for (const other of CONTROLLER_IDS) expect(volumeNames(world, other)).toEqual(['alpha', 'bravo', 'charlie'])
    }
  })

  it('that change at both at once are all carried out, one after the other', () => {
    const world = servingWorld({ seed: 5 })
    const answers: ServiceAnswer[] = []
    for (let i = 0; i < 10; i++) {
      const portal = i % 2 === 0 ? 'a' : 'b'
      world.request(
        portal,
        { name: 'create-volume', params: { name: `volume ${i}`, group: i % 3 === 0 ? 'r5' : 'linear', blocks: 128 } },
        (answer) => answers.push(answer),
      )
    }
    expect(world.runUntil(() => answers.length === 10)).toBe(true)
    answers.forEach(good)
    expect(volumeNames(world, 'a')).toHaveLength(12)
    expect(volumeNames(world, 'b')).toEqual(volumeNames(world, 'a'))
  })
})

describe('an id that is sent again', () => {
  it('gives the first result and is not run twice, at either controller', () => {
    const world = servingWorld({ seed: 6 })
    const first = good(world.answerTo('a', { ...CREATE, id: 'once' }))
    const generation = generationOf(world)
    for (const id of CONTROLLER_IDS) expect(good(world.answerTo(id, { ...CREATE, id: 'once' })).result).toEqual(first.result)
    expect(generationOf(world)).toBe(generation)
    expect(volumeNames(world, 'b')).toEqual(['alpha', 'bravo', 'charlie'])
  })

  it('joins the first while that is under way, also at the other controller', () => {
    const world = servingWorld({ seed: 7 })
    const answers: ServiceAnswer[] = []
    for (const portal of ['a', 'b', 'a', 'b'] as const) world.request(portal, { ...CREATE, id: 'joined' }, (answer) => answers.push(answer))
    expect(world.runUntil(() => answers.length === 4)).toBe(true)
    for (const answer of answers) expect(good(answer).result).toEqual(good(answers[0]).result)
    expect(volumeNames(world, 'a')).toEqual(['alpha', 'bravo', 'charlie'])
  })

  it('with another name or other parameters is refused', () => {
    const world = servingWorld({ seed: 8 })
    good(world.answerTo('a', { ...CREATE, id: 'taken' }))
    expect(world.answerTo('b', { id: 'taken', name: 'rename-array', params: { name: 'x' } })).toMatchObject({
      error: { code: 'id-reused', field: 'id' },
    })
    expect(world.answerTo('a', { id: 'taken', name: CREATE.name, params: { ...CREATE.params, megabytes: 2 } })).toMatchObject({
      error: { code: 'id-reused' },
    })
  })

  it('with other parameters while the first one is under way is refused, and the first one is not', () => {
    const world = servingWorld({ seed: 8 })
    const answers: ServiceAnswer[] = []
    const ask = (megabytes: number): void =>
      world.request('a', { id: 'taken', name: CREATE.name, params: { ...CREATE.params, megabytes } }, (answer) => answers.push(answer))
    ask(1)
    ask(2)
    ask(1)
    world.runUntil(() => answers.length === 3)
    expect(answers.filter((answer) => 'error' in answer)).toMatchObject([{ error: { code: 'id-reused' } }])
    expect(volumeNames(world, 'a')).toEqual(['alpha', 'bravo', 'charlie'])
  })

  it('after an error is tried again, since the error changed nothing', () => {
    const world = servingWorld({ seed: 9 })
    expect(world.answerTo('a', { id: 'late', name: 'map-lun', params: { volume: 'charlie' } })).toMatchObject({
      error: { code: 'not-found' },
    })
    good(world.answerTo('b', CREATE))
    good(world.answerTo('b', { id: 'late', name: 'map-lun', params: { volume: 'charlie' } }))
  })

  it('after so many others that its result is dropped is refused, also after a takeover, and runs no second time', () => {
    const world = servingWorld({ seed: 11 })
    const rename = (id: string, name: string, since?: number) => ({
      id,
      name: 'rename-array',
      params: { name },
      ...(since === undefined ? {} : { since }),
    })
    const nameAt = (id: ControllerId) =>
      (good(world.answerTo(id, { name: 'get-array-status', params: {} })).result as { name: string }).name
    good(world.answerTo('a', rename('old', 'first')))
    good(world.answerTo('a', rename('second', 'second')))
    for (let other = 0; other < LIMITS.completedRequests; other++) good(world.answerTo('a', rename(`other-${other}`, `name ${other}`)))
    const last = `name ${LIMITS.completedRequests - 1}`
    for (const id of CONTROLLER_IDS) {
      expect(world.answerTo(id, rename('old', 'first'))).toMatchObject({ error: { code: 'id-expired', field: 'id' } })
      expect(nameAt(id)).toBe(last)
    }
    expect(good(world.answerTo('b', rename('other-0', 'name 0'))).result).toBeDefined()
    world.midplane.kill('a')
    untilTakenOver(world, 'a')
    expect(world.answerTo('b', rename('second', 'second'))).toMatchObject({ error: { code: 'id-expired' } })
    expect(nameAt('b')).toBe(last)
    // Whoever knows all results has not chosen its id before any of them.
    good(world.answerTo('b', rename('old', 'new', LIMITS.completedRequests + 2)))
    expect(nameAt('b')).toBe('new')
  })

  it('gives the first result at the other controller after its server died', () => {
    for (const dead of CONTROLLER_IDS) {
      const world = servingWorld({ seed: 10 })
      const first = good(world.answerTo(dead, { ...CREATE, id: 'survives' }))
      world.midplane.kill(dead)
      untilTakenOver(world, dead)
      const again = good(world.answerTo(peerOf(dead), { ...CREATE, id: 'survives' }))
      expect(again.result).toEqual(first.result)
      expect(volumeNames(world, peerOf(dead))).toEqual(['alpha', 'bravo', 'charlie'])
    }
  })

  it('is run exactly once when a controller dies at any moment of it', () => {
    for (let step = 0; step < 60; step++) {
      for (const scheme of ['serve-locally', 'forward-to-owner'] as const) {
        for (const [portal, dead] of [
          ['a', 'a'],
          ['b', 'a'],
          ['a', 'b'],
          ['b', 'b'],
        ] as const)
          diesMeanwhile({ step, scheme, portal, dead })
      }
    }
  })
})

function diesMeanwhile({
  step,
  scheme,
  portal,
  dead,
}: {
  readonly step: number
  readonly scheme: string
  readonly portal: ControllerId
  readonly dead: ControllerId
}): void {
  const world = servingWorld({ seed: 100 + step })
  good(world.answerTo('a', { name: 'set-dispatch-scheme', params: { scheme } }))
  let first: ServiceAnswer | undefined
  world.request(portal, { ...CREATE, id: 'x' }, (answer) => (first = answer))
  world.run(step * 0.04)
  world.midplane.kill(dead)
  untilTakenOver(world, dead)
  const label = `step ${step}, ${scheme}, to ${portal}, ${dead} dies\n${tale(world)}`
  if (portal !== dead)
    expect(
      world.runUntil(() => first !== undefined, 5000),
      label,
    ).toBe(true)
  const second = good(world.answerTo(dead, { ...CREATE, id: 'x' }))
  expect(second.receivedBy).toBe(peerOf(dead))
  if (first !== undefined) expect(second.result, label).toEqual(good(first).result)
  expect(volumeNames(world, peerOf(dead)), label).toEqual(['alpha', 'bravo', 'charlie'])
  settle(world)
  for (const id of CONTROLLER_IDS) expect(volumeNames(world, id), label).toEqual(['alpha', 'bravo', 'charlie'])
}

describe('when a controller is dead', () => {
  it('its requests are served by the survivor, at its own address too', () => {
    const world = servingWorld({ seed: 11 })
    world.midplane.kill('a')
    untilTakenOver(world, 'a')
    expect(world.answerTo('a', { name: 'list-controllers' })).toMatchObject({
      receivedBy: 'b',
      servedBy: 'b',
      route: ['management-a', 'controller-b'],
      result: {
        controllers: [
          { id: 'a', state: 'down', present: false },
          { id: 'b', state: 'serving', portals: ['a', 'b'] },
        ],
      },
    })
    expect(world.answerTo('b', { name: 'get-array-status' })).toMatchObject({
      result: { redundant: false, health: 'degraded', missingController: 'a' },
    })
  })

  it('a request that was forwarded to it is served by the one that received it', () => {
    const world = servingWorld({ seed: 12 })
    good(world.answerTo('a', { name: 'set-dispatch-scheme', params: { scheme: 'forward-to-owner' } }))
    world.incarnation('a')?.hang()
    const answer = world.answerTo('b', CREATE)
    expect(answer).toMatchObject({ receivedBy: 'b', servedBy: 'b', route: ['management-b', 'controller-b'] })
    expect(world.trace.events.some(({ kind }) => kind === 'midplane.reset-granted')).toBe(true)
  })
})

describe('management requests', () => {
  it('take-over moves the volumes, halts the controller and adopts its addresses, and no host sees an error', () => {
    for (const portal of CONTROLLER_IDS) {
      const world = servingWorld({ seed: 13 })
      const host = startHost(world)
      world.run(50)
      expect(world.answerTo(portal, { name: 'take-over', params: { of: 'a' } })).toMatchObject({
        receivedBy: portal,
        servedBy: 'b',
        result: { takenOver: 'a', by: 'b', volumes: [0] },
      })
      expect(
        world.runUntil(() => world.network.listenerOf('a')?.controller === 'b', 2000),
        tale(world),
      ).toBe(true)
      expect(world.midplane.occupant('a')).toBeUndefined()
      expect(world.controller('b')?.report().takeovers).toMatchObject([{ reason: 'planned', volumes: [] }])
      expect(world.answerTo('b', { name: 'give-back', params: { to: 'a' } })).toMatchObject({ result: { started: true } })
      expect(
        world.runUntil(() => world.isSettled(), 5000),
        tale(world),
      ).toBe(true)
      expectNothingLost(world, host)
    }
  })

  it('move-volume moves a volume both ways under load', () => {
    const world = servingWorld({ seed: 14 })
    const host = startHost(world)
    for (let round = 0; round < 10; round++) {
      const to = round % 2 === 0 ? 'b' : 'a'
      world.run(10)
      expect(world.answerTo(round % 3 === 0 ? 'a' : 'b', { name: 'move-volume', params: { volume: 'alpha', to } })).toMatchObject({
        result: { to, from: peerOf(to) },
      })
    }
    expectNothingLost(world, host)
    expect(host.retries).toBe(0)
  })

  it('restart-controller answers first, and the pair is whole again afterwards', () => {
    for (const controller of CONTROLLER_IDS) {
      const world = servingWorld({ seed: 15 })
      good(world.answerTo('a', { id: 'restart', name: 'restart-controller', params: { controller } }))
      const before = world.incarnation(controller)
      expect(
        world.runUntil(() => world.incarnation(controller) !== before && world.isSettled(), 5000),
        tale(world),
      ).toBe(true)
      expect(world.controller(peerOf(controller))?.report().takeovers).toMatchObject([{ dead: controller, reason: 'restart' }])
      const now = world.incarnation(controller)
      good(world.answerTo('b', { id: 'restart', name: 'restart-controller', params: { controller } }))
      world.run(1000)
      expect(world.incarnation(controller)).toBe(now)
    }
  })

  it('give-back waits for the request where it is not automatic', () => {
    const world = servingWorld({ seed: 16 })
    good(world.answerTo('a', { name: 'set-automatic-giveback', params: { enabled: false } }))
    world.midplane.kill('a')
    untilTakenOver(world, 'a')
    world.midplane.start('a')
    expect(world.runUntil(() => world.isServing('a'), 2000)).toBe(true)
    world.run(500)
    expect(world.volumesAreHome()).toBe(false)
    good(world.answerTo('a', { name: 'give-back', params: { to: 'a' } }))
    expect(world.volumesAreHome()).toBe(true)
  })

  it('say why they cannot be done', () => {
    const world = servingWorld({ seed: 17 })
    world.midplane.kill('a')
    untilTakenOver(world, 'a')
    expect(world.answerTo('b', { name: 'take-over', params: { of: 'a' } })).toMatchObject({
      error: { code: 'not-possible-now', field: 'of' },
    })
    expect(world.answerTo('b', { name: 'take-over', params: { of: 'b' } })).toMatchObject({
      error: { code: 'not-possible-now', field: 'of' },
    })
    expect(world.answerTo('b', { name: 'move-volume', params: { volume: 'alpha', to: 'a' } })).toMatchObject({
      error: { code: 'not-possible-now', field: 'to' },
    })
  })
})

describe('the configuration', () => {
  it('survives both controllers, in whatever order they come back', () => {
    for (const first of CONTROLLER_IDS) {
      const world = servingWorld({ seed: 18 })
      good(world.answerTo('b', CREATE))
      for (const id of CONTROLLER_IDS) world.midplane.kill(id)
      world.run(20)
      world.midplane.start(first)
      expect(world.runUntil(() => world.isServing(first), 2000)).toBe(true)
      expect(volumeNames(world, first)).toContain('charlie')
      settle(world)
      expect(volumeNames(world, peerOf(first))).toContain('charlie')
    }
  })

  it('of drives that were away is older, and loses', () => {
    const world = servingWorld({ seed: 19 })
    const [putBack0, putBack1] = world.media.slice(0, 2).map((medium) => medium.snapshot())
    good(world.answerTo('a', { name: 'rename-array', params: { name: 'Newer' } }))
    for (const id of CONTROLLER_IDS) world.midplane.kill(id)
    world.run(20)
    putBack0?.()
    putBack1?.()
    settle(world)
    expect(world.answerTo('a', { name: 'get-array-status' })).toMatchObject({ result: { name: 'Newer' } })
    expect(world.answerTo('b', { name: 'get-event-log' })).toMatchObject({ result: { controller: 'b' } })
    expect(JSON.stringify(world.answerTo('a', { name: 'get-event-log' }))).toMatch(/Drive 0 has generation/)
  })

  it('is not changed while fewer than half of the drives answer', () => {
    const world = servingWorld({ seed: 20 })
    const generation = generationOf(world)
    for (const medium of world.media.slice(0, 4)) medium.isFailed = true
    expect(world.answerTo('a', { name: 'rename-array', params: { name: 'Never' } })).toMatchObject({ error: { code: 'unavailable' } })
    expect(world.answerTo('b', { name: 'rename-array', params: { name: 'Never' } })).toMatchObject({ error: { code: 'unavailable' } })
    expect(generationOf(world)).toBe(generation)
  })
})

function good(answer: ServiceAnswer | undefined): Extract<ServiceAnswer, { result: unknown }> {
  if (answer === undefined || 'error' in answer) throw new Error(`not answered well: ${JSON.stringify(answer)}`)
  return answer
}

function volumeNames(world: World, controller: ControllerId): readonly string[] | undefined {
  return world
    .controller(controller)
    ?.report()
    .array?.configuration.volumes.map(({ name }) => name)
}

function generationOf(world: World): number | undefined {
  return world.controller('a')?.report().array?.generation
}

function untilTakenOver(world: World, dead: ControllerId): void {
  expect(
    world.runUntil(() => world.network.listenerOf(dead)?.controller === peerOf(dead), 5000),
    tale(world),
  ).toBe(true)
}
