import type { RunAlignment, RunLane, SimulationOutline } from '../../src-main/contract/simulation'
import { sumsOf, type RunSums } from './run-sums'
import type { TimeWindow } from './time-window'

/** Two runs whose moments `aligned` are looked at as one: times are relative to it. */
export interface ComparedRuns {
  readonly here: SimulationOutline
  readonly there: SimulationOutline
  readonly aligned: RunAlignment
}

/** From the earlier beginning to the later end, on the clock of the alignment. */
export function wholeOf({ here, there, aligned }: ComparedRuns): TimeWindow {
  return {
    fromMs: Math.min(here.start.atMs - aligned.here.atMs, there.start.atMs - aligned.there.atMs),
    toMs: Math.max(here.end.atMs - aligned.here.atMs, there.end.atMs - aligned.there.atMs),
  }
}

/** A part of that, on the clock of one run. */
export function windowIn({ fromMs, toMs }: TimeWindow, alignedMs: number): TimeWindow {
  return { fromMs: fromMs + alignedMs, toMs: toMs + alignedMs }
}

const FIGURES = ['requests', 'omitted', 'again', 'bad', 'longestMs', 'faults', 'takeovers', 'lost'] as const
export type FigureName = (typeof FIGURES)[number]

/** One figure of both. Undefined where a run has no such thing. */
export interface ComparedFigure {
  readonly key: string
  readonly of: { readonly lane: RunLane } | { readonly figure: FigureName }
  readonly isMs: boolean
  readonly here: number | undefined
  readonly there: number | undefined
}

/** How long each LUN and address did not answer, what hosts asked and got, and what happened, in the same window of both. */
export function comparedFigures({ here, there, aligned }: ComparedRuns, window: TimeWindow): readonly ComparedFigure[] {
  const one = sumsIn(here, windowIn(window, aligned.here.atMs))
  const other = sumsIn(there, windowIn(window, aligned.there.atMs))
  const lanes = new Map([...(one?.outages ?? []), ...(other?.outages ?? [])].map(({ lane }) => [laneKey(lane), lane]))
  const outages = [...lanes].map(([key, lane]) => ({
    key,
    of: { lane },
    isMs: true,
    here: outageIn(one, key),
    there: outageIn(other, key),
  }))
  const figures = FIGURES.map((figure) => ({
    key: figure,
    of: { figure },
    isMs: figure === 'longestMs',
    here: one?.[figure],
    there: other?.[figure],
  }))
  return [...outages, ...figures]
}

type Sums = RunSums & { readonly faults: number; readonly takeovers: number; readonly lost: number }

function sumsIn({ experience, faults, takeovers, violations }: SimulationOutline, window: TimeWindow): Sums | undefined {
  if (experience === undefined) return undefined
  const within = (moments: readonly { readonly atMs: number }[]) =>
    moments.filter(({ atMs }) => atMs >= window.fromMs && atMs <= window.toMs).length
  return { ...sumsOf(experience, window), faults: within(faults), takeovers: within(takeovers), lost: within(violations) }
}

function outageIn(sums: Sums | undefined, key: string): number | undefined {
  return sums?.outages.find(({ lane }) => laneKey(lane) === key)?.ms
}

function laneKey({ of }: RunLane): string {
  return of.kind === 'lun' ? `lun-${of.lun}` : `address-${of.controller}`
}
