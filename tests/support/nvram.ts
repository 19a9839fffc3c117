import { expect } from 'vitest'
import { Prng } from '../../src-main/base/prng'
import { CONTROLLER_IDS, type ControllerId } from '../../src-main/contract/controller-id'
import type { NvramReport } from '../../src-main/contract/snapshot'
import { createGroupIo } from '../../src-main/core/raid/group-io'
import { Incarnation } from '../../src-main/simulator/incarnation'
import { virtualDrive } from '../../src-main/simulator/virtual-drive'
import type { World } from '../../src-main/simulator/world'

export function nvramOf(world: World, id: ControllerId): NvramReport | undefined {
  return world.controller(id)?.report().nvram
}

/** Nothing is dirty any more, and every stripe's parity is that of its data. */
export function expectConsistent(world: World): void {
  expect(
    world.runUntil(() => CONTROLLER_IDS.every((id) => (nvramOf(world, id)?.records ?? 0) === 0)),
    `seed ${world.seed}: the logs empty themselves`,
  ).toBe(true)
  const state = world.controller('a')?.report().array
  if (state === undefined) throw new Error('no state')
  const reader = new Incarnation('a', 1_000_000, { clock: world.clock, random: new Prng(1) })
  const drives = world.media.map((medium) =>
    virtualDrive({
      medium,
      incarnation: reader,
      clock: world.clock,
      random: new Prng(1),
      claims: world.claims,
      latency: { minMs: 0, maxMs: 0, flushMs: 0 },
      watcher: { issued: () => undefined, landed: () => undefined, ended: () => undefined },
    }),
  )
  for (const group of state.configuration.groups) {
    const io = createGroupIo({ group, drives })
    let inconsistent: readonly number[] | undefined
    io.verify({ firstStripe: 0, stripeCount: Math.min(io.layout.stripeCount, 64) }, (report) => (inconsistent = report.inconsistent))
    world.runUntil(() => inconsistent !== undefined)
    expect(inconsistent, `group ${group.id} of seed ${world.seed}`).toEqual([])
  }
}
