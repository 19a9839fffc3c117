/** The last writes of a volume are only on a controller that does not come back. An operator discards them, and they never return. */
import { describe, expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../src-main/base/units'
import { concatBytes } from '../../src-main/base/bytes'
import { CONTROLLER_IDS, type ControllerId } from '../../src-main/contract/controller-id'
import type { ServiceAnswer } from '../../src-main/contract/service-request'
import type { World } from '../../src-main/simulator/world'
import { atEvent, eventsOf, type Happening } from '../support/moments'
import { expectConsistent } from '../support/nvram'
import { servingWorld, settle, startHost, tale } from '../support/simulation'

const DISCARD = { name: 'discard-held-writes', params: { volume: 'alpha', losingUpToMegabytes: 16 } }
const MANY_WORLDS_MS = 120_000
const MIRRORED = 1
const HELD = 2
const NEWEST = 3

describe('held writes', () => {
  it('are given up for the volume that was named, which is served again; the other one goes on waiting', () => {
    const world = worldThatWaits(700)
    expect(world.answerTo('b', { name: 'list-volumes' })).toMatchObject({ result: { volumes: [{ heldBy: 'a' }, { heldBy: 'a' }] } })
    expect(accessOf(world, 0)).toBe('transitioning')
    expect(world.answerTo('b', { id: 'lose', ...DISCARD })).toMatchObject({
      result: { volumeId: 0, heldBy: 'a', owner: 'b', lostUpToMegabytes: 16 },
    })
    expect(
      world.runUntil(() => isVerified(world), 20_000),
      tale(world),
    ).toBe(true)
    expect(world.answerTo('b', { name: 'list-volumes' })).toMatchObject({
      result: { volumes: [{ owner: 'b', heldBy: null }, { heldBy: 'a' }] },
    })
    expect([accessOf(world, 0), accessOf(world, 1)]).toEqual(['active-optimized', 'transitioning'])
    expect([MIRRORED, HELD]).toContain(stampAt(world, 'b'))
    expect(JSON.stringify(world.answerTo('b', { name: 'get-event-log' }))).toContain(
      'Volume \\"alpha\\": a service request discarded the writes that only the NVRAM of controller A had',
    )
    expect(world.trace.events.find(({ kind }) => kind === 'nvram.discarded')).toMatchObject({
      place: 'controller-b',
      data: { volumeId: 0, holder: 'a' },
    })
    settle(world)
    expectConsistent(world)
  })

  it('keep their volume from being deleted: the next one in its place would inherit half-updated stripes', () => {
    const world = worldThatWaits(702)
    expect(world.answerTo('b', { name: 'unmap-lun', params: { lun: 0 } })).toHaveProperty('result')
    const remove = { name: 'delete-volume', params: { volume: 'alpha' } }
    expect(world.answerTo('b', remove)).toMatchObject({
      error: { code: 'not-possible-now', message: expect.stringContaining('discard-held-writes') as string },
    })
    expect(world.answerTo('b', DISCARD)).toHaveProperty('result')
    expect(world.answerTo('b', remove)).toMatchObject({ error: { message: expect.stringContaining('being verified') as string } })
    expect(
      world.runUntil(() => isVerified(world), 20_000),
      tale(world),
    ).toBe(true)
    expect(world.answerTo('b', remove)).toHaveProperty('result')
  })

  it('never come back, whoever starts first and alone', () => {
    for (const first of CONTROLLER_IDS) {
      const world = worldThatWaits(701)
      expect(world.answerTo('b', DISCARD)).toHaveProperty('result')
      write(world, 'b', NEWEST)
      world.run(5)
      world.midplane.kill('b')
      world.run(20)
      world.midplane.start(first)
      expect(
        world.runUntil(() => CONTROLLER_IDS.every((of) => world.network.listenerOf(of)?.controller === first), 5000),
        tale(world),
      ).toBe(true)
      world.run(100)
      expect(stampAt(world, first), `${first} is first`).toBe(NEWEST)
      settle(world)
      for (const id of CONTROLLER_IDS) expect(stampAt(world, id), `${first} is first`).toBe(NEWEST)
      expectConsistent(world)
    }
  })

  it('are not given up while their holder is there, or without the loss being named, or where there are none', () => {
    const world = worldThatWaits(702)
    expect(world.answerTo('b', { ...DISCARD, params: { volume: 'nothing', losingUpToMegabytes: 16 } })).toMatchObject({
      error: { code: 'not-found', field: 'volume' },
    })
    const unconfirmed = world.answerTo('b', { ...DISCARD, params: { volume: 'alpha', losingUpToMegabytes: 1 } })
    expect(unconfirmed).toMatchObject({
      error: {
        code: 'bad-parameter',
        field: 'losingUpToMegabytes',
        message: expect.stringContaining('"losingUpToMegabytes": 16') as unknown,
      },
    })
    expect(accessOf(world, 0)).toBe('transitioning')
    world.midplane.start('a')
    world.run(1)
    expect(world.answerTo('b', DISCARD)).toMatchObject({ error: { code: 'not-possible-now', field: 'volume' } })
    settle(world)
    for (const id of CONTROLLER_IDS) expect(stampAt(world, id)).toBe(HELD)
    expect(world.answerTo('b', DISCARD)).toMatchObject({
      error: { code: 'not-possible-now', message: expect.stringContaining('nothing to discard') as unknown },
    })
  })

  it('are given up, or brought to the drives, when their holder is just coming up, and never a part of both', () => {
    const outcomes = new Set<string>()
    for (let step = 0; step < 24; step++) {
      const world = worldThatWaits(710 + step)
      // What the midplane says of the holder may come late.
      world.midplane.extraNoticeMs = step % 2 === 0 ? 0 : 3
      world.midplane.start('a')
      world.run(step * 0.1)
      const answer = world.answerTo('b', { id: 'lose', ...DISCARD })
      outcomes.add('result' in answer ? 'given up' : answer.error.code)
      settle(world)
      for (const id of CONTROLLER_IDS) {
        if ('result' in answer) expect([MIRRORED, HELD], `step ${step}`).toContain(stampAt(world, id))
        else expect(stampAt(world, id), `step ${step}`).toBe(HELD)
      }
      expect(
        world.runUntil(() => isVerified(world), 20_000),
        tale(world),
      ).toBe(true)
      expect(world.writers.violations).toEqual([])
      expectConsistent(world)
    }
    expect([...outcomes].sort()).toEqual(['given up', 'not-possible-now'])
  })

  it(
    'are given up once or not at all when the controller dies after any event of it',
    () => {
      const happening: Happening<{ readonly world: World; readonly answers: ServiceAnswer[] }> = {
        prepare: () => ({ world: worldThatWaits(704), answers: [] }),
        begin: ({ world, answers }) => world.request('b', { id: 'lose', ...DISCARD }, (answer) => answers.push(answer)),
        isOver: ({ world, answers }) => answers.length > 0 && isVerified(world),
      }
      const events = eventsOf(happening)
      for (let event = 0; event <= events; event += event < 120 ? 3 : 150) {
        const { world, answers } = atEvent(happening, event)
        const label = `after event ${event} of ${events}`
        world.midplane.kill('b')
        world.run(20)
        world.midplane.start('b')
        expect(
          world.runUntil(() => CONTROLLER_IDS.every((of) => world.network.listenerOf(of)?.controller === 'b'), 5000),
          `${label}\n${tale(world)}`,
        ).toBe(true)
        const again = world.answerTo('b', { id: 'lose', ...DISCARD })
        expect(again, label).toMatchObject({ result: { volumeId: 0 } })
        if (answers[0] !== undefined && 'result' in again) expect(answers[0], label).toMatchObject({ result: again.result })
        write(world, 'b', NEWEST)
        settle(world)
        expect(
          world.runUntil(() => isVerified(world), 20_000),
          `${label}\n${tale(world)}`,
        ).toBe(true)
        for (const id of CONTROLLER_IDS) expect(stampAt(world, id), label).toBe(NEWEST)
        expectConsistent(world)
        expect(world.writers.violations, label).toEqual([])
      }
    },
    MANY_WORLDS_MS,
  )
})

/** B serves alone; A, which is gone, has acknowledged a write of each volume that nobody else has. */
function worldThatWaits(seed: number): World {
  const world = servingWorld({ seed })
  expect(world.answerTo('a', { name: 'set-cache-policy', params: { policy: 'write-back-unmirrored' } })).toHaveProperty('result')
  write(world, 'a', MIRRORED, true)
  const host = startHost(world, { readShare: 0 })
  world.run(30)
  world.midplane.kill('b')
  expect(
    world.runUntil(
      () =>
        world
          .controller('a')
          ?.report()
          .array?.ownership.every(({ heldBy }) => heldBy === 'a') === true,
    ),
  ).toBe(true)
  world.run(20)
  write(world, 'a', HELD)
  world.midplane.kill('a')
  host.stop()
  world.run(20)
  world.midplane.start('b')
  expect(
    world.runUntil(() => CONTROLLER_IDS.every((of) => world.network.listenerOf(of)?.controller === 'b'), 5000),
    tale(world),
  ).toBe(true)
  expect(world.answerTo('b', { name: 'set-cache-policy', params: { policy: 'write-through' } })).toHaveProperty('result')
  return world
}

function isVerified(world: World): boolean {
  return CONTROLLER_IDS.every(
    (id) =>
      world
        .controller(id)
        ?.report()
        .array?.ownership.every(({ unverified }) => unverified === undefined) !== false,
  )
}

function accessOf(world: World, lun: number): string | undefined {
  return world.controller('b')?.directory.find(lun)?.accessState(2)
}

const AT = { firstBlock: 1024, blockCount: 1, trace: undefined }

function write(world: World, portal: ControllerId, stamp: number, forceUnitAccess = false): void {
  let isGood: boolean | undefined
  const life = world.serverOf(portal)
  life?.incarnation.deliver(() =>
    life.controller.directory
      .find(0)
      ?.write({ ...AT, data: [new Uint8Array(BLOCK_BYTES).fill(stamp)], forceUnitAccess }, ({ ok }) => (isGood = ok)),
  )
  expect(world.runUntil(() => isGood !== undefined) && isGood, `stamp ${stamp} is written by ${portal}\n${tale(world)}`).toBe(true)
}

function stampAt(world: World, portal: ControllerId): number | undefined {
  let found: number | undefined
  const life = world.serverOf(portal)
  life?.incarnation.deliver(() =>
    life.controller.directory.find(0)?.read(AT, (outcome) => (found = outcome.ok ? concatBytes(outcome.value)[0] : -1)),
  )
  expect(
    world.runUntil(() => found !== undefined),
    `${portal} reads`,
  ).toBe(true)
  return found
}
