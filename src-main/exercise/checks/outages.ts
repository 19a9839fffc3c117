import { because, type Reason } from '../../contract/exercise-reason'
import type { LunOutages } from '../evidence/evidence'
import { GOES_ON, type Evaluation } from './evaluation'
import { evaluated, exactly, notKnown, type Evaluated } from './values'

/** The longest time in the window in which a LUN did not answer; of all measured LUNs if none is named. */
export function longestGap(evaluation: Evaluation, lun: number | undefined): Evaluated {
  const measured = measuredIn(evaluation, lun)
  if (measured.length === 0) return notKnown(notMeasured(lun))
  const known = measured.flatMap((outages) => spansIn(evaluation, outages))
  const longest = known.reduce((most, { fromMs, toMs }) => Math.max(most, toMs - fromMs), 0)
  const leastMs = Math.max(...measured.map((one) => one.leastMs))
  return bounded(evaluation, { knownMs: longest, upToMs: longest >= leastMs ? longest : leastMs, isListed: isListed(evaluation, measured) })
}

/** How long a LUN did not answer in all. */
export function outageTotal(evaluation: Evaluation, lun: number | undefined): Evaluated {
  const measured = measuredIn(evaluation, lun)
  if (measured.length === 0) return notKnown(notMeasured(lun))
  const totalMs = measured.flatMap((outages) => spansIn(evaluation, outages)).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  return bounded(evaluation, { knownMs: totalMs, upToMs: totalMs, isListed: measured.every(({ listed }) => listed === 'all') })
}

/** When the longest gap began, and how long it was. */
export function longestSpan(evaluation: Evaluation, lun: number): Evaluated {
  const [measured] = measuredIn(evaluation, lun)
  if (measured === undefined) return notKnown(notMeasured(lun))
  const spans = spansIn(evaluation, measured)
  const longest = spans.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))[0]
  if (longest === undefined) return notKnown(because('noGap', { lun }))
  return evaluated({ type: 'gap', fromMs: longest.fromMs - evaluation.book.evidence.fromMs, durationMs: longest.toMs - longest.fromMs })
}

function bounded(
  evaluation: Evaluation,
  { knownMs, upToMs, isListed }: { readonly knownMs: number; readonly upToMs: number; readonly isListed: boolean },
): Evaluated {
  if (!isListed) return evaluated({ type: 'quantity', least: knownMs, most: Infinity, why: because('longestOnly') })
  if (!evaluation.window.isOver) return evaluated({ type: 'quantity', least: knownMs, most: Infinity, why: GOES_ON })
  return evaluated(
    knownMs === upToMs ? exactly(knownMs) : { type: 'quantity', least: knownMs, most: upToMs, why: because('shorterLeftOut') },
  )
}

/** The longest of a whole run is among the longest; that of a part need not be. */
function isListed({ window, book }: Evaluation, measured: readonly LunOutages[]): boolean {
  const isWhole = window.fromMs <= book.evidence.fromMs && window.untilMs >= book.evidence.untilMs
  return isWhole || measured.every(({ listed }) => listed === 'all')
}

function measuredIn({ book }: Evaluation, lun: number | undefined): readonly LunOutages[] {
  return book.evidence.outages.filter((one) => lun === undefined || one.lun === lun)
}

function spansIn({ window }: Evaluation, { spans }: LunOutages): readonly { readonly fromMs: number; readonly toMs: number }[] {
  return spans
    .map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs, window.fromMs), toMs: Math.min(toMs, window.untilMs) }))
    .filter(({ fromMs, toMs }) => toMs > fromMs)
}

function notMeasured(lun: number | undefined): Reason {
  return lun === undefined ? because('noLunMeasured') : because('lunNotMeasured', { lun })
}
