import type { Prng } from '../../base/prng'
import type { PairPhase } from '../pair-phases'
import type { Fault } from './fault'
import { FAULTS } from './faults'
import { shortOfRoom } from './short-of-room'

/** What makes a pair enter a phase: a fault, or an operator who asks for something. */
export type AimCause = Fault | { readonly request: 'move-volume' | 'restart-controller' | 'take-over' | 'rebuild-drive' }

/** A fault that strikes in the middle of what the pair does about something else. */
export interface Aim {
  /** From then on the phase is waited for. */
  readonly atMs: number
  /** Happens at that time. */
  readonly cause: AimCause
  readonly phase: PairPhase
  /** From the moment when the pair is seen in the phase. */
  readonly delayMs: number
  readonly fault: Fault
  /** That each client of the hosts sends then, so that the phase is not without I/O. */
  readonly commandsPerClient: number
  /** What the fault and its cause draw comes from it. */
  readonly seed: number
}

const MAX_AIMS = 12
/** By chance at once. Otherwise each power of two of a millisecond is as likely as the other. */
const AT_ONCE_SHARE = 0.15
const SHORTEST_MS = 0.02
const DOUBLINGS = 10
/** How often another fault comes into the same phase. */
const ONE_MORE_SHARE = 0.3

const crash = faultNamed('crash')
const bothKilled = faultNamed('both-killed')
const driveFailure = faultNamed('drive-failure')
const restart: AimCause = { request: 'restart-controller' }

/** The verification of stripes in doubt needs a claim without the log: whoever is alone dies as soon as the other one is back. */
const CAUSES: readonly { readonly phase: PairPhase; readonly causes: readonly AimCause[]; readonly firstly?: PairPhase }[] = [
  { phase: 'start', causes: [bothKilled, faultNamed('application-killed')] },
  { phase: 'joining', causes: [crash, restart] },
  { phase: 'takeover', causes: [crash, faultNamed('hang-for-good'), faultNamed('crash-in-nvram-write'), { request: 'take-over' }] },
  { phase: 'giveback', causes: [crash, restart] },
  { phase: 'move', causes: [{ request: 'move-volume' }] },
  { phase: 'one alone', causes: [crash] },
  { phase: 'mirror resync', causes: [crash, restart] },
  { phase: 'held volume', causes: [bothKilled] },
  { phase: 'degraded', causes: [driveFailure] },
  { phase: 'rebuild', causes: [driveFailure, { request: 'rebuild-drive' }] },
  { phase: 'verification', causes: [crash], firstly: 'start' },
  { phase: 'operation', causes: [restart, { request: 'rebuild-drive' }] },
]

/** In order of their time. `burstsAtMs`: when hosts begin to work. */
export function drawAims(random: Prng, of: { readonly durationMs: number; readonly burstsAtMs: readonly number[] }): readonly Aim[] {
  const faults = [...FAULTS, shortOfRoom]
  const aims = Array.from({ length: 2 + random.below(MAX_AIMS - 1) }, () => {
    const { phase, causes, firstly } = random.pick(CAUSES)
    const inBurst = random.chance(0.7)
    const atMs = inBurst ? random.pick(of.burstsAtMs) + random.fraction() * 4 : random.fraction() * of.durationMs
    const aim = (at: PairPhase, fault: Fault): Aim => ({
      atMs,
      cause: random.pick(causes),
      phase: at,
      delayMs: random.chance(AT_ONCE_SHARE) ? 0 : SHORTEST_MS * 2 ** (DOUBLINGS * random.fraction()),
      fault,
      commandsPerClient: random.pick([0, 1, 3]),
      seed: random.u32(),
    })
    const first = firstly === undefined ? [] : [aim(firstly, crash)]
    const more = random.chance(ONE_MORE_SHARE) ? [aim(phase, random.pick(faults))] : []
    return [...first, aim(phase, random.pick(faults)), ...more]
  })
  return aims.flat().sort((a, b) => a.atMs - b.atMs)
}

export function nameOfCause(cause: AimCause): string {
  return 'request' in cause ? cause.request : cause.name
}

function faultNamed(name: string): Fault {
  const found = FAULTS.find((fault) => fault.name === name)
  if (found === undefined) throw new RangeError(`no fault is named ${name}`)
  return found
}
