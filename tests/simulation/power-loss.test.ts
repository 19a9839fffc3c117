import { expect, it } from 'vitest'
import { Prng } from '../../src-main/base/prng'
import { CONTROLLER_IDS } from '../../src-main/contract/controller-id'
import type { World } from '../../src-main/simulator/world'
import { servingWorld, settle } from '../support/simulation'

const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1)
const LOSSES = 6

function losePower(world: World, random: Prng): void {
  world.killApplication()
  for (const medium of world.media) medium.losePower(random)
  for (const id of CONTROLLER_IDS) if (world.midplane.occupant(id) === undefined) world.midplane.start(id)
}

it('a lab that loses its power again and again while it starts comes up, with what was committed', () => {
  for (const seed of SEEDS) {
    const world = servingWorld({ seed, hasVolatileCaches: true })
    const random = new Prng(seed)
    expect(world.answerTo('a', { name: 'rename-array', params: { name: `kept ${seed}` } })).toMatchObject({
      result: { name: `kept ${seed}` },
    })
    for (let loss = 0; loss < LOSSES; loss++) {
      losePower(world, random)
      world.run(0.4 + random.fraction() * (loss % 2 === 0 ? 1.5 : 12))
    }
    losePower(world, random)
    settle(world)
    expect(world.controller('a')?.state?.configuration.name, `seed ${seed}`).toBe(`kept ${seed}`)
    expect(world.controller('a')?.state?.failedMembers ?? [], `seed ${seed}`).toEqual([])
  }
})
