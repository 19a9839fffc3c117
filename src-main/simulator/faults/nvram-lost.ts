import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../contract/controller-id'
import type { Prng } from '../../base/prng'
import type { World } from '../world'
import type { Fault } from './fault'
import { kill } from './kills'

/** Bytes of a damaged NVRAM that change. */
const ROTTEN_BYTES = 40

/**
 * A controller dies, and as soon as the other one has claimed, from its mirror, what was its own, its NVRAM is lost, in part or
 * whole. Before that, the death of the other one would be too much: nobody could know what an NVRAM lacks that is gone.
 */
export const nvramLost: Fault = {
  name: 'nvram-lost',
  strike({ world, random, isOver, hit }) {
    const dead = random.pick(CONTROLLER_IDS)
    const harm = random.fork()
    let isPending = isMirrored(world)
    world.trace.onEvent(({ kind, place }) => {
      if (!isPending || kind !== 'takeover.claimed' || place !== `controller-${peerOf(dead)}`) return
      isPending = false
      if (!isOver() && world.controller(dead) === undefined) damage(world, dead, harm)
    })
    if (isPending) kill({ world, hit }, dead)
  },
}

function damage(world: World, of: ControllerId, random: Prng): void {
  const { bytes } = world.nvram[of]
  const how = random.pick(['whole', 'torn', 'rotten'])
  if (how === 'whole') bytes.fill(0)
  else if (how === 'torn') bytes.fill(0, random.below(bytes.length))
  else for (let count = 0; count < ROTTEN_BYTES; count++) bytes[random.below(bytes.length)] = random.below(256)
}

function isMirrored(world: World): boolean {
  const { state } = world.controller('a') ?? {}
  const isHeld = state?.ownership.some(({ heldBy }) => heldBy !== undefined) !== false
  return !isHeld && CONTROLLER_IDS.every((id) => world.canBeHeard(id) && world.controller(id)?.nvram()?.mirror === 'in-step')
}
