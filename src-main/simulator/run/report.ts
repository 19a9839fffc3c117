import type { TraceEvent } from '../../contract/trace'
import { tellForks } from '../../contract/run-fork'
import { tellKept } from './kept'
import type { SeedsResult } from './run-seeds'
import type { WorldResult, WorldRunOptions } from './run-world'

const MAX_SENTENCES = 5

/** What went wrong in a world, where, when, and what happened before: lines for people. */
export function tellViolations(result: WorldResult, { operations, kept, forks }: Omit<WorldRunOptions, 'seed'>): string[] {
  const { seed, violations, story } = result
  return [
    `Seed ${seed}: ${violations.length} violation${violations.length === 1 ? '' : 's'}. ` +
      `To repeat: ${commandFor({ seed, operations, kept, forks })}`,
    ...(kept === undefined && forks === undefined
      ? [`  To make it small: npm run sim -- --shrink ${seed} --operations ${operations}`]
      : []),
    ...violations.slice(0, MAX_SENTENCES).map(({ checker, atMs, sentence }) => `  ${checker} at ${atMs.toFixed(3)} ms: ${sentence}`),
    ...story.map((event) => `    ${tellEvent(event)}`),
  ]
}

/** What became of its forks, if it has some. */
export function tellParting({ parted }: WorldResult): string {
  if (parted === undefined) return 'The last change of the fork did not come about: its event or its fault never came while faults strike.'
  return `It parted for the last time at event ${parted.event}, at ${parted.atMs.toFixed(3)} ms.`
}

export function tellWorld({ seed, operations, faults, virtualMs, hash }: WorldResult): string {
  return `Seed ${seed}: ${operations} operations, ${faults} faults, ${(virtualMs / 1000).toFixed(1)} s of virtual time, hash ${hash}`
}

export function commandFor({ seed, operations, kept, forks }: WorldRunOptions): string {
  const parts = [...(kept === undefined ? [] : ['--keep', tellKept(kept)]), ...(forks === undefined ? [] : ['--fork', tellForks(forks)])]
  return ['npm run sim -- --seed', seed, '--operations', operations, ...parts].join(' ')
}

/** How long a run took: by the clock, and in processor time of all its threads. */
export interface RunTime {
  readonly wallSeconds: number
  readonly cpuSeconds: number
}

export function tellSum(result: SeedsResult, { wallSeconds, cpuSeconds }: RunTime): string {
  const { seed, seeds, operations, faults, violations, hash } = result
  const done = `${seeds} seeds from ${seed}: ${operations} operations, ${faults} faults, ${violations} violations`
  const byClock = tellSpeed(result, wallSeconds, 'per second')
  const byCore = tellSpeed(result, cpuSeconds, 'per second of one core')
  return `${done}; ${byClock} (${byCore}); hash ${hash}`
}

function tellSpeed({ seeds, operations, virtualSeconds }: SeedsResult, seconds: number, per: string): string {
  const timesRealTime = Math.round(virtualSeconds / seconds)
  return `${(seeds / seconds).toFixed(1)} seeds and ${Math.round(operations / seconds)} operations ${per}, ${timesRealTime} times real time`
}

function tellEvent({ timeMs, place, kind, to, data }: TraceEvent): string {
  return `${timeMs.toFixed(3)} ${place}${to === undefined ? '' : ` -> ${to}`} ${kind} ${data === undefined ? '' : JSON.stringify(data)}`
}
