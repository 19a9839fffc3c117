import type { Prng } from '../../base/prng'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../contract/controller-id'
import { slotFirstBlock } from '../../core/raid/superblock'
import type { World } from '../world'
import { driveFailureAndCrash } from './drive-failure-and-crash'
import { drivePutBack } from './drive-put-back'
import type { Fault, FaultSurroundings } from './fault'
import { kill, killApplication, killInWrite } from './kills'
import { nvramLost } from './nvram-lost'
import { unreadableSuperblocks } from './unreadable-superblocks'

type Strike = Pick<FaultSurroundings, 'world' | 'hit'>

/** Between two faults that belong together. */
export const MAX_APART_MS = 200
/** The blocks of a slot that a small state fills. */
const SUPERBLOCK_BLOCKS = 16

function between(random: Prng, minMs: number, maxMs: number): number {
  return minMs + random.fraction() * (maxMs - minMs)
}

function hang({ world, hit }: Strike, controller: ControllerId, forMs: number): void {
  const incarnation = world.incarnation(controller)
  if (incarnation?.state === 'running') hit(`controller-${controller}`, () => incarnation.state === 'hung')
  incarnation?.hang()
  world.clock.after(forMs, () => incarnation?.resume())
}

/** Only the other controller or the watchdog ends it. */
function hangForGood({ world, hit }: Strike, controller: ControllerId): void {
  const incarnation = world.incarnation(controller)
  if (incarnation?.state === 'running') hit(`controller-${controller}`, () => incarnation.state === 'hung')
  incarnation?.hang(true)
}

function cut({ world, hit }: Strike, forMs: number): void {
  world.cutInterconnect()
  hit('interconnect', () => world.interconnect.isCut)
  world.clock.after(forMs, () => world.mendInterconnect())
}

export const FAULTS: readonly Fault[] = [
  { name: 'crash', strike: ({ world, controller, hit }) => kill({ world, hit }, controller()) },
  { name: 'crash-in-nvram-write', strike: ({ world, controller, hit }) => killInWrite({ world, hit }, controller()) },
  { name: 'hang', strike: ({ world, random, controller, hit }) => hang({ world, hit }, controller(), between(random, 50, 3000)) },
  {
    name: 'slow-controller',
    strike({ world, random, controller, hit }) {
      const slow = controller()
      const incarnation = world.incarnation(slow)
      incarnation?.setEventCost(between(random, 0.05, 2))
      if (incarnation?.isAlive === true) hit(`controller-${slow}`, () => incarnation.isAlive && incarnation.isSlow)
      world.clock.after(between(random, 50, 2000), () => incarnation?.setEventCost(0))
    },
  },
  { name: 'cut', strike: ({ world, random, hit }) => cut({ world, hit }, between(random, 20, 3000)) },
  {
    name: 'cut-and-hang',
    strike({ world, random, controller, isOver, hit }) {
      const apartMs = between(random, 0, 900)
      cut({ world, hit }, between(random, 20, 3000))
      world.clock.after(apartMs, () => isOver() || hang({ world, hit }, controller(), between(random, 50, 3000)))
    },
  },
  { name: 'hang-for-good', strike: ({ world, controller, hit }) => hangForGood({ world, hit }, controller()) },
  {
    // Neither can fence the other in time.
    name: 'hang-and-kill',
    strike({ world, random, controller, isOver, hit }) {
      const hung = controller()
      hangForGood({ world, hit }, hung)
      world.clock.after(between(random, 0, 900), () => isOver() || kill({ world, hit }, peerOf(hung)))
    },
  },
  { name: 'long-cut', strike: ({ world, random, hit }) => cut({ world, hit }, between(random, 3000, 15_000)) },
  {
    name: 'both-killed',
    strike({ world, random, controller, isOver, hit }) {
      const first = controller()
      kill({ world, hit }, first)
      world.clock.after(between(random, 0, 30), () => isOver() || kill({ world, hit }, first === 'a' ? 'b' : 'a'))
    },
  },
  unreadableSuperblocks,
  { name: 'application-killed', strike: killApplication },
  {
    name: 'slow-reset',
    strike({ world, random, hit }) {
      world.midplane.extraResetMs = between(random, 20, 1500)
      hit('midplane', () => world.midplane.extraResetMs > 0)
      world.clock.after(between(random, 500, 4000), () => (world.midplane.extraResetMs = 0))
    },
  },
  {
    name: 'slow-interconnect',
    strike({ world, random, hit }) {
      world.interconnect.extraDelayMs = between(random, 0.2, 20)
      hit('interconnect', () => world.interconnect.extraDelayMs > 0)
      world.clock.after(between(random, 100, 3000), () => (world.interconnect.extraDelayMs = 0))
    },
  },
  {
    // One connection is slower than the other: what was sent first may come last, but never within one connection.
    name: 'slow-network',
    strike({ world, random, hit }) {
      const portal = random.pick(CONTROLLER_IDS)
      world.network.extraDelayMs[portal] = between(random, 0.1, 40)
      hit(`portal-${portal}`, () => world.network.extraDelayMs[portal] > 0)
      world.clock.after(between(random, 100, 3000), () => (world.network.extraDelayMs[portal] = 0))
    },
  },
  {
    // A switch between hosts and a portal forgets its connections.
    name: 'lost-connections',
    strike({ world, random, hit }) {
      const portal = random.pick(CONTROLLER_IDS)
      if (world.network.listenerOf(portal) !== undefined) hit(`portal-${portal}`)
      world.network.resetConnections(portal)
    },
  },
  {
    // Notices of the midplane arrive after, or before, messages of the other controller.
    name: 'late-notices',
    strike({ world, random, hit }) {
      world.midplane.extraNoticeMs = between(random, 0.5, 40)
      hit('midplane', () => world.midplane.extraNoticeMs > 0)
      world.clock.after(between(random, 100, 3000), () => (world.midplane.extraNoticeMs = 0))
    },
  },
  {
    name: 'slow-drive',
    strike({ world, random, hit }) {
      const medium = random.pick(world.media)
      medium.extraLatencyMs = between(random, 0.5, 40)
      hit(`drive-${medium.index}`, () => medium.extraLatencyMs > 0)
      world.clock.after(between(random, 50, 2000), () => (medium.extraLatencyMs = 0))
    },
  },
  {
    name: 'latent-error',
    strike({ world, mediaTarget, hit }) {
      const { drive, block } = mediaTarget() ?? { drive: -1, block: 0 }
      const medium = world.media[drive]
      if (medium === undefined) return
      medium.spoil(block)
      hit(`drive-${drive}`, () => medium.latentErrors.has(block))
    },
  },
  {
    name: 'drive-failure',
    strike({ world, random, mediaTarget, hit }) {
      const medium = world.media[mediaTarget()?.drive ?? -1]
      if (medium === undefined) return
      medium.isFailed = true
      hit(`drive-${medium.index}`, () => medium.isFailed)
      // It answers again, with its old data wherever it missed writes.
      if (random.chance(0.5)) world.clock.after(between(random, 1, 1500), () => (medium.isFailed = false))
    },
  },
  {
    name: 'silent-corruption',
    strike({ corrupt, hit }) {
      const drive = corrupt()
      if (drive !== undefined) hit(`drive-${drive}`)
    },
  },
  {
    // With a failed drive in the same group, its row is lost, and nothing else.
    name: 'latent-error-beside',
    strike({ world, random, loseBeside, isOver, hit }) {
      const lost = loseBeside()
      const medium = world.media[lost?.drive ?? -1]
      const victim = world.media[lost?.victim ?? -1]
      if (lost === undefined || medium === undefined || victim === undefined) return
      hit(`drive-${lost.drive}`, () => medium.latentErrors.has(lost.block))
      if (random.chance(0.5)) return
      world.clock.after(between(random, 0, MAX_APART_MS), () => {
        if (isOver()) return
        victim.isFailed = true
        hit(`drive-${victim.index}`, () => victim.isFailed)
      })
    },
  },
  {
    // Checksums detect it, and the other drives have the state.
    name: 'corrupt-superblock',
    strike({ world, random, sickDrives, hit }) {
      const drive = random.pick(sickDrives)
      hit(`drive-${drive}`)
      world.media[drive]?.corrupt(slotFirstBlock(random.below(2)) + random.below(SUPERBLOCK_BLOCKS), random)
    },
  },
  driveFailureAndCrash,
  drivePutBack,
  nvramLost,
]

/** Ends all faults that can be undone. What the drives lost stays lost. */
export function mendAll(world: World): void {
  if (world.interconnect.isCut) world.mendInterconnect()
  world.interconnect.extraDelayMs = 0
  world.midplane.extraResetMs = 0
  world.midplane.extraNoticeMs = 0
  for (const id of CONTROLLER_IDS) world.network.extraDelayMs[id] = 0
  for (const medium of world.media) {
    medium.extraLatencyMs = 0
    medium.shortage = undefined
    medium.flushesFail = false
  }
  for (const id of CONTROLLER_IDS) {
    world.incarnation(id)?.setEventCost(0)
    world.incarnation(id)?.resume()
  }
}
