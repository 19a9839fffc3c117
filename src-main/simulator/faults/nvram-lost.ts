import { CONTROLLER_IDS, peerOf } from '../../contract/controller-id'
import type { Prng } from '../../base/prng'
import type { World } from '../world'
import type { Fault, FaultSurroundings } from './fault'
import { kill } from './kills'

/** Bytes of a damaged NVRAM that change. */
const ROTTEN_BYTES = 40
/** At the beginning of a log: two headers, and the first records. */
const HEADER_BYTES = 1024

/**
 * A controller dies, and as soon as the other one has claimed, from its mirror, what was its own, its NVRAM is lost, in part or
 * whole. Before that, the death of the other one would be too much: nobody could know what an NVRAM lacks that is gone.
 */
export const nvramLost: Fault = { name: 'nvram-lost', strike: (around) => harmOnceClaimed(around, damage) }

/** The same for a single bit, of a header or of a record, which checksums must find. */
export const nvramRotten: Fault = { name: 'nvram-rotten', strike: (around) => harmOnceClaimed(around, flipBit) }

function harmOnceClaimed(
  { world, random, controller, isOver, hit }: FaultSurroundings,
  damaged: (bytes: Uint8Array, random: Prng) => void,
): void {
  const dead = controller()
  const harm = random.fork()
  let isPending = isMirrored(world)
  world.trace.onEvent(({ kind, place }) => {
    if (!isPending || kind !== 'takeover.claimed' || place !== `controller-${peerOf(dead)}`) return
    isPending = false
    if (!isOver() && world.controller(dead) === undefined) damaged(world.nvram[dead].bytes, harm)
  })
  if (isPending) kill({ world, hit }, dead)
}

function damage(bytes: Uint8Array, random: Prng): void {
  const how = random.pick(['whole', 'torn', 'rotten'])
  if (how === 'whole') bytes.fill(0)
  else if (how === 'torn') bytes.fill(0, random.below(bytes.length))
  else for (let count = 0; count < ROTTEN_BYTES; count++) bytes[random.below(bytes.length)] = random.below(256)
}

/** Of the log or of the mirror: near its beginning, where its headers are, or of anything that was written. */
function flipBit(bytes: Uint8Array, random: Prng): void {
  const begin = random.pick([0, bytes.length / 2])
  const from = begin + random.below(random.pick([HEADER_BYTES, bytes.length / 2]))
  const written = bytes.findIndex((byte, at) => at >= from && byte !== 0)
  const at = written < 0 ? from : written
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
}

function isMirrored(world: World): boolean {
  const { state } = world.controller('a') ?? {}
  const isHeld = state?.ownership.some(({ heldBy }) => heldBy !== undefined) !== false
  return !isHeld && CONTROLLER_IDS.every((id) => world.canBeHeard(id) && world.controller(id)?.nvram()?.mirror === 'in-step')
}
