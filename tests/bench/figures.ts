/** Figures of a run of the bench, and the goals that they are held against. */
import { appendFileSync } from 'node:fs'
import { inject } from 'vitest'
import type { Row } from './figures-table'

declare module 'vitest' {
  interface ProvidedContext {
    /** The file that collects them; the files of a run have processes of their own. */
    readonly figures: string
  }
}

/** How many times as many as something that was measured in the same run. */
export function noteRatio(
  figure: string,
  options: { readonly ours: number; readonly beside: number; readonly of: string; readonly goal?: number },
): void {
  const { ours, beside, of, goal } = options
  const ratio = ours / beside
  note({
    figure,
    ours: `${ours.toFixed(0)}/s`,
    beside: `${of} ${beside.toFixed(0)}/s`,
    // Rounded down: a goal that is nearly reached is not shown as reached.
    ratio: (Math.floor(ratio * 100) / 100).toFixed(2),
    goal: goal === undefined ? '' : `>= ${goal}`,
    reached: goal === undefined ? '' : verdict(ratio >= goal),
  })
}

/** How many times as many, from ratios of rounds. `alike`: what two equal ones are to each other in the same run. */
export function noteSpread(
  figure: string,
  options: { readonly ours: string; readonly ratio: number; readonly spread: string; readonly alike: string; readonly goal: number },
): void {
  const { ours, ratio, spread, alike, goal } = options
  note({
    figure,
    ours,
    beside: `rounds ${spread}; two alike ${alike}`,
    ratio: (Math.floor(ratio * 100) / 100).toFixed(2),
    goal: `>= ${goal}`,
    reached: verdict(ratio >= goal),
  })
}

export function noteAtMost(figure: string, options: { readonly ms: number; readonly goalMs: number }): void {
  const { ms, goalMs } = options
  note({ figure, ours: `${ms.toFixed(1)} ms`, beside: '', ratio: '', goal: `<= ${goalMs} ms`, reached: verdict(ms <= goalMs) })
}

export function noteAtLeast(figure: string, options: { readonly perSecond: number; readonly goal: number }): void {
  const { perSecond, goal } = options
  note({ figure, ours: `${perSecond.toFixed(0)}/s`, beside: '', ratio: '', goal: `>= ${goal}/s`, reached: verdict(perSecond >= goal) })
}

/** What the lab tells of a time, and what it was for an onlooker, who may have looked so much too late. */
export function noteDifference(
  figure: string,
  options: { readonly toldMs: number; readonly measuredMs: number; readonly goalMs: number; readonly lateMs: number },
): void {
  const { toldMs, measuredMs, goalMs, lateMs } = options
  const apart = Math.abs(toldMs - measuredMs)
  note({
    figure,
    ours: `${toldMs.toFixed(1)} ms`,
    beside: `outside ${measuredMs.toFixed(1)} ms`,
    ratio: '',
    goal: `+- ${goalMs} ms${lateMs < 0.1 ? '' : ` and ${lateMs.toFixed(1)} late`}`,
    reached: verdict(apart <= goalMs + lateMs),
  })
}

/** Of one core. */
export function noteShare(figure: string, { share, goal }: { readonly share: number; readonly goal: number }): void {
  const percent = (value: number) => `${(value * 100).toFixed(1)} %`
  note({ figure, ours: percent(share), beside: '', ratio: '', goal: `<= ${percent(goal)}`, reached: verdict(share <= goal) })
}

function verdict(reached: boolean): string {
  return reached ? 'yes' : 'NO'
}

function note(row: Row): void {
  appendFileSync(inject('figures'), `${JSON.stringify(row)}\n`)
}
