import type { LedgerCounts } from '../../contract/host'
import type { SimulationOutline } from '../../contract/simulation'
import { count } from './figures'

export interface ReportVerdict {
  readonly tone: 'good' | 'bad' | 'open'
  readonly sentence: string
}

/**
 * What is known of the promise that acknowledged writes are still there. Nothing is called good that nobody has looked at.
 * `readBackAtMs`: when the last read-back began that came to its end.
 */
export function verdictOf(
  outline: SimulationOutline,
  ledger: LedgerCounts | undefined,
  readBackAtMs = Number.NEGATIVE_INFINITY,
): ReportVerdict {
  const { run, recording, violations } = outline
  if (run.kind === 'seed') {
    if (violations.length > 0) return { tone: 'bad', sentence: `Checkers found violations: ${count(violations.length)}.` }
    return { tone: 'good', sentence: 'No checker found a violation from the first event to the last.' }
  }
  const lost = Math.max(ledger?.lost ?? 0, recording?.lostBlocks ?? violations.length)
  if (lost > 0) return { tone: 'bad', sentence: `Acknowledged blocks that were lost: ${count(lost)}.` }
  if (ledger === undefined) return { tone: 'open', sentence: 'There was no host, so nothing is known of acknowledged writes.' }
  const acknowledged = `${count(ledger.acknowledged)} writes were acknowledged`
  if (ledger.verifying)
    return {
      tone: 'open',
      sentence: `${acknowledged}; reading back was under way: ${count(ledger.checkedBlocks)} of ${count(ledger.blocks)} blocks, none lost.`,
    }
  if ((ledger.verified ?? 0) > 0) {
    const readBack = `${acknowledged}; ${count(ledger.verified ?? 0)} blocks were read back, and none was lost`
    if (readBackAtMs >= lastTroubleMs(outline)) return { tone: 'good', sentence: `${readBack}.` }
    return { tone: 'open', sentence: `${readBack}, but that was before the last fault or takeover. Not checked since.` }
  }
  return { tone: 'open', sentence: `${acknowledged}. Not checked: they were not read back in this run.` }
}

function lastTroubleMs({ faults, takeovers }: SimulationOutline): number {
  return [...faults, ...takeovers].reduce((last, { atMs }) => Math.max(last, atMs), Number.NEGATIVE_INFINITY)
}
