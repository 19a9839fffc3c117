import type { Prng } from '../../base/prng'
import { BLOCK_BYTES, KIB, MIB } from '../../base/units'
import { LIMITS } from '../../contract/limits'
import type { LoadTimings } from '../../core/controller/peer/timings'
import type { SmallArray } from '../first-state'
import type { SlowTaking } from '../send-queue'
import { LONGEST_SHARE, type LengthHabits } from '../hosts/ranges'
import type { HostHabits } from '../hosts/virtual-host'
import { drawAims, type Aim } from './aims'
import { LATER_FAULTS } from './all-faults'
import type { Fault } from './fault'
import { FAULTS } from './faults'
import { goesWithPowerLoss, powerLoss } from './power-loss'
import { shortOfRoom } from './short-of-room'
import { TWO_DRIVE_FAULTS } from './two-drives'

/** What the world of one seed is like: a random choice of the possible faults, at random rates. */
export interface Swarm {
  readonly durationMs: number
  /** In order of their time. */
  readonly faults: readonly { readonly atMs: number; readonly fault: Fault }[]
  /** Faults that wait for the pair to be in the middle of something. */
  readonly aims: readonly Aim[]
  /** The mean time between the death of a controller and its restart by the operator. */
  readonly restartAfterMs: number
  /** The mean time between the failure of a drive and its rebuild. Undefined: nobody rebuilds it. */
  readonly rebuildAfterMs: number | undefined
  readonly bursts: readonly { readonly atMs: number; readonly commandsPerClient: number }[]
  readonly hosts: readonly HostHabits[]
  readonly stations: number
  /** Of each controller. */
  readonly nvramBytes: number
  /** The lab's own host is among the hosts. */
  readonly hasLedgerHost: boolean
  /** A host that speaks SCSI is, too, with its task management. */
  readonly hasScsiHost: boolean
  /** Hosts that take a logical unit from each other by reservations. */
  readonly hasReservingHosts: boolean
  /** Drives have volatile caches, and the machine loses its power at times. */
  readonly losesPower: boolean
  /** Stations delete a volume as soon as it is unmapped. */
  readonly deletesAtOnce: boolean
  /** A station makes more changes than the pair remembers, and repeats old ones. */
  readonly hasRepeater: boolean
  /** Undefined: the array of a new lab. */
  readonly smallArray: SmallArray | undefined
  /** How often hosts turn to other blocks, by burst. */
  readonly moveShare: number
  /** Stripes between two checkpoints of a rebuild or a verification. Undefined: as many as in the lab, which few worlds reach. */
  readonly checkpointStripes: number | undefined
  /** When a volume moves by its load, which is turned on then. Undefined: as in the lab, where that takes longer than any burst. */
  readonly load: LoadTimings | undefined
  /** The mean time for which a volume waits for a controller that is away, until the operator discards its writes. Undefined: never. */
  readonly discardAfterMs: number | undefined
  /** How hosts that speak iSCSI take what they are sent. Undefined: at once. */
  readonly slowHosts: SlowTaking | undefined
  /** When the operator has a drive rebuilt that is in use. */
  readonly forcedRebuildsAtMs: readonly number[]
}

const MAX_FAULTS = 14
const MAX_LATER = 5
/** Controllers are away for so long that somebody loses patience. */
const DISCARD_RESTARTS_MS = [700, 2500]
/** A batch of a walk has 4 stripes. */
const CHECKPOINT_STRIPES = [4, 8, 32]
/** The minimum for each client in a burst, if there are enough, so that a fault strikes in the middle of the action. */
const BURST_COMMANDS = 12
const MIN_BURSTS = 3
/** The smallest is full after a few writes: then hosts wait. */
const NVRAM_BYTES = [4 * MIB, MIB, 32 * KIB]
/** Shares of worlds. */
const LEDGER_HOST_SHARE = 0.25
const SCSI_HOST_SHARE = 0.25
const REBUILD_SHARE = 0.65
const SHORTAGE_SHARE = 0.25
const REPEATER_SHARE = 0.1
const AIMED_SHARE = 0.4
const LATER_SHARE = 0.35
const CHECKPOINTS_SHARE = 0.3
const LOAD_SHARE = 0.3
const POWER_LOSS_SHARE = 0.08
const MAX_POWER_LOSSES = 4
const DELETES_AT_ONCE_SHARE = 0.3
const DISCARD_SHARE = 0.2
const SURVIVES_MORE_SHARE = 0.2
const MAX_TWO_DRIVE_FAULTS = 4
const SLOW_HOSTS_SHARE = 0.3
const FORCED_SHARE = 0.15
const RESERVING_SHARE = 0.4
/** Of the aimed faults of such a world. */
const LATER_AIM_SHARE = 0.4
/** Where faults are aimed at rebuilds, there are some. */
const AIMED_REBUILD_AFTER_MS = 50
const SMALL_ARRAY_SHARE = 0.5
/** The longest command of a host; the last one is as long as the pair allows. */
const LONGEST_BLOCKS = [8, 32, 128, 800, LIMITS.transferBytes / BLOCK_BYTES]
/** Of long commands, by which each command is longer on average: so no world works for much longer than another. */
const MEAN_LONG_BLOCKS = 2
const MAX_LONG_SHARE = 0.4
/** Where there is less NVRAM for a block, a long write goes in so many pieces that its host does not wait for it. */
const BYTES_FOR_A_BLOCK = 512

export function drawSwarm(random: Prng, operations: number): Swarm {
  const durationMs = 4000 + random.below(16_000)
  const nvramBytes = random.pick(NVRAM_BYTES)
  const hosts = drawHosts(random, nvramBytes)
  const clients = hosts.reduce((sum, { clients: count }) => sum + count, 0)
  const bursts = drawBursts(random, { durationMs, commandsPerClient: operations / clients })
  const faults = drawFaults(random, { durationMs, burstsAtMs: bursts.map(({ atMs }) => atMs) })
  const swarm: Swarm = {
    durationMs,
    faults,
    aims: [],
    checkpointStripes: undefined,
    load: undefined,
    discardAfterMs: undefined,
    slowHosts: undefined,
    forcedRebuildsAtMs: [],
    hasRepeater: false,
    hasScsiHost: false,
    hasReservingHosts: false,
    losesPower: false,
    deletesAtOnce: false,
    restartAfterMs: random.pick([5, 100, 700, 2500]),
    bursts,
    hosts,
    stations: random.below(4),
    nvramBytes,
    hasLedgerHost: random.chance(LEDGER_HOST_SHARE),
    rebuildAfterMs: random.chance(REBUILD_SHARE) ? random.pick([50, 500]) : undefined,
    smallArray: random.chance(SMALL_ARRAY_SHARE) ? drawSmallArray(random) : undefined,
    moveShare: random.pick([0, 0, 0.2, 1]),
  }
  // Drawn last and each by itself, so that worlds without them stay what they were.
  const isShort = random.chance(SHORTAGE_SHARE)
  const hasRepeater = random.chance(REPEATER_SHARE)
  const all = isShort ? withShortages(random, swarm) : faults
  const old = { ...swarm, hasRepeater, faults: all, hasScsiHost: random.chance(SCSI_HOST_SHARE) }
  const aimed = random.chance(AIMED_SHARE) ? withAims(random.fork(), old) : old
  const later = random.chance(LATER_SHARE) ? withLater(random.fork(), aimed) : aimed
  const checkpointStripes = random.chance(CHECKPOINTS_SHARE) ? random.fork().pick(CHECKPOINT_STRIPES) : undefined
  const load = random.chance(LOAD_SHARE) ? drawLoad(random.fork()) : undefined
  const timed = { ...later, checkpointStripes, load }
  const powered = random.chance(POWER_LOSS_SHARE) ? withPowerLoss(random.fork(), timed) : timed
  // What the two may take is not judged together.
  const discarding = random.chance(DISCARD_SHARE) && !powered.losesPower ? withDiscards(random.fork(), powered) : powered
  const deleting = { ...discarding, deletesAtOnce: random.chance(DELETES_AT_ONCE_SHARE) }
  const redundant = random.chance(SURVIVES_MORE_SHARE) ? withMoreRedundancy(random.fork(), deleting) : deleting
  const slowHosts = random.chance(SLOW_HOSTS_SHARE) ? drawSlowHosts(random.fork()) : undefined
  const forcedRebuildsAtMs = random.chance(FORCED_SHARE) ? drawForcedRebuilds(random.fork(), redundant) : []
  // The others speak iSCSI, too, and would find what they use reserved.
  const hasReservingHosts = random.chance(RESERVING_SHARE) && !redundant.hasLedgerHost && !redundant.hasScsiHost
  return { ...redundant, slowHosts, forcedRebuildsAtMs, hasReservingHosts }
}

/** So that a queue is full after an answer or a few, and empty again long before anybody loses patience. */
function drawSlowHosts(random: Prng): SlowTaking {
  return { bytesPerMs: random.pick([100, 400, 2000]), fullBytes: random.pick([1, 4, 16]) * KIB }
}

function drawForcedRebuilds(random: Prng, { losesPower, bursts }: Swarm): readonly number[] {
  if (losesPower) return []
  return Array.from({ length: 1 + random.below(3) }, () => random.pick(bursts).atMs + random.fraction() * 4).sort((a, b) => a - b)
}

/** RAID 6 and RAID 10, of which two drives may fail at once. */
function withMoreRedundancy(random: Prng, swarm: Swarm): Swarm {
  const { bursts, durationMs, faults, aims } = swarm
  const smallArray = { ...(swarm.smallArray ?? drawSmallArray(random)), survivesMore: true }
  if (swarm.losesPower) return { ...swarm, smallArray }
  const more = Array.from({ length: random.below(MAX_TWO_DRIVE_FAULTS + 1) }, () => {
    const atMs = random.chance(0.7) ? random.pick(bursts).atMs + random.fraction() * 4 : random.fraction() * durationMs
    return { atMs, fault: random.pick(TWO_DRIVE_FAULTS) }
  })
  return {
    ...swarm,
    smallArray,
    faults: [...faults, ...more].sort((a, b) => a.atMs - b.atMs),
    aims: aims.map((aim) => (random.chance(LATER_AIM_SHARE) ? { ...aim, fault: random.pick(TWO_DRIVE_FAULTS) } : aim)),
  }
}

/** Without the hosts that judge what they read themselves: they do not know what a discard may take. */
function withDiscards(random: Prng, swarm: Swarm): Swarm {
  const restartAfterMs = Math.max(swarm.restartAfterMs, random.pick(DISCARD_RESTARTS_MS))
  return { ...swarm, hasLedgerHost: false, hasScsiHost: false, restartAfterMs, discardAfterMs: random.pick([5, 100]) }
}

/** A few commands count as load, so volumes move now and then even where hosts choose the optimized path. */
function drawLoad(random: Prng): LoadTimings {
  return {
    windowMs: random.pick([2, 10, 50]),
    windows: 1 + random.below(2),
    share: random.pick([0.25, 0.5, 0.75]),
    minOperations: random.pick([1, 4]),
    holdDownMs: random.pick([20, 300]),
    pauseMs: random.pick([50, 1000]),
  }
}

/** Without the hosts that judge what they read themselves: they do not know what a loss of power may take. */
function withPowerLoss(random: Prng, swarm: Swarm): Swarm {
  const losses = Array.from({ length: 1 + random.below(MAX_POWER_LOSSES) }, () => {
    const atMs = random.chance(0.8) ? random.pick(swarm.bursts).atMs + random.fraction() * 6 : random.fraction() * swarm.durationMs
    return { atMs, fault: powerLoss }
  })
  const faults = swarm.faults.filter(({ fault }) => goesWithPowerLoss(fault))
  const aims = swarm.aims.filter(({ fault, cause }) => goesWithPowerLoss(fault) && goesWithPowerLoss(cause))
  return {
    ...swarm,
    losesPower: true,
    hasLedgerHost: false,
    hasScsiHost: false,
    faults: [...faults, ...losses].sort((a, b) => a.atMs - b.atMs),
    aims: aims.map((aim) => (random.chance(LATER_AIM_SHARE) ? { ...aim, fault: powerLoss } : aim)),
    hosts: swarm.hosts.map((host) => ({ ...host, flushShare: random.pick([0.02, 0.1, 0.2]) })),
  }
}

function withLater(random: Prng, swarm: Swarm): Swarm {
  const { faults, bursts, durationMs } = swarm
  const enabled = [random.pick(LATER_FAULTS), random.pick(LATER_FAULTS)]
  const later = Array.from({ length: 1 + random.below(MAX_LATER) }, () => {
    const atMs = random.chance(0.7) ? random.pick(bursts).atMs + random.fraction() * 4 : random.fraction() * durationMs
    return { atMs, fault: random.pick(enabled) }
  })
  const aims = swarm.aims.map((aim) => (random.chance(LATER_AIM_SHARE) ? { ...aim, fault: random.pick(enabled) } : aim))
  return { ...swarm, aims, faults: [...faults, ...later].sort((a, b) => a.atMs - b.atMs) }
}

function withAims(random: Prng, swarm: Swarm): Swarm {
  const { durationMs, bursts, rebuildAfterMs = AIMED_REBUILD_AFTER_MS } = swarm
  return { ...swarm, rebuildAfterMs, aims: drawAims(random, { durationMs, burstsAtMs: bursts.map(({ atMs }) => atMs) }) }
}

function withShortages(random: Prng, { faults, bursts, durationMs }: Swarm): Swarm['faults'] {
  const shortages = Array.from({ length: 1 + random.below(3) }, () => {
    const burst = random.pick(bursts)
    // The first writes of a world find the most holes.
    const atMs = random.pick([burst.atMs + random.fraction() * 4, bursts[0]?.atMs ?? 0, random.fraction() * durationMs])
    return { atMs, fault: shortOfRoom }
  })
  return [...faults, ...shortages].sort((a, b) => a.atMs - b.atMs)
}

function drawHosts(random: Prng, nvramBytes: number): HostHabits[] {
  const readShare = random.pick([0.3, 0.5, 0.7])
  return Array.from({ length: 1 + random.below(3) }, () => ({
    ...drawLengths(random, nvramBytes),
    readShare,
    flushShare: random.pick([0, 0.02]),
    giveUpShare: random.pick([0, 0, 0.1, 0.5]),
    otherPathShare: random.pick([0, 0.2, 1]),
    clients: 1 + random.below(7),
    thinkMs: random.pick([0, 0, 0.2, 1]),
  }))
}

function drawLengths(random: Prng, nvramBytes: number): LengthHabits {
  const longestBlocks = Math.min(random.pick(LONGEST_BLOCKS), nvramBytes / BYTES_FOR_A_BLOCK)
  const mean = LONGEST_SHARE * longestBlocks + ((1 - LONGEST_SHARE) * 1.5 * longestBlocks) / Math.log2(longestBlocks)
  return { longestBlocks, longShare: Math.min(MAX_LONG_SHARE, MEAN_LONG_BLOCKS / mean) }
}

function drawSmallArray(random: Prng): SmallArray {
  return { chunkBlocks: random.pick([8, 16, 32]), stripes: random.pick([100, 300, 600]), hasMoreVolumes: random.chance(0.5) }
}

function drawBursts(random: Prng, of: { readonly durationMs: number; readonly commandsPerClient: number }): Swarm['bursts'] {
  const max = 10 + random.below(80)
  const count = Math.max(MIN_BURSTS, Math.min(max, Math.floor(of.commandsPerClient / BURST_COMMANDS)))
  const commandsPerClient = Math.max(1, Math.round(of.commandsPerClient / count))
  const atMs = Array.from({ length: count }, () => random.fraction() * of.durationMs).sort((a, b) => a - b)
  return atMs.map((at) => ({ atMs: at, commandsPerClient }))
}

function drawFaults(random: Prng, of: { readonly durationMs: number; readonly burstsAtMs: readonly number[] }): Swarm['faults'] {
  const enabled = FAULTS.filter(() => random.chance(0.45))
  if (enabled.length === 0) return []
  const weighted = enabled.flatMap((fault) => Array.from({ length: 1 + random.below(4) }, () => fault))
  const faults = Array.from({ length: 1 + random.below(MAX_FAULTS) }, () => {
    // More often than not, strike in the middle of the action.
    const inBurst = random.chance(0.7)
    const atMs = inBurst ? random.pick(of.burstsAtMs) + random.fraction() * 4 : random.fraction() * of.durationMs
    return { atMs, fault: random.pick(weighted) }
  })
  return faults.sort((a, b) => a.atMs - b.atMs)
}
