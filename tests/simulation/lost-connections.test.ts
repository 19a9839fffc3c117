import { describe, expect, it } from 'vitest'
import { present } from '../../src-main/base/assert'
import { blocksOf, valuesOf, type BlockValue } from '../../src-main/simulator/hosts/block-values'
import { HostPath, type PathCommand } from '../../src-main/simulator/hosts/host-path'
import type { World } from '../../src-main/simulator/world'
import { servingWorld } from '../support/simulation'

const OLD = 7
const NEW = 8
const BLOCK = 40

/** LUN 0 and its volume are A's: by B's portal commands are forwarded. */
function write(value: number, happens: { readonly begun?: () => void; readonly answered: (ok: boolean) => void }): PathCommand {
  const task = { isAborted: false }
  return {
    lun: 0,
    task,
    run({ unit }, done) {
      happens.begun?.()
      const data = [blocksOf(value, 0, BLOCK, 1)]
      unit.write({ firstBlock: BLOCK, blockCount: 1, data, forceUnitAccess: false, task, trace: undefined }, (outcome) =>
        done(outcome.ok ? { ok: true, value: [] } : outcome),
      )
    },
    answered: ({ ok }) => happens.answered(ok),
  }
}

function read(world: World, path: HostPath): BlockValue {
  let found: BlockValue | undefined
  path.send({
    lun: 0,
    task: { isAborted: false },
    run: ({ unit }, done) => unit.read({ firstBlock: BLOCK, blockCount: 1, trace: undefined }, done),
    answered: (outcome) => (found = outcome.ok ? valuesOf(outcome.value, 0, BLOCK)[0] : undefined),
  })
  expect(world.runUntil(() => found !== undefined, 3000)).toBe(true)
  return present(found, 'what was read')
}

function makePaths(world: World): { readonly viaOwner: HostPath; readonly viaOther: HostPath } {
  const paths = { viaOwner: new HostPath(world, 'a', () => undefined), viaOther: new HostPath(world, 'b', () => undefined) }
  world.run(30)
  expect([paths.viaOwner.isOptimized(0), paths.viaOther.isOptimized(0)]).toEqual([true, false])
  return paths
}

describe('a write whose host has gone over to the other path', () => {
  it('is not sent to the owner any more when a cut of the interconnect ends', () => {
    const world = servingWorld({ seed: 611 })
    const { viaOwner, viaOther } = makePaths(world)
    const told: string[] = []
    world.cutInterconnect()
    viaOther.send(write(OLD, { answered: (ok) => told.push(`old ${ok}`) }))
    world.run(20)
    world.network.resetConnections('b')
    world.run(40)
    viaOwner.send(write(NEW, { answered: (ok) => told.push(`new ${ok}`) }))
    world.run(100)
    expect(told).toEqual(['old false'])
    world.mendInterconnect()
    expect(world.runUntil(() => told.length === 2, 3000)).toBe(true)
    expect(told).toEqual(['old false', 'new true'])
    for (let look = 0; look < 50; look++) {
      expect(read(world, viaOwner)).toBe(NEW)
      world.run(2)
    }
    expect(world.controller('b')?.report().takeovers).toEqual([])
  })

  it("is done before its portal closes, when that is the controller's own will", () => {
    const world = servingWorld({ seed: 612 })
    const { viaOwner, viaOther } = makePaths(world)
    let begun = 0
    const told = { done: 0, lost: 0 }
    // Many are under way at once.
    world.interconnect.extraDelayMs = 10
    world.request('b', { name: 'take-over', params: { of: 'b' } }, () => undefined)
    while (world.network.listenerOf('b')?.controller === 'b') {
      if (viaOther.isConnected) viaOther.send(write(OLD, { begun: () => begun++, answered: (ok) => (ok ? told.done++ : told.lost++) }))
      world.run(0.25)
    }
    expect(world.runUntil(() => world.network.listenerOf('b')?.controller === 'a', 3000)).toBe(true)
    world.run(50)
    expect(begun).toBeGreaterThan(50)
    expect(told.lost).toBeGreaterThan(0)
    // All that had been begun is answered. The rest, which the portal did not begin, the host sends again without a doubt.
    expect(told.done).toBe(begun)
    expect(read(world, viaOwner)).toBe(OLD)
  })
})
