/**
 * Either controller ends after every event of a takeover, of a giveback, and of an operation (of the long ones after every
 * few): nothing that was acknowledged is lost, every volume has one owner, and all of it comes to an end.
 */
import { describe, expect, it } from 'vitest'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import { DISPATCH_SCHEMES, type ServiceAnswer } from '../../src-main/contract/service-request'
import type { BlockHost } from '../../src-main/simulator/block-host'
import type { World } from '../../src-main/simulator/world'
import { atEvent, eventsOf, expectOnePair, OperationWatch, type Happening } from '../support/moments'
import { expectNothingLost, servingWorld, startHost, tale } from '../support/simulation'

const MANY_WORLDS_MS = 300_000
/** Within which whatever waits for another look has had it. */
const AFTERMATH_MS = 5000

interface Prepared {
  readonly world: World
  readonly host: BlockHost
  readonly watch: OperationWatch
  readonly answers: ServiceAnswer[]
}

interface Request {
  readonly name: string
  readonly params: object
}

function preparedPair(seed: number, setUp: (world: World) => void = () => undefined, meanGapMs = 2): Prepared {
  const world = servingWorld({ seed })
  setUp(world)
  const prepared = { world, host: startHost(world, { meanGapMs, chunksPerLun: 16 }), watch: new OperationWatch(world), answers: [] }
  world.run(20)
  return prepared
}

/** Until the takeover is complete. */
function takeoverOf(dead: ControllerId, seed: number): Happening<Prepared> {
  return {
    prepare: () => preparedPair(seed),
    begin: ({ world }) => world.midplane.kill(dead),
    isOver: ({ world }) => world.trace.events.some(({ kind }) => kind === 'takeover.serving'),
  }
}

/** From the start of the one that was down until it has its volumes. */
function givebackTo(to: ControllerId, seed: number): Happening<Prepared> {
  return {
    prepare: () => preparedPair(seed, (world) => downFor(world, to)),
    begin: ({ world }) => world.midplane.start(to),
    isOver: ({ world }) => world.trace.events.some(({ kind }) => kind === 'giveback.completed'),
  }
}

/** A request and all that it sets going. */
function requested(
  portal: ControllerId,
  request: Request,
  options: { readonly seed: number; readonly setUp?: (world: World) => void },
): Happening<Prepared> {
  return {
    prepare: () => preparedPair(options.seed, options.setUp, 20),
    begin: ({ world, answers }) => world.request(portal, { id: 'x', ...request }, (answer) => answers.push(answer)),
    isOver: ({ world, answers }) =>
      answers.length > 0 && operationsOf(world).every(({ state }) => state !== 'running') && world.isSettled(),
  }
}

function downFor(world: World, id: ControllerId): void {
  world.midplane.kill(id)
  expect(
    world.runUntil(() => world.network.listenerOf(id)?.controller === peerOf(id)),
    tale(world),
  ).toBe(true)
  world.run(20)
}

function operationsOf(world: World): readonly { readonly state: string }[] {
  return CONTROLLER_IDS.flatMap((id) => world.controller(id)?.report().array?.operations ?? [])
}

/** Whoever is down starts, in an order; then everything is whole. */
function comesBack({ world, host, watch }: Prepared, first: ControllerId, label: string): void {
  world.run(20)
  if (world.midplane.occupant(first) === undefined) world.midplane.start(first)
  expect(
    world.runUntil(() => CONTROLLER_IDS.every((of) => world.network.listenerOf(of) !== undefined), 5000),
    `${label}: service\n${tale(world)}`,
  ).toBe(true)
  for (const id of CONTROLLER_IDS) if (world.midplane.occupant(id) === undefined) world.midplane.start(id)
  expect(
    world.runUntil(() => isWhole(world), 20_000),
    `${label}: both serve\n${tale(world)}`,
  ).toBe(true)
  host.stop()
  world.runUntil(() => operationsOf(world).every(({ state }) => state !== 'running'), AFTERMATH_MS)
  world.run(10)
  watch.expectEnded(expectOnePair(world, label), `${label}\n${tale(world)}`)
  expectNothingLost(world, host)
}

/** Both serve at their own addresses, and every volume that is given back automatically is where it prefers to be. */
function isWhole(world: World): boolean {
  const isManual = world.controller('a')?.report().array?.automaticGiveback === false
  return isManual ? CONTROLLER_IDS.every((id) => world.isServing(id) && world.network.listenerOf(id)?.controller === id) : world.isSettled()
}

describe('a second failure', () => {
  it.each(CONTROLLER_IDS)(
    'after any event of the takeover from %s: of the survivor, whichever comes back first',
    (dead) => {
      const happening = takeoverOf(dead, 600)
      const events = eventsOf(happening)
      for (let event = 0; event <= events; event++) {
        const first = event % 2 === 0 ? 'a' : 'b'
        const prepared = atEvent(happening, event)
        prepared.world.midplane.kill(peerOf(dead))
        comesBack(prepared, first, `${peerOf(dead)} dies after event ${event} of ${events} of its takeover, ${first} is first`)
      }
    },
    MANY_WORLDS_MS,
  )

  it.each(CONTROLLER_IDS)(
    'after any event of the takeover from %s: a hang of the survivor',
    (dead) => {
      const happening = takeoverOf(dead, 601)
      const events = eventsOf(happening)
      for (let event = 0; event <= events; event += 4) {
        const prepared = atEvent(happening, event)
        prepared.world.incarnation(peerOf(dead))?.hang()
        prepared.world.run(20)
        prepared.world.midplane.kill(peerOf(dead))
        comesBack(prepared, dead, `${peerOf(dead)} hangs after event ${event} of ${events} of its takeover`)
      }
    },
    MANY_WORLDS_MS,
  )

  it.each(CONTROLLER_IDS)(
    'after any event of the giveback to %s: of the one that gives and of the one that gets',
    (to) => {
      const happening = givebackTo(to, 602)
      const events = eventsOf(happening)
      for (let event = 0; event <= events; event++) {
        for (const dead of CONTROLLER_IDS) {
          const prepared = atEvent(happening, event)
          prepared.world.midplane.kill(dead)
          comesBack(prepared, peerOf(dead), `${dead} dies after event ${event} of ${events} of the giveback to ${to}`)
        }
      }
    },
    MANY_WORLDS_MS,
  )

  it(
    'after any event of a giveback: the link is cut',
    () => {
      const happening = givebackTo('a', 603)
      const events = eventsOf(happening)
      for (let event = 0; event <= events; event += 4) {
        const prepared = atEvent(happening, event)
        prepared.world.cutInterconnect()
        prepared.world.run(3000)
        prepared.world.mendInterconnect()
        comesBack(prepared, 'a', `the link is cut after event ${event} of ${events} of the giveback`)
      }
    },
    MANY_WORLDS_MS,
  )
})

const MANUAL_GIVEBACK = (world: World): void => {
  world.answerTo('a', { name: 'set-automatic-giveback', params: { enabled: false } })
  downFor(world, 'a')
}

const OPERATIONS: readonly (Request & { readonly what: string; readonly setUp?: (world: World) => void })[] = [
  { what: 'a give-back that starts its controller', name: 'give-back', params: { to: 'a' }, setUp: MANUAL_GIVEBACK },
  {
    what: 'a give-back to one that is there',
    name: 'give-back',
    params: { to: 'a' },
    setUp: (world) => {
      MANUAL_GIVEBACK(world)
      world.midplane.start('a')
      expect(world.runUntil(() => world.isServing('a'))).toBe(true)
      world.run(100)
    },
  },
  { what: 'move-volume', name: 'move-volume', params: { volume: 'alpha', to: 'b' } },
  { what: 'restart-controller a', name: 'restart-controller', params: { controller: 'a' } },
]

describe('an operation', () => {
  it.each(OPERATIONS)(
    '$what ends truthfully when either controller dies after any event of it',
    ({ name, params, setUp }) => {
      for (const portal of CONTROLLER_IDS) {
        const happening = requested(portal, { name, params }, { seed: 620, ...(setUp === undefined ? {} : { setUp }) })
        const events = eventsOf({
          ...happening,
          isOver: ({ world, answers }) => answers.length > 0 && operationsOf(world).every(({ state }) => state !== 'running'),
        })
        for (let event = 0; event <= events; event += events > 150 ? 5 : 1) {
          for (const dead of CONTROLLER_IDS) {
            const prepared = atEvent(happening, event)
            const label = `${name} at ${portal}: ${dead} dies after event ${event} of ${events}`
            const { world, answers } = prepared
            if (world.midplane.occupant(dead) === undefined) continue
            world.midplane.kill(dead)
            comesBack(prepared, peerOf(dead), label)
            const [first] = answers
            if (first !== undefined && 'result' in first) {
              for (const id of CONTROLLER_IDS)
                expect(world.answerTo(id, { id: 'x', name, params }), label).toMatchObject({ result: first.result })
            }
          }
        }
      }
    },
    MANY_WORLDS_MS,
  )
})

describe('a configuration request', () => {
  it.each(DISPATCH_SCHEMES.filter((scheme) => scheme !== 'primary-only'))(
    'under %s is run once and gives one result when either controller dies after any event of it',
    (scheme) => {
      const create = { name: 'create-volume', params: { name: 'charlie', group: 'r0', megabytes: 1 } }
      for (const portal of CONTROLLER_IDS) {
        const setUp = (world: World): void => {
          world.answerTo('a', { name: 'set-dispatch-scheme', params: { scheme } })
          world.run(30)
        }
        const happening = requested(portal, create, { seed: 640, setUp })
        const events = eventsOf(happening)
        for (let event = 0; event <= events; event++) {
          for (const dead of CONTROLLER_IDS) {
            const prepared = atEvent(happening, event)
            const { world, answers } = prepared
            const label = `${scheme} at ${portal}: ${dead} dies after event ${event} of ${events}`
            world.midplane.kill(dead)
            const survivor = peerOf(dead)
            expect(
              world.runUntil(
                () => world.network.listenerOf(dead)?.controller === survivor && (portal === dead || answers.length > 0),
                5000,
              ),
              `${label}\n${tale(world)}`,
            ).toBe(true)
            const again = world.answerTo(survivor, { id: 'x', ...create })
            expect(again, label).toHaveProperty('result.name', 'charlie')
            const [first] = answers
            if (first !== undefined) expect(first, label).toMatchObject({ result: 'result' in again ? again.result : undefined })
            comesBack(prepared, dead, label)
            for (const id of CONTROLLER_IDS)
              expect(world.answerTo(id, { id: 'x', ...create }), label).toMatchObject({
                result: 'result' in again ? again.result : undefined,
              })
          }
        }
      }
    },
    MANY_WORLDS_MS,
  )
})
