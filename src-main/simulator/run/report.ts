import type { TraceEvent } from '../../contract/trace'
import type { SeedsResult } from './run-seeds'
import type { WorldResult } from './run-world'

const MAX_SENTENCES = 5

/** What went wrong in a world, where, when, and what happened before: lines for people. */
export function tellViolations(result: WorldResult, operations: number): string[] {
  const { seed, violations, story } = result
  return [
    `Seed ${seed}: ${violations.length} violation${violations.length === 1 ? '' : 's'}. To repeat: npm run sim -- --seed ${seed} --operations ${operations}`,
    ...violations.slice(0, MAX_SENTENCES).map(({ checker, atMs, sentence }) => `  ${checker} at ${atMs.toFixed(3)} ms: ${sentence}`),
    ...story.map((event) => `    ${tellEvent(event)}`),
  ]
}

export function tellWorld({ seed, operations, faults, virtualMs, hash }: WorldResult): string {
  return `Seed ${seed}: ${operations} operations, ${faults} faults, ${(virtualMs / 1000).toFixed(1)} s of virtual time, hash ${hash}`
}

/** How long a run took: by the clock, and in processor time of all its threads. */
export interface RunTime {
  readonly wallSeconds: number
  readonly cpuSeconds: number
}

export function tellSum(result: SeedsResult, { wallSeconds, cpuSeconds }: RunTime): string {
  const { seeds, operations, faults, violations, virtualSeconds, hash } = result
  const byClock = `${(seeds / wallSeconds).toFixed(1)} seeds and ${Math.round(operations / wallSeconds)} operations per second, ${Math.round(virtualSeconds / wallSeconds)} times real time`
  const byCore = `${(seeds / cpuSeconds).toFixed(1)} seeds and ${Math.round(operations / cpuSeconds)} operations per second of one core, ${Math.round(virtualSeconds / cpuSeconds)} times real time`
  return `${seeds} seeds from ${result.seed}: ${operations} operations, ${faults} faults, ${violations} violations; ${byClock} (${byCore}); hash ${hash}`
}

function tellEvent({ timeMs, place, kind, to, data }: TraceEvent): string {
  return `${timeMs.toFixed(3)} ${place}${to === undefined ? '' : ` -> ${to}`} ${kind} ${data === undefined ? '' : JSON.stringify(data)}`
}
