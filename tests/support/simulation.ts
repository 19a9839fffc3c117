import { expect } from 'vitest'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import { BlockHost, type BlockHostOptions } from '../../src-main/simulator/block-host'
import { World, type WorldOptions } from '../../src-main/simulator/world'

/** A world whose pair serves. */
export function servingWorld(options: WorldOptions): World {
  const world = new World(options)
  world.start()
  settle(world)
  return world
}

export function startHost(world: World, options: Partial<BlockHostOptions> = {}): BlockHost {
  const host = new BlockHost(world, world.random.fork(), { meanGapMs: 1, chunksPerLun: 64, luns: [0, 1], readShare: 0.3, ...options })
  host.start()
  return host
}

/** Starts what is down and waits until both serve at their own addresses with their own volumes. */
export function settle(world: World, withinMs = 20_000): void {
  world.runUntil(
    () => CONTROLLER_IDS.every((id) => world.midplane.occupant(id) === undefined || world.incarnation(id)?.state === 'running'),
    3000,
  )
  for (const id of CONTROLLER_IDS) if (world.midplane.occupant(id) === undefined) world.midplane.start(id)
  expect(
    world.runUntil(() => world.isSettled(), withinMs),
    `the pair of seed ${world.seed} settles; ${phases(world)}\n${tale(world)}`,
  ).toBe(true)
}

/** The host stops, everything is read back, and nothing was lost or written by two. */
export function expectNothingLost(world: World, host: BlockHost): void {
  host.stop()
  expect(
    world.runUntil(() => host.underWay === 0, 20_000),
    `all commands of seed ${world.seed} are answered`,
  ).toBe(true)
  let done = false
  host.readBack(() => (done = true))
  expect(
    world.runUntil(() => done, 20_000),
    `seed ${world.seed} is read back`,
  ).toBe(true)
  expect(host.violations, `host of seed ${world.seed}`).toEqual([])
  expect(world.writers.violations, `writers of seed ${world.seed}`).toEqual([])
}

export function survivorOf(world: World): ControllerId | undefined {
  return CONTROLLER_IDS.find((id) => world.isServing(id) && world.network.listenerOf(peerOf(id))?.controller === id)
}

/** The last events but those of single requests, for the message of a failed test. */
export function tale(world: World): string {
  return world.trace.events
    .filter(({ kind }) => !kind.startsWith('io.') && !kind.startsWith('portal.command') && !kind.startsWith('portal.response'))
    .slice(-40)
    .map(({ timeMs, place, kind, data }) => `${timeMs.toFixed(2)} ${place} ${kind} ${JSON.stringify(data ?? {})}`)
    .join('\n')
}

function phases(world: World): string {
  return CONTROLLER_IDS.map((id) => {
    const report = world.controller(id)?.report()
    return `${id}: ${world.incarnation(id)?.state ?? 'never started'} ${report?.phase ?? ''} ${report?.reason ?? ''}`
  }).join(', ')
}
