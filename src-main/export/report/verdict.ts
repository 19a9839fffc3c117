import type { LedgerCounts } from '../../contract/host'
import type { SimulationOutline } from '../../contract/simulation'
import type { Speech } from './speech'

export interface ReportVerdict {
  readonly tone: 'good' | 'bad' | 'open'
  readonly sentence: string
}

/**
 * What is known of the promise that acknowledged writes are still there. Nothing is called good that nobody has looked at.
 * `readBackAtMs`: when the last read-back began that came to its end.
 */
export function verdictOf(
  { words, count }: Speech,
  outline: SimulationOutline,
  ledger: LedgerCounts | undefined,
  readBackAtMs = Number.NEGATIVE_INFINITY,
): ReportVerdict {
  const own = words.verdict
  const { run, recording, violations } = outline
  if (run.kind !== 'recording') {
    if (violations.length > 0) return { tone: 'bad', sentence: own.violations(count(violations.length)) }
    return { tone: 'good', sentence: own.noViolation }
  }
  const lost = Math.max(ledger?.lost ?? 0, recording?.lostBlocks ?? violations.length)
  if (lost > 0) return { tone: 'bad', sentence: own.lost(count(lost)) }
  if (ledger === undefined) return { tone: 'open', sentence: own.noHost }
  const acknowledged = own.acknowledged(count(ledger.acknowledged))
  if (ledger.verifying)
    return {
      tone: 'open',
      sentence: own.underWay(acknowledged, count(ledger.checkedBlocks), count(ledger.blocks)),
    }
  if ((ledger.verified ?? 0) > 0) {
    const readBack = own.readBack(acknowledged, count(ledger.verified ?? 0))
    if (readBackAtMs >= lastTroubleMs(outline)) return { tone: 'good', sentence: `${readBack}.` }
    return { tone: 'open', sentence: own.before(readBack) }
  }
  return { tone: 'open', sentence: own.notChecked(acknowledged) }
}

function lastTroubleMs({ faults, takeovers }: SimulationOutline): number {
  return [...faults, ...takeovers].reduce((last, { atMs }) => Math.max(last, atMs), Number.NEGATIVE_INFINITY)
}
