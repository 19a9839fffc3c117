/** The disk under the drives has no room for a while: what becomes of the pair meanwhile, and afterwards. */
import { describe, expect, it } from 'vitest'
import { CONTROLLER_IDS } from '../../src-main/contract/controller-id'
import type { BlockHost } from '../../src-main/simulator/block-host'
import type { World } from '../../src-main/simulator/world'
import { nvramOf } from '../support/nvram'
import { expectNothingLost, servingWorld, startHost, tale } from '../support/simulation'

function setRoom(world: World, shortage: 'holes' | 'everything' | undefined): void {
  for (const medium of world.media) medium.shortage = shortage
}

const isShort = (world: World): boolean => CONTROLLER_IDS.some((id) => (nvramOf(world, id)?.volumesShortOfRoom.length ?? 0) > 0)

function shortOfRoom(seed: number): { readonly world: World; readonly host: BlockHost; readonly reader: BlockHost } {
  const world = servingWorld({ seed, nvramBytes: 2 * 1024 * 1024 })
  setRoom(world, 'holes')
  const host = startHost(world, { chunksPerLun: 400, meanGapMs: 2, luns: [0] })
  const reader = startHost(world, { luns: [1], readShare: 1 })
  world.run(3000)
  expect(isShort(world)).toBe(true)
  expect(host.acknowledged).toBeGreaterThan(20)
  return { world, host, reader }
}

function expectAllGoesOn(world: World, host: BlockHost): void {
  const { acknowledged } = host
  setRoom(world, undefined)
  expect(
    world.runUntil(() => world.isSettled() && !isShort(world), 10_000),
    tale(world),
  ).toBe(true)
  world.run(2000)
  expect(host.acknowledged).toBeGreaterThan(acknowledged)
  expectNothingLost(world, host)
}

describe('without room on the disk', () => {
  it('a controller dies and comes back: the survivor has all that was acknowledged, and goes on by itself', () => {
    const { world, host, reader } = shortOfRoom(1)
    world.midplane.kill('a')
    world.run(500)
    world.midplane.start('a')
    expect(
      world.runUntil(() => CONTROLLER_IDS.every((id) => world.isServing(id)), 5000),
      tale(world),
    ).toBe(true)
    expect(isShort(world)).toBe(true)
    const { reads } = reader
    world.run(2000)
    expect(reader.reads).toBeGreaterThan(reads + 20)
    expectAllGoesOn(world, host)
  })

  it('both controllers die and come back: they wait for room where their logs have none, and have all that was acknowledged', () => {
    const { world, host } = shortOfRoom(3)
    for (const id of CONTROLLER_IDS) world.midplane.kill(id)
    world.run(500)
    for (const id of CONTROLLER_IDS) world.midplane.start(id)
    world.run(5000)
    expectAllGoesOn(world, host)
  })

  it('no drive fails, and changes are refused where the array state finds no room either', () => {
    const world = servingWorld({ seed: 2 })
    const host = startHost(world, { luns: [0] })
    const reader = startHost(world, { luns: [1], readShare: 1 })
    world.run(100)
    setRoom(world, 'everything')
    world.run(1500)
    const answer = world.answerTo('a', { name: 'rename-array', params: { name: 'without room' } })
    expect(answer).toMatchObject({ error: { code: 'no-space', message: expect.stringContaining('Make room there') as string } })
    expect(world.controller('a')?.state?.failedMembers ?? []).toEqual([])
    const { reads } = reader
    world.run(500)
    expect(reader.reads).toBeGreaterThan(reads + 20)
    setRoom(world, undefined)
    expect(world.runUntil(() => !isShort(world), 5000)).toBe(true)
    expect(world.answerTo('b', { name: 'rename-array', params: { name: 'with room' } })).toHaveProperty('result')
    expectNothingLost(world, host)
  })
})
