import { describe, expect, it } from 'vitest'
import { Prng } from '../../src-main/base/prng'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import { DISPATCH_SCHEMES, type ServiceAnswer } from '../../src-main/contract/service-request'
import type { TraceKind } from '../../src-main/contract/trace'
import type { World } from '../../src-main/simulator/world'
import { servingWorld, settle, tale } from '../support/simulation'

const CREATE = { name: 'create-volume', params: { name: 'charlie', group: 'r0', megabytes: 1 } }
const MANY_WORLDS_MS = 120_000
const RECORDED: readonly TraceKind[] = [
  'service.received',
  'arbiter.asked',
  'owner.relinquish-asked',
  'owner.preparing',
  'owner.relinquished',
  'arbiter.granted',
  'service.owner-changed',
  'service.served',
  'service.answered',
]

describe('transfer-ownership', () => {
  it('asks the arbiter, which asks the owner to relinquish, and serves when granted', () => {
    const world = pairWith('transfer-ownership', 201)
    expect(world.answerTo('b', { ...CREATE, id: 'told' })).toMatchObject({
      receivedBy: 'b',
      servedBy: 'b',
      route: ['management-b', 'controller-b'],
    })
    expect(story(world, 'told')).toEqual([
      ['service.received', 'management-b', 'controller-b'],
      ['arbiter.asked', 'controller-b', 'controller-a'],
      ['owner.relinquish-asked', 'controller-a', undefined],
      ['owner.preparing', 'controller-a', undefined],
      ['owner.relinquished', 'controller-a', undefined],
      ['arbiter.granted', 'controller-a', 'controller-b'],
      ['service.served', 'controller-b', undefined],
      ['service.answered', 'management-b', 'host'],
    ])
    expect(world.answerTo('a', { name: 'list-volumes', id: 'back' })).toMatchObject({ servedBy: 'a' })
    expect(story(world, 'back')).toEqual([
      ['service.received', 'management-a', 'controller-a'],
      ['arbiter.asked', 'controller-a', undefined],
      ['owner.relinquish-asked', 'controller-a', 'controller-b'],
      ['owner.preparing', 'controller-b', undefined],
      ['owner.relinquished', 'controller-b', 'controller-a'],
      ['arbiter.granted', 'controller-a', undefined],
      ['service.served', 'controller-a', undefined],
      ['service.answered', 'management-a', 'host'],
    ])
    for (const request of ['sr-told', 'sr-back']) {
      const events = world.trace.events.filter((event) => event.request === request)
      expect(events.slice(1).map(({ cause }) => cause)).toEqual(events.slice(0, -1).map(({ id }) => id))
    }
    expect(world.writers.violations).toEqual([])
  })

  it('moves nothing where the receiver is the owner already', () => {
    const world = pairWith('transfer-ownership', 202)
    expect(world.answerTo('a', CREATE)).toMatchObject({ servedBy: 'a' })
    expect(world.trace.events.some(({ kind }) => kind === 'arbiter.asked')).toBe(false)
  })

  it('serves both sides in turn when both ask all the time, each for its tenure', () => {
    const world = pairWith('transfer-ownership', 203)
    const served: ControllerId[] = []
    const sent: Record<ControllerId, number> = { a: 0, b: 0 }
    const send = (portal: ControllerId): void => {
      sent[portal]++
      world.request(
        portal,
        {
          name: sent[portal] % 2 === 0 ? 'list-volumes' : 'rename-array',
          params: sent[portal] % 2 === 0 ? {} : { name: `${portal} ${sent[portal]}` },
        },
        (answer) => {
          expect(good(answer).servedBy).toBe(portal)
          served.push(portal)
          send(portal)
        },
      )
    }
    for (const portal of CONTROLLER_IDS) for (let i = 0; i < 4; i++) send(portal)
    const before = world.trace.events.length
    world.run(1000)
    const changes = world.trace.events.slice(before).filter(({ kind }) => kind === 'service.owner-changed')
    expect(changes.length).toBeGreaterThan(20)
    expect(changes.length).toBeLessThanOrEqual(50)
    for (const id of CONTROLLER_IDS) expect(served.filter((portal) => portal === id).length).toBeGreaterThan(100)
    expect(world.writers.violations).toEqual([])
  })

  it('the survivor of a takeover is owner and arbiter', () => {
    for (const dead of CONTROLLER_IDS) {
      const world = pairWith('transfer-ownership', 204)
      world.midplane.kill(dead)
      settle(world)
      expect(world.answerTo(peerOf(dead), { name: 'get-array-status' })).toMatchObject({
        result: { arbiter: peerOf(dead), serviceOwner: peerOf(dead) },
      })
      expect(world.answerTo(dead, CREATE)).toMatchObject({ servedBy: dead })
    }
  })

  it(
    'loses and repeats nothing when either controller dies at any step of a transfer',
    () => {
      for (const arbiter of CONTROLLER_IDS) {
        for (const asker of CONTROLLER_IDS) {
          const steps = stepsOfTransfer(arbiter, asker)
          expect(steps, `${arbiter} decides, ${asker} asks`).toEqual([...RECORDED])
          for (const step of steps)
            for (const dead of CONTROLLER_IDS) for (const afterMs of [0, 0.3]) diesAt({ arbiter, asker, step, dead, afterMs, how: 'kill' })
          for (const step of steps) for (const dead of CONTROLLER_IDS) diesAt({ arbiter, asker, step, dead, afterMs: 0, how: 'hang' })
          for (const step of steps) diesAt({ arbiter, asker, step, dead: asker, afterMs: 0, how: 'cut' })
        }
      }
    },
    MANY_WORLDS_MS,
  )
})

describe('primary-only', () => {
  it('the secondary refuses everything, and says whom to ask', () => {
    const world = pairWith('primary-only', 210)
    for (const request of [
      { name: 'list-volumes' },
      CREATE,
      { name: 'move-volume', params: { volume: 'alpha', to: 'b' } },
      { name: 'take-over', params: { of: 'a' } },
    ]) {
      const answer = world.answerTo('b', request)
      expect(answer).toMatchObject({ error: { code: 'not-primary' } })
      expect(JSON.stringify(answer)).toContain('the primary, controller A, at http://management-a')
    }
    expect(world.answerTo('a', CREATE)).toMatchObject({ servedBy: 'a' })
  })

  it('after a takeover the survivor is the primary, also when the other is back', () => {
    const world = pairWith('primary-only', 211)
    world.midplane.kill('a')
    expect(world.runUntil(() => world.network.listenerOf('a')?.controller === 'b')).toBe(true)
    for (const portal of CONTROLLER_IDS) expect(world.answerTo(portal, { name: 'list-volumes' })).toMatchObject({ servedBy: 'b' })
    settle(world)
    expect(world.answerTo('a', { name: 'list-volumes' })).toMatchObject({ error: { code: 'not-primary' } })
    expect(world.answerTo('b', { name: 'set-dispatch-scheme', params: { scheme: 'serve-locally' } })).toMatchObject({ servedBy: 'b' })
    expect(world.answerTo('a', { name: 'list-volumes' })).toMatchObject({ servedBy: 'a' })
  })
})

describe('every scheme', () => {
  it('can be switched to every other one', () => {
    for (const from of DISPATCH_SCHEMES) {
      for (const to of DISPATCH_SCHEMES) {
        const world = pairWith(from, 220)
        good(world.answerTo('a', { name: 'set-dispatch-scheme', params: { scheme: to } }))
        expect(world.controller('b')?.report().array?.dispatchScheme).toBe(to)
      }
    }
  })

  it(
    'can be switched while requests are under way at both, and all of them are answered',
    () => {
      for (const from of DISPATCH_SCHEMES)
        for (const to of DISPATCH_SCHEMES) for (let step = 0; step < 3; step++) switchMeanwhile(from, to, step)
    },
    MANY_WORLDS_MS,
  )

  it('runs a request once that is sent to both at once', () => {
    for (const scheme of DISPATCH_SCHEMES) {
      const world = pairWith(scheme, 221)
      const answers: ServiceAnswer[] = []
      for (const portal of ['b', 'a', 'b', 'a'] as const)
        world.request(portal, { ...CREATE, id: 'joined' }, (answer) => answers.push(answer))
      expect(world.runUntil(() => answers.length === 4)).toBe(true)
      const results = answers
        .filter((answer) => !('error' in answer && answer.error.code === 'not-primary'))
        .map((answer) => good(answer).result)
      expect(results).toHaveLength(scheme === 'primary-only' ? 2 : 4)
      for (const result of results) expect(result).toEqual(results[0])
      expect(volumeNamesOf(world, 'a')).toEqual(['alpha', 'bravo', 'charlie'])
    }
  })

  it(
    'gives the first result after a controller died at any moment of the request',
    () => {
      for (const scheme of DISPATCH_SCHEMES) {
        for (let step = 0; step < 16; step++) {
          for (const [portal, dead] of [
            ['a', 'a'],
            ['b', 'a'],
            ['a', 'b'],
            ['b', 'b'],
          ] as const) {
            if (scheme === 'primary-only' && portal === 'b') continue
            const world = pairWith(scheme, 300 + step)
            let first: ServiceAnswer | undefined
            world.request(portal, { ...CREATE, id: 'x' }, (answer) => (first = answer))
            world.run(step * 0.2)
            world.midplane.kill(dead)
            afterwards(world, { portal, dead, first: () => first, label: `${scheme} ${portal} ${dead} step ${step}` })
          }
        }
      }
    },
    MANY_WORLDS_MS,
  )
})

describe('under random faults', () => {
  it.each(Array.from({ length: 16 }, (_, index) => index + 1))(
    'every acknowledged request was run once, seed %i',
    (seed) => faultsUnderRequests(seed),
    MANY_WORLDS_MS,
  )
})

/** Stations at both controllers make volumes, each under an id that it repeats until it has an answer. */
function faultsUnderRequests(seed: number): void {
  const world = servingWorld({ seed })
  const random = new Prng(seed + 2_000_000)
  const made: string[] = []
  const problems: string[] = []
  let isRunning = true
  const station = (name: string, number: number): void => {
    if (!isRunning || number > 12) return
    const id = `${name}-${number}`
    let isAnswered = false
    const send = (): void => {
      if (isAnswered) return
      world.request(
        random.pick(CONTROLLER_IDS),
        { id, name: 'create-volume', params: { name: id, group: 'linear', blocks: 128 } },
        (answer) => {
          if (isAnswered) return
          if ('error' in answer) {
            if (!['busy', 'unavailable', 'not-primary', 'conflict'].includes(answer.error.code))
              problems.push(`${id}: ${answer.error.code} ${answer.error.message}`)
            return
          }
          isAnswered = true
          made.push(id)
          world.clock.after(random.fraction() * 20, () => station(name, number + 1))
        },
      )
      world.clock.after(40 + random.fraction() * 40, send)
    }
    send()
  }
  for (const name of ['x', 'y', 'z']) station(name, 1)
  for (let round = 0; round < 6; round++) {
    world.request(
      random.pick(CONTROLLER_IDS),
      { name: 'set-dispatch-scheme', params: { scheme: random.pick(DISPATCH_SCHEMES) } },
      () => undefined,
    )
    world.run(random.fraction() * 60)
    const id = random.pick(CONTROLLER_IDS)
    const fault = random.below(4)
    if (fault === 0) world.midplane.kill(id)
    else if (fault === 1) world.incarnation(id)?.hang()
    else if (fault === 2) world.midplane.restart(id)
    else {
      world.cutInterconnect()
      world.run(random.fraction() * 1500)
      world.mendInterconnect()
    }
    world.run(random.fraction() * 1500)
    settle(world)
  }
  isRunning = false
  world.run(2000)
  expect(problems, `seed ${seed}`).toEqual([])
  expect(made.length, `seed ${seed}`).toBeGreaterThan(10)
  expect(new Set(volumeNamesOf(world, 'a')), `seed ${seed}`).toEqual(new Set(['alpha', 'bravo', ...made]))
  expect(volumeNamesOf(world, 'b'), `seed ${seed}`).toEqual(volumeNamesOf(world, 'a'))
  expect(world.writers.violations, `seed ${seed}`).toEqual([])
}

function switchMeanwhile(from: string, to: string, step: number): void {
  const world = pairWith(from, 230)
  const label = `from ${from} to ${to}, step ${step}`
  const answers: ServiceAnswer[] = []
  for (let i = 0; i < 6; i++) {
    world.request(
      i % 2 === 0 ? 'b' : 'a',
      { name: 'create-volume', params: { name: `volume ${i}`, group: 'linear', blocks: 128 } },
      (answer) => answers.push(answer),
    )
  }
  world.run(step * 0.8)
  let switched: ServiceAnswer | undefined
  world.request('a', { name: 'set-dispatch-scheme', params: { scheme: to } }, (answer) => (switched = answer))
  expect(
    world.runUntil(() => answers.length === 6 && switched !== undefined, 9000),
    `${label}\n${tale(world)}`,
  ).toBe(true)
  good(switched)
  const made = answers.filter((answer) => !('error' in answer)).length
  for (const answer of answers) if ('error' in answer) expect(answer.error.code, label).toBe('not-primary')
  if (from !== 'primary-only' && to !== 'primary-only') expect(made, label).toBe(6)
  for (const id of CONTROLLER_IDS) expect(volumeNamesOf(world, id), label).toHaveLength(2 + made)
  expect(world.writers.violations, label).toEqual([])
}

/** A pair whose arbiter is `arbiter` and whose service owner is the other one than `asker`. */
function readyToTransfer(arbiter: ControllerId, asker: ControllerId): World {
  const world = servingWorld({ seed: 250 })
  if (arbiter === 'b') {
    world.midplane.kill('a')
    settle(world)
  }
  good(world.answerTo(arbiter, { name: 'set-dispatch-scheme', params: { scheme: 'transfer-ownership' } }))
  good(world.answerTo(peerOf(asker), { name: 'list-luns' }))
  world.run(50)
  return world
}

function stepsOfTransfer(arbiter: ControllerId, asker: ControllerId): TraceKind[] {
  const world = readyToTransfer(arbiter, asker)
  const before = world.trace.events.length
  good(world.answerTo(asker, { ...CREATE, id: 'x' }))
  return RECORDED.filter((kind) => world.trace.events.slice(before).some((event) => event.kind === kind))
}

interface Death {
  readonly arbiter: ControllerId
  readonly asker: ControllerId
  readonly step: TraceKind
  readonly dead: ControllerId
  readonly afterMs: number
  readonly how: 'kill' | 'hang' | 'cut'
}

function diesAt({ arbiter, asker, step, dead, afterMs, how }: Death): void {
  const world = readyToTransfer(arbiter, asker)
  let first: ServiceAnswer | undefined
  let isStruck = false
  world.trace.onEvent(({ kind }) => {
    if (kind !== step || isStruck) return
    isStruck = true
    world.clock.after(afterMs, () => {
      if (how === 'kill') world.midplane.kill(dead)
      else if (how === 'hang') world.incarnation(dead)?.hang()
      else world.cutInterconnect()
    })
  })
  world.request(asker, { ...CREATE, id: 'x' }, (answer) => (first = answer))
  expect(world.runUntil(() => isStruck, 3000)).toBe(true)
  const label = `${how} ${dead} at ${step} + ${afterMs} ms; ${arbiter} decides, ${asker} asks`
  if (how === 'cut') {
    world.run(3000)
    world.mendInterconnect()
    settle(world)
    checkOnce(world, { portal: asker, first, label })
  } else {
    afterwards(world, { portal: asker, dead, first: () => first, label })
  }
}

function afterwards(
  world: World,
  {
    portal,
    dead,
    first,
    label,
  }: {
    readonly portal: ControllerId
    readonly dead: ControllerId
    readonly first: () => ServiceAnswer | undefined
    readonly label: string
  },
): void {
  const survivor = peerOf(dead)
  expect(
    world.runUntil(() => world.network.listenerOf(dead)?.controller === survivor, 5000),
    `${label}\n${tale(world)}`,
  ).toBe(true)
  if (portal !== dead)
    expect(
      world.runUntil(() => first() !== undefined, 5000),
      `${label}\n${tale(world)}`,
    ).toBe(true)
  checkOnce(world, { portal: dead, first: first(), label })
  const { array } = world.controller(survivor)?.report() ?? {}
  expect([array?.serviceOwner, array?.arbiter], label).toEqual([survivor, survivor])
  settle(world)
  for (const id of CONTROLLER_IDS) expect(volumeNamesOf(world, id), label).toEqual(['alpha', 'bravo', 'charlie'])
  if (array?.dispatchScheme === 'transfer-ownership')
    for (const id of CONTROLLER_IDS) expect(world.answerTo(id, { name: 'list-luns' }), label).toMatchObject({ servedBy: id })
}

function checkOnce(
  world: World,
  { portal, first, label }: { readonly portal: ControllerId; readonly first: ServiceAnswer | undefined; readonly label: string },
): void {
  const again = good(world.answerTo(portal, { ...CREATE, id: 'x' }), `${label}\n${tale(world)}`)
  if (first !== undefined) expect(again.result, label).toEqual(good(first, label).result)
  expect(world.writers.violations, label).toEqual([])
  const names = volumeNamesOf(world, world.isServing('a') ? 'a' : 'b')
  expect(names, label).toEqual(['alpha', 'bravo', 'charlie'])
}

function pairWith(scheme: string, seed: number): World {
  const world = servingWorld({ seed })
  good(world.answerTo('a', { name: 'set-dispatch-scheme', params: { scheme } }))
  return world
}

function story(world: World, id: string): (string | undefined)[][] {
  return world.trace.events.filter(({ request }) => request === `sr-${id}`).map(({ kind, place, to }) => [kind, place, to])
}

function good(answer: ServiceAnswer | undefined, label = ''): Exclude<ServiceAnswer, { error: unknown }> {
  if (answer === undefined || 'error' in answer) throw new Error(`${JSON.stringify(answer)} ${label}`)
  return answer
}

function volumeNamesOf(world: World, id: ControllerId): string[] {
  return (world.controller(id)?.report().array?.configuration.volumes ?? []).map(({ name }) => name)
}
