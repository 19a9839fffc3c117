/** A drive that failed is rebuilt under load, by both controllers, whoever dies meanwhile; then its group can do without another one. */
import { describe, expect, it } from 'vitest'
import { present } from '../../src-main/base/assert'
import { Prng } from '../../src-main/base/prng'
import { CONTROLLER_IDS, type ControllerId } from '../../src-main/contract/controller-id'
import type { World } from '../../src-main/simulator/world'
import { expectNothingLost, servingWorld, settle, startHost, tale } from '../support/simulation'

const SEEDS = Array.from({ length: 8 }, (_, index) => 940 + index)

/** One of the RAID-5 group, drives 0 to 3, or of the RAID-1 group, drives 4 and 5; and another one of the same group. */
function drawDrives(random: Prng): { readonly victim: number; readonly other: number } {
  const drives = random.chance(0.6) ? [0, 1, 2, 3] : [4, 5]
  const victim = random.pick(drives)
  return { victim, other: random.pick(drives.filter((drive) => drive !== victim)) }
}

function setFailed(world: World, drive: number, isFailed: boolean): void {
  present(world.media[drive], `drive ${drive}`).isFailed = isFailed
}

/** Another drive in the same place: it has nothing. */
function replace(world: World, drive: number): void {
  present(world.media[drive], `drive ${drive}`).replace()
}

function failedDrives(world: World): readonly number[] {
  const state = world.controller('a')?.state ?? world.controller('b')?.state
  return [...new Set(state?.failedMembers?.map(({ drive }) => drive) ?? [])]
}

/** Until the drive is on record: hosts that write notice it. */
function fail(world: World, drive: number): void {
  setFailed(world, drive, true)
  expect(
    world.runUntil(() => failedDrives(world).includes(drive), 5000),
    `drive ${drive} of seed ${world.seed} fails`,
  ).toBe(true)
}

function begin(world: World, portal: ControllerId, drive: number): string {
  const id = `rebuild-of-${drive}-at-${world.clock.nowMs()}`
  const answer = world.answerTo(portal, { id, name: 'rebuild-drive', params: { drive } })
  expect(answer).toMatchObject({ result: { drive, operation: id, state: 'running' } })
  return id
}

function operation(
  world: World,
  id: string,
): { readonly state: string; readonly progress: { readonly done: number; readonly total: number } } {
  const portal = present(
    CONTROLLER_IDS.find((one) => world.isServing(one)),
    'a controller that serves',
  )
  const answer = world.answerTo(portal, { name: 'get-operation', params: { operation: id } })
  return ('result' in answer ? answer.result : answer) as unknown as ReturnType<typeof operation>
}

function expectRebuilt(world: World, id: string): void {
  const isOver = world.runUntil(() => failedDrives(world).length === 0, 30_000)
  expect(isOver, `${JSON.stringify(operation(world, id))}\n${tale(world)}`).toBe(true)
  const { state, progress } = operation(world, id)
  expect({ state, done: progress.done }).toEqual({ state: 'done', done: progress.total })
}

describe('a drive that is rebuilt under load', () => {
  it.each(SEEDS)('takes the place of another one of its group afterwards, seed %i', (seed) => {
    const world = servingWorld({ seed })
    const host = startHost(world)
    const random = new Prng(seed)
    const { victim, other } = drawDrives(random)
    world.run(100)
    fail(world, victim)
    world.run(200)
    replace(world, victim)
    const id = begin(world, random.pick(CONTROLLER_IDS), victim)
    expect(operation(world, id)).toMatchObject({ about: `drive ${victim}`, drive: victim })
    expect(operation(world, id).progress.total).toBeGreaterThan(10)
    expectRebuilt(world, id)
    world.run(50)
    fail(world, other)
    world.run(100)
    expectNothingLost(world, host)
  })

  it.each(SEEDS)('whichever controller dies meanwhile, and whoever gets its volumes, seed %i', (seed) => {
    const world = servingWorld({ seed: seed + 20 })
    const host = startHost(world, { meanGapMs: 0.5 })
    const random = new Prng(seed + 20)
    const { victim, other } = drawDrives(random)
    world.run(100)
    fail(world, victim)
    world.run(100)
    // It answers again with what it had, which is old.
    setFailed(world, victim, false)
    const id = begin(world, random.pick(CONTROLLER_IDS), victim)
    let midway = 0
    for (let round = 0; round < 4; round++) {
      world.run(random.fraction() * 120)
      if (operation(world, id).state === 'running') midway++
      if (random.chance(0.3)) world.killApplication()
      else world.midplane.kill(random.pick(CONTROLLER_IDS))
      world.run(random.fraction() * 60)
      for (const of of CONTROLLER_IDS) if (world.midplane.occupant(of) === undefined) world.midplane.start(of)
      world.runUntil(() => CONTROLLER_IDS.some((one) => world.isServing(one)))
    }
    expect(midway).toBeGreaterThan(1)
    expectRebuilt(world, id)
    settle(world)
    fail(world, other)
    world.run(100)
    expectNothingLost(world, host)
  })

  it.each(SEEDS)('and fails again stays out, and the request says so, seed %i', (seed) => {
    const world = servingWorld({ seed: seed + 40 })
    const host = startHost(world)
    const random = new Prng(seed + 40)
    const { victim } = drawDrives(random)
    world.run(100)
    fail(world, victim)
    replace(world, victim)
    const id = begin(world, 'a', victim)
    world.run(5 + random.fraction() * 100)
    setFailed(world, victim, true)
    expect(
      world.runUntil(() => operation(world, id).state === 'failed', 5000),
      tale(world),
    ).toBe(true)
    setFailed(world, victim, false)
    world.run(100)
    expect(failedDrives(world)).toEqual([victim])
    expectRebuilt(world, begin(world, 'b', victim))
    expectNothingLost(world, host)
  })
})

describe('while a group could not lose another drive', () => {
  it('its volumes are not given back, and afterwards they are', () => {
    const world = servingWorld({ seed: 990 })
    const host = startHost(world)
    world.midplane.kill('a')
    world.runUntil(() => world.network.listenerOf('a')?.controller === 'b')
    fail(world, 1)
    replace(world, 1)
    const id = begin(world, 'b', 1)
    world.midplane.start('a')
    world.runUntil(() => world.isServing('a'), 3000)
    world.run(2)
    const refusal = world.answerTo('b', { name: 'give-back', params: { to: 'a' } })
    expect(refusal).toMatchObject({ error: { code: 'not-possible-now' } })
    expect(JSON.stringify(refusal)).toContain('rebuild-drive')
    expect(
      world.trace.events.some(({ kind, data }) => kind === 'giveback.refused' && String(data?.['reason']).includes('rebuild-drive')),
    ).toBe(true)
    expectRebuilt(world, id)
    expect(world.runUntil(() => world.volumesAreHome(), 5000)).toBe(true)
    expectNothingLost(world, host)
  })

  it('no volume is made in it and none deleted', () => {
    const world = servingWorld({ seed: 991 })
    startHost(world)
    expect(world.answerTo('a', { name: 'create-volume', params: { name: 'early', group: 'r5', blocks: 10 } })).toMatchObject({
      result: { name: 'early' },
    })
    fail(world, 1)
    replace(world, 1)
    const id = begin(world, 'b', 1)
    expect(world.answerTo('a', { name: 'create-volume', params: { name: 'late', group: 'r5', blocks: 10 } })).toMatchObject({
      error: { code: 'not-possible-now', field: 'group' },
    })
    expect(world.answerTo('b', { name: 'delete-volume', params: { volume: 'early' } })).toMatchObject({
      error: { code: 'not-possible-now', field: 'volume' },
    })
    expect(world.answerTo('a', { name: 'create-volume', params: { name: 'elsewhere', group: 'r1', blocks: 10 } })).toMatchObject({
      result: { name: 'elsewhere' },
    })
    expectRebuilt(world, id)
    expect(world.answerTo('b', { name: 'delete-volume', params: { volume: 'early' } })).toMatchObject({ result: { deleted: 'early' } })
  })

  it('a drive that is in use, or not there, is not rebuilt', () => {
    const world = servingWorld({ seed: 992 })
    expect(world.answerTo('a', { name: 'rebuild-drive', params: { drive: 1 } })).toMatchObject({
      error: { code: 'not-possible-now', field: 'drive' },
    })
    expect(world.answerTo('a', { name: 'rebuild-drive', params: { drive: 17 } })).toMatchObject({
      error: { code: 'not-found', field: 'drive' },
    })
  })
})
