import { describe, expect, it } from 'vitest'
import { Prng } from '../../src-main/base/prng'
import { CONTROLLER_IDS, peerOf } from '../../src-main/contract/controller-id'
import type { World } from '../../src-main/simulator/world'
import { expectNothingLost, servingWorld, settle, startHost } from '../support/simulation'

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1)
const ROUNDS = 8

/** One fault, with whatever mends it. The pair settles afterwards. */
const FAULTS: Readonly<Record<string, (world: World, random: Prng) => void>> = {
  crash(world, random) {
    world.midplane.kill(random.pick(CONTROLLER_IDS))
    world.run(random.fraction() * 50)
  },
  hang(world, random) {
    world.incarnation(random.pick(CONTROLLER_IDS))?.hang()
    world.run(1500)
  },
  'short hang'(world, random) {
    const incarnation = world.incarnation(random.pick(CONTROLLER_IDS))
    incarnation?.hang()
    world.run(random.fraction() * 600)
    incarnation?.resume()
  },
  cut(world, random) {
    world.cutInterconnect()
    world.run(1500 + random.fraction() * 500)
    world.mendInterconnect()
  },
  'short cut'(world, random) {
    world.cutInterconnect()
    world.run(random.fraction() * 500)
    world.mendInterconnect()
  },
  'cut and restarted while cut'(world, random) {
    world.cutInterconnect()
    world.run(1500)
    for (const id of CONTROLLER_IDS) if (world.midplane.occupant(id) === undefined) world.midplane.start(id)
    world.run(random.fraction() * 500)
    world.mendInterconnect()
  },
  'both killed'(world, random) {
    const first = random.pick(CONTROLLER_IDS)
    world.midplane.kill(first)
    world.run(random.fraction() * 10)
    world.midplane.kill(peerOf(first))
    world.run(20)
    const back = random.pick(CONTROLLER_IDS)
    world.midplane.start(back)
    world.run(random.fraction() * 20)
    world.midplane.start(peerOf(back))
  },
  'crash of the newcomer'(world, random) {
    const id = random.pick(CONTROLLER_IDS)
    world.midplane.kill(id)
    world.run(10)
    world.midplane.start(id)
    world.run(random.fraction() * 3)
    world.midplane.kill(id)
    world.run(10)
  },
  'crash of the survivor while the other joins'(world, random) {
    const id = random.pick(CONTROLLER_IDS)
    world.midplane.kill(id)
    world.run(10)
    world.midplane.start(id)
    world.run(random.fraction() * 3)
    world.midplane.kill(peerOf(id))
    world.run(10)
  },
  restart(world, random) {
    world.midplane.restart(random.pick(CONTROLLER_IDS))
    world.run(random.fraction() * 20)
  },
}

describe('faults under writes', () => {
  for (const name of Object.keys(FAULTS)) {
    it(`${name}: nothing acknowledged is lost`, () => {
      for (const seed of SEEDS.slice(0, 6)) rounds(seed, [name], 5)
    })
  }

  it.each(SEEDS)('all kinds mixed, seed %i', (seed) => rounds(seed, Object.keys(FAULTS), ROUNDS))
})

function rounds(seed: number, names: readonly string[], count: number): void {
  const world = servingWorld({ seed })
  const host = startHost(world)
  const random = new Prng(seed + 1_000_000)
  for (let round = 0; round < count; round++) {
    world.run(random.fraction() * 100)
    FAULTS[random.pick(names)]?.(world, random)
    settle(world)
  }
  world.run(100)
  expectNothingLost(world, host)
  expect(host.acknowledged).toBeGreaterThan(100)
}
