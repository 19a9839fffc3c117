import { spread } from '../support/machine'
import type { SoakResult } from './soak'

/** The closing line, and the gaps behind it. */
export function tellResult(result: SoakResult, wallSeconds: number): string {
  const { seed, faults, intoEachOther, acknowledged, verified, blocks, lost, failedWrites, overlapping, gapsMs, trouble, folder } = result
  const kinds = Object.entries(faults).map(([kind, count]) => `${kind} ${count}`)
  const gaps = Object.entries(gapsMs).map(([kind, values]) => `  gap of ${kind}: ${spread(values)}`)
  const struck = `${kinds.join(', ')} (${intoEachOther} into the one before) in ${wallSeconds.toFixed(0)} s`
  const found = `${verified} of ${blocks} blocks verified, ${lost} lost, ${failedWrites} writes failed`
  const sum = `seed ${seed}: ${struck}; ${acknowledged} writes acknowledged, and ${overlapping} that overlap, ${found}`
  return [...gaps, ...(trouble === undefined ? [] : [`TROUBLE: ${trouble}`, `the lab was kept: ${folder}`]), sum].join('\n')
}

/** For programs. */
export function resultForPrograms(result: SoakResult, wallSeconds: number): object {
  const gaps = Object.fromEntries(Object.entries(result.gapsMs).map(([kind, values]) => [kind, spread(values)]))
  const { gapsMs: _, ...rest } = result
  return { ...rest, gaps, wallSeconds }
}
