import { failure, ok, type Result } from '../../base/result'
import type { Swarm } from '../faults/swarm'

const LISTS = ['faults', 'aims', 'bursts', 'clients', 'luns'] as const
const NUMBERS = [
  'commands',
  'stations',
  'ledger',
  'scsi',
  'reserving',
  'rebuild',
  'checkpoints',
  'load',
  'discards',
  'slow',
  'ms',
  'gap',
  'shake',
] as const
const NONE = 'none'

/**
 * What is left of the plan of a world. Whatever is not named is all there. Such a world is another one than that of its seed, since
 * each fault draws its random numbers alone.
 */
export interface Kept {
  /** Faults, aims and bursts by their number in the order of their time, from 0 on. */
  readonly faults?: readonly number[]
  readonly aims?: readonly number[]
  readonly bursts?: readonly number[]
  /** How many of each host. */
  readonly clients?: readonly number[]
  /** Those that hosts use. */
  readonly luns?: readonly number[]
  /** Of each client in a burst, at most. */
  readonly commands?: number
  readonly stations?: number
  /** 0: the lab's own host is not there. */
  readonly ledger?: number
  /** 0: nor is the host that speaks SCSI. */
  readonly scsi?: number
  /** 0: no hosts that reserve a unit. */
  readonly reserving?: number
  /** 0: nobody rebuilds drives. */
  readonly rebuild?: number
  /** 0: checkpoints are as far from each other as in the lab. */
  readonly checkpoints?: number
  /** 0: volumes move by load as slowly as in the lab, and only once a station has asked for it. */
  readonly load?: number
  /** 0: nobody discards held writes. */
  readonly discards?: number
  /** 0: hosts take at once what they are sent. */
  readonly slow?: number
  /** How long faults go on. */
  readonly ms?: number
  /** Milliseconds without fault and burst, at most: longer times are cut short. */
  readonly gap?: number
  /** Each number draws everything but the plan anew. */
  readonly shake?: number
}

/** As it stands in a command, such as `faults=3+5,luns=none,shake=2`. */
export function tellKept(kept: Kept): string {
  const lists = LISTS.flatMap((name) => {
    const list = kept[name]
    return list === undefined ? [] : [`${name}=${list.length === 0 ? NONE : list.join('+')}`]
  })
  const numbers = NUMBERS.flatMap((name) => (kept[name] === undefined ? [] : [`${name}=${kept[name]}`]))
  return [...lists, ...numbers].join(',')
}

/** The error is a sentence. */
export function parseKept(text: string): Result<Kept, string> {
  const kept: Partial<Record<keyof Kept, number | readonly number[]>> = {}
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=', 2)
    const numbers = value === NONE ? [] : value.split('+').map((number) => (/^\d{1,9}$/.test(number) ? Number(number) : Number.NaN))
    if (numbers.some(Number.isNaN)) return failure(`${part} needs whole numbers, such as ${name}=1+2, or ${name}=${NONE}.`)
    const list = LISTS.find((known) => known === name)
    const single = NUMBERS.find((known) => known === name)
    if (list !== undefined) kept[list] = numbers
    else if (single !== undefined && numbers.length === 1) kept[single] = numbers[0] ?? 0
    else return failure(`${part} is not a part of a world.`)
  }
  return ok(kept as Kept)
}

export function reduced(swarm: Swarm, kept: Kept): Swarm {
  const of = <T>(all: readonly T[], numbers: readonly number[] | undefined): readonly T[] =>
    numbers === undefined ? all : all.filter((_, number) => numbers.includes(number))
  const commands = kept.commands ?? Number.POSITIVE_INFINITY
  return squeezed(kept.gap ?? Number.POSITIVE_INFINITY, {
    ...swarm,
    durationMs: Math.min(swarm.durationMs, kept.ms ?? swarm.durationMs),
    faults: of(swarm.faults, kept.faults),
    aims: of(swarm.aims, kept.aims),
    bursts: of(swarm.bursts, kept.bursts).map(({ atMs, commandsPerClient }) => ({
      atMs,
      commandsPerClient: Math.min(commandsPerClient, commands),
    })),
    hosts: swarm.hosts.map((host, index) => ({ ...host, clients: Math.min(host.clients, kept.clients?.[index] ?? host.clients) })),
    stations: Math.min(swarm.stations, kept.stations ?? swarm.stations),
    hasLedgerHost: swarm.hasLedgerHost && kept.ledger !== 0,
    hasScsiHost: swarm.hasScsiHost && kept.scsi !== 0,
    hasReservingHosts: swarm.hasReservingHosts && kept.reserving !== 0,
    hasRepeater: swarm.hasRepeater && kept.stations !== 0,
    rebuildAfterMs: kept.rebuild === 0 ? undefined : swarm.rebuildAfterMs,
    forcedRebuildsAtMs: kept.rebuild === 0 ? [] : swarm.forcedRebuildsAtMs,
    slowHosts: kept.slow === 0 ? undefined : swarm.slowHosts,
    checkpointStripes: kept.checkpoints === 0 ? undefined : swarm.checkpointStripes,
    load: kept.load === 0 ? undefined : swarm.load,
    discardAfterMs: kept.discards === 0 ? undefined : swarm.discardAfterMs,
  })
}

function squeezed(gapMs: number, swarm: Swarm): Swarm {
  const times = [...swarm.faults, ...swarm.aims, ...swarm.bursts].map(({ atMs }) => atMs).concat(swarm.forcedRebuildsAtMs, swarm.durationMs)
  const moved = new Map<number, number>()
  let before = 0
  let after = 0
  for (const atMs of times.sort((a, b) => a - b)) {
    after += Math.min(atMs - before, gapMs)
    before = atMs
    moved.set(atMs, after)
  }
  const at = (atMs: number): number => moved.get(atMs) ?? atMs
  return {
    ...swarm,
    durationMs: at(swarm.durationMs),
    faults: swarm.faults.map((one) => ({ ...one, atMs: at(one.atMs) })),
    aims: swarm.aims.map((one) => ({ ...one, atMs: at(one.atMs) })),
    bursts: swarm.bursts.map((one) => ({ ...one, atMs: at(one.atMs) })),
    forcedRebuildsAtMs: swarm.forcedRebuildsAtMs.map(at),
  }
}
