import type { Prng } from '../../base/prng'
import { CONTROLLER_IDS, type ControllerId } from '../../contract/controller-id'
import { slotFirstBlock } from '../../core/raid/superblock'
import type { World } from '../world'
import { unreadableSuperblocks } from './unreadable-superblocks'

export interface FaultSurroundings {
  readonly world: World
  readonly random: Prng
  /** A drive that may fail and a sector of it that hosts use; undefined where one more would be too many. */
  mediaTarget(): { readonly drive: number; readonly block: number } | undefined
  /** The only drives whose newest superblock may be lost for good. */
  readonly sickDrives: readonly number[]
  /** Corrupts some sector that hosts use. */
  corrupt(): void
  /** Faults have stopped: what a strike still had in store does not happen. */
  isOver(): boolean
}

export interface Fault {
  readonly name: string
  /** Begins now and, if it is of the kind that ends by itself, ends later. */
  strike(around: FaultSurroundings): void
}

/** Of a slot, those that a small state fills. */
const SUPERBLOCK_BLOCKS = 16

function between(random: Prng, leastMs: number, mostMs: number): number {
  return leastMs + random.fraction() * (mostMs - leastMs)
}

function hang(world: World, controller: ControllerId, forMs: number): void {
  const incarnation = world.incarnation(controller)
  incarnation?.hang()
  world.clock.after(forMs, () => incarnation?.resume())
}

function cut(world: World, forMs: number): void {
  world.cutInterconnect()
  world.clock.after(forMs, () => world.mendInterconnect())
}

export const FAULTS: readonly Fault[] = [
  { name: 'crash', strike: ({ world, random }) => world.midplane.kill(random.pick(CONTROLLER_IDS)) },
  { name: 'hang', strike: ({ world, random }) => hang(world, random.pick(CONTROLLER_IDS), between(random, 50, 3000)) },
  {
    name: 'slow-controller',
    strike({ world, random }) {
      const incarnation = world.incarnation(random.pick(CONTROLLER_IDS))
      incarnation?.setEventCost(between(random, 0.05, 2))
      world.clock.after(between(random, 50, 2000), () => incarnation?.setEventCost(0))
    },
  },
  { name: 'cut', strike: ({ world, random }) => cut(world, between(random, 20, 3000)) },
  {
    name: 'cut-and-hang',
    strike({ world, random, isOver }) {
      const apartMs = between(random, 0, 900)
      cut(world, between(random, 20, 3000))
      world.clock.after(apartMs, () => isOver() || hang(world, random.pick(CONTROLLER_IDS), between(random, 50, 3000)))
    },
  },
  {
    name: 'both-killed',
    strike({ world, random, isOver }) {
      const first = random.pick(CONTROLLER_IDS)
      world.midplane.kill(first)
      world.clock.after(between(random, 0, 30), () => isOver() || world.midplane.kill(first === 'a' ? 'b' : 'a'))
    },
  },
  unreadableSuperblocks,
  { name: 'application-killed', strike: ({ world }) => world.killApplication() },
  {
    name: 'slow-reset',
    strike({ world, random }) {
      world.midplane.extraResetMs = between(random, 20, 1500)
      world.clock.after(between(random, 500, 4000), () => (world.midplane.extraResetMs = 0))
    },
  },
  {
    name: 'slow-interconnect',
    strike({ world, random }) {
      world.interconnect.extraDelayMs = between(random, 0.2, 20)
      world.clock.after(between(random, 100, 3000), () => (world.interconnect.extraDelayMs = 0))
    },
  },
  {
    // One connection is slower than the other: what was sent first may come last, but never within one connection.
    name: 'slow-network',
    strike({ world, random }) {
      const portal = random.pick(CONTROLLER_IDS)
      world.network.extraDelayMs[portal] = between(random, 0.1, 40)
      world.clock.after(between(random, 100, 3000), () => (world.network.extraDelayMs[portal] = 0))
    },
  },
  {
    // A switch between hosts and a portal forgets its connections.
    name: 'lost-connections',
    strike: ({ world, random }) => world.network.resetConnections(random.pick(CONTROLLER_IDS)),
  },
  {
    // What the midplane says comes after, or before, what the other controller says.
    name: 'late-notices',
    strike({ world, random }) {
      world.midplane.extraNoticeMs = between(random, 0.5, 40)
      world.clock.after(between(random, 100, 3000), () => (world.midplane.extraNoticeMs = 0))
    },
  },
  {
    name: 'slow-drive',
    strike({ world, random }) {
      const medium = random.pick(world.media)
      medium.extraLatencyMs = between(random, 0.5, 40)
      world.clock.after(between(random, 50, 2000), () => (medium.extraLatencyMs = 0))
    },
  },
  {
    name: 'latent-error',
    strike({ world, mediaTarget }) {
      const target = mediaTarget()
      if (target !== undefined) world.media[target.drive]?.latentErrors.add(target.block)
    },
  },
  {
    name: 'drive-failure',
    strike({ world, random, mediaTarget }) {
      const medium = world.media[mediaTarget()?.drive ?? -1]
      if (medium === undefined) return
      medium.isFailed = true
      // It answers again, with what it had: old data, where writes have missed it.
      if (random.chance(0.5)) world.clock.after(between(random, 1, 1500), () => (medium.isFailed = false))
    },
  },
  { name: 'silent-corruption', strike: ({ corrupt }) => corrupt() },
  {
    // Checksums tell it from a superblock, and the other drives have the state.
    name: 'corrupt-superblock',
    strike({ world, random, sickDrives }) {
      world.media[random.pick(sickDrives)]?.corrupt(slotFirstBlock(random.below(2)) + random.below(SUPERBLOCK_BLOCKS), random)
    },
  },
]

/** All that can be mended is mended. What the drives lost stays lost. */
export function mendAll(world: World): void {
  if (world.interconnect.isCut) world.mendInterconnect()
  world.interconnect.extraDelayMs = 0
  world.midplane.extraResetMs = 0
  world.midplane.extraNoticeMs = 0
  for (const id of CONTROLLER_IDS) world.network.extraDelayMs[id] = 0
  for (const medium of world.media) medium.extraLatencyMs = 0
  for (const id of CONTROLLER_IDS) {
    world.incarnation(id)?.setEventCost(0)
    world.incarnation(id)?.resume()
  }
}
