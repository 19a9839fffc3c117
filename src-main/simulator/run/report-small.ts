import { commandFor } from './report'
import { nameOfCause } from '../faults/aims'
import type { Swarm } from '../faults/swarm'
import type { Shrinker } from './shrink'

/** The smallest world so far, as lines for people: what is wrong in it, what it consists of, and how to run it. */
export function tellSmallWorld({ best, kept, violation, runs }: Shrinker, options: { seed: number; operations: number }): string[] {
  if (violation === undefined)
    return [`Seed ${options.seed} with ${options.operations} operations: no violation, so nothing to make small.`]
  const { swarm, spots, answered } = best
  const { checker, atMs, sentence } = violation
  const hosts = swarm.hosts.map(({ clients }) => clients).filter((clients) => clients > 0)
  const luns = [...new Set(spots.map(({ volume }) => volume.lun))]
  const others = [
    ...(swarm.stations > 0 ? [`${swarm.stations} management stations`] : []),
    ...(swarm.hasLedgerHost ? ["the lab's own host"] : []),
    ...(swarm.hasScsiHost ? ['a host that speaks SCSI'] : []),
    ...(swarm.hasReservingHosts ? ['hosts that reserve a unit'] : []),
    ...(swarm.hasRepeater ? ['a station that repeats old requests'] : []),
  ]
  return [
    `${runs} worlds run. The smallest that breaks the rule: ${answered} operations, ${faultsIn(swarm)} faults.`,
    `  ${checker} at ${atMs.toFixed(3)} ms: ${sentence}`,
    `  Hosts with ${hosts.join(', ')} clients on LUN ${luns.join(', ')}; ${swarm.nvramBytes} bytes of NVRAM`,
    ...(others.length === 0 ? [] : [`  Also ${others.join(', ')}`]),
    ...swarm.bursts.map(
      ({ atMs: burstMs, commandsPerClient }) => `  ${burstMs.toFixed(3)} ms: each client sends ${commandsPerClient} commands`,
    ),
    ...swarm.faults.map(({ atMs: faultMs, fault }) => `  ${faultMs.toFixed(3)} ms: ${fault.name}`),
    ...swarm.aims.map(
      ({ atMs: causeMs, cause, phase, delayMs, fault }) =>
        `  ${causeMs.toFixed(3)} ms: ${nameOfCause(cause)}; then, ${delayMs.toFixed(3)} ms into "${phase}", ${fault.name}`,
    ),
    `To repeat: ${commandFor({ ...options, kept })}`,
  ]
}

/** Those that strike at their time, and those that are aimed at what the pair does. */
export function faultsIn({ faults, aims }: Swarm): number {
  return faults.length + aims.length
}

/** The same in a few words, while it goes on. */
export function tellProgress({ best, runs }: Shrinker): string {
  const { swarm, answered } = best
  return `${runs} worlds run; the smallest so far has ${answered} operations, ${faultsIn(swarm)} faults, ${swarm.bursts.length} bursts`
}
