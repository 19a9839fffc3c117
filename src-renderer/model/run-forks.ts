import { LIMITS } from '../../src-main/contract/limits'
import type { ForkChange, RunFork } from '../../src-main/contract/run-fork'
import type { SeedSource, SimulatedFault, SimulationOutline } from '../../src-main/contract/simulation'

/** Why there can be no fork at an event. */
export type ForkRefusal = 'recording' | 'outside' | 'too-many'

/** Faults strike, and so forks part, only in some of a run. */
export function forkRefusal({ run, world }: SimulationOutline, event: number): ForkRefusal | undefined {
  if (run.kind !== 'seed') return 'recording'
  const { fromEvent, untilEvent } = world?.forks ?? { fromEvent: Number.POSITIVE_INFINITY, untilEvent: 0 }
  if (event < fromEvent || event > untilEvent) return 'outside'
  return forksUntil(run, event).length >= LIMITS.playedForks ? 'too-many' : undefined
}

/**
 * The fault of the plan that strikes at an event, or else the next one, with its number in the run that a fork without it parts from. What
 * a change has struck is not in the plan: it goes with the change.
 */
export function faultFrom(
  { run, faults }: Pick<SimulationOutline, 'run' | 'faults'>,
  event: number,
): { readonly number: number; readonly fault: SimulatedFault } | undefined {
  const forks = run.kind === 'seed' ? (run.forks ?? []) : []
  const index = faults.findIndex((fault) => fault.event >= event && !forks.some((fork) => hasStruck(fork, fault)))
  const fault = faults[index]
  return fault && { number: numberWithout(forks.slice(forksUntil({ forks }, before(fault, event)).length), index, fault), fault }
}

function hasStruck({ event, change }: RunFork, fault: SimulatedFault): boolean {
  return change.kind === 'strike' && event === fault.event && change.name === fault.name
}

/** What the number of a fault is once these changes are gone, the last one first: each had its part in the counting. */
function numberWithout(gone: readonly RunFork[], index: number, fault: SimulatedFault): number {
  return gone.toReversed().reduce((number, { event, change }) => {
    if (change.kind === 'strike' && event < fault.event) return number - 1
    return change.kind === 'without' && change.fault <= number ? number + 1 : number
  }, index)
}

/** The run goes on from an event with one thing changed. Changes that it had later go. */
export function forkedFrom(run: SeedSource, at: RunFork): SeedSource {
  return { ...run, forks: [...forksUntil(run, at.event), at] }
}

/** Where the change is made that a person wants at an event: what leaves out a fault comes before that fault. */
export function eventOf(change: ForkChange, event: number, left: SimulatedFault | undefined): number {
  return 'fault' in change && left !== undefined ? before(left, event) : event
}

function before(fault: SimulatedFault, event: number): number {
  return Math.min(event, fault.event - 1)
}

/** The run that a fork parted from. */
export function parentOf({ forks = [], ...seed }: SeedSource): SeedSource {
  return forks.length <= 1 ? seed : { ...seed, forks: forks.slice(0, -1) }
}

function forksUntil({ forks = [] }: Pick<SeedSource, 'forks'>, event: number): readonly RunFork[] {
  return forks.filter((fork) => fork.event <= event)
}
