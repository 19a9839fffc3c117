import type { FaultHit, SimulatedViolation, SimulationMoment, SimulationOutline } from '../../src-main/contract/simulation'
import type { Place } from '../../src-main/contract/trace'

/** From the least serious on. */
export const MARK_KINDS = ['act', 'fault', 'takeover', 'violation'] as const
export type MarkKind = (typeof MARK_KINDS)[number]
/** Kinds that are gone through one by one. */
export const JUMP_KINDS = ['fault', 'takeover', 'violation'] as const satisfies readonly MarkKind[]

/** A moment of a run that a person may want to see. */
export type RunMark = SimulationMoment & { readonly key: string } & (
    | { readonly kind: 'fault'; readonly name: string; readonly hits: readonly FaultHit[] }
    | { readonly kind: 'act'; readonly name: string; readonly place: Place }
    | { readonly kind: 'takeover'; readonly survivor: 'a' | 'b'; readonly reason: string }
    | { readonly kind: 'violation'; readonly violation: SimulatedViolation }
  )

/** All marks of a run in the order of its events. Within one event, the most serious mark comes last. */
export function marksOf(outline: SimulationOutline): readonly RunMark[] {
  const faults = outline.faults.map((fault, index): RunMark => ({ kind: 'fault', key: `fault-${index}`, ...fault }))
  const takeovers = outline.takeovers.map((takeover, index): RunMark => ({ kind: 'takeover', key: `takeover-${index}`, ...takeover }))
  const violations = outline.violations.map((violation, index): RunMark => ({
    kind: 'violation',
    key: `violation-${index}`,
    event: violation.event,
    atMs: violation.atMs,
    violation,
  }))
  const acts = (outline.experience?.acts ?? []).map((act, index): RunMark => ({ kind: 'act', key: `act-${index}`, ...act }))
  return [...acts, ...faults, ...takeovers, ...violations].sort(
    (x, y) => x.event - y.event || MARK_KINDS.indexOf(x.kind) - MARK_KINDS.indexOf(y.kind),
  )
}

/** The next mark after an event, or the one before it; of one kind or of any. */
export function neighbour(
  marks: readonly RunMark[],
  { kind, event, forward }: { readonly kind?: MarkKind; readonly event: number; readonly forward: boolean },
): RunMark | undefined {
  const wanted = marks.filter((mark) => kind === undefined || mark.kind === kind)
  return forward ? wanted.find((mark) => mark.event > event) : wanted.findLast((mark) => mark.event < event)
}

/** The last mark that has happened at an event. */
export function latestMark(marks: readonly RunMark[], event: number): RunMark | undefined {
  return marks.findLast((mark) => mark.event <= event)
}

/** Where a run stands in a list of its marks: of several at that event, the one that was chosen, and otherwise the most serious. */
export function currentMark(marks: readonly RunMark[], event: number, chosen: string | undefined): RunMark | undefined {
  return marks.find((mark) => mark.key === chosen && mark.event === event) ?? latestMark(marks, event)
}

/** The mark nearest to a virtual time, at most `withinMs` away. Of equally near marks, the most serious. */
export function markNear(marks: readonly RunMark[], atMs: number, withinMs: number): RunMark | undefined {
  let nearest: RunMark | undefined
  for (const mark of marks) {
    const distanceMs = Math.abs(mark.atMs - atMs)
    if (distanceMs <= withinMs && (nearest === undefined || distanceMs <= Math.abs(nearest.atMs - atMs))) nearest = mark
  }
  return nearest
}

/** How long to show the mark of a hit that is over at once. */
const INSTANT_MS = 50

/** What faults do at a moment, by place: their names, each once. */
export function faultsAt(
  { faults }: Pick<SimulationOutline, 'faults'>,
  { event, atMs: nowMs }: SimulationMoment,
): ReadonlyMap<Place, { readonly names: readonly string[]; readonly isNow: boolean }> {
  const byPlace = new Map<Place, { names: string[]; isNow: boolean }>()
  for (const fault of faults) {
    if (fault.event > event) break
    for (const { place, atMs, untilMs = atMs + INSTANT_MS } of fault.hits) {
      if (atMs > nowMs || untilMs <= nowMs) continue
      const entry = byPlace.get(place) ?? { names: [], isNow: false }
      byPlace.set(place, entry)
      entry.isNow ||= atMs === nowMs
      if (!entry.names.includes(fault.name)) entry.names.push(fault.name)
    }
  }
  return byPlace
}

const MIN_TICK_PIXELS = 90

/** Virtual milliseconds between two ticks of a time line of that width: 1, 2 or 5 times a power of ten. */
export function tickMs(spanMs: number, widthPixels: number): number {
  const minMs = (spanMs * MIN_TICK_PIXELS) / Math.max(1, widthPixels)
  const power = 10 ** Math.floor(Math.log10(Math.max(minMs, 1e-3)))
  return ([1, 2, 5].find((step) => step * power >= minMs) ?? 10) * power
}
