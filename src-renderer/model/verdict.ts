import type { LedgerCounts } from '../../src-main/contract/host'

/**
 * What is known of the promise that acknowledged writes are still there. `unknown`: nobody tells, because there is no connection or
 * no host. `unchecked`: nothing has been read back yet, so nothing is proven. `doubted`: something has happened since it was read back.
 */
export type Verdict =
  | { readonly kind: 'unknown' | 'unchecked' }
  | { readonly kind: 'lost'; readonly lost: number }
  | { readonly kind: 'checking'; readonly share: number }
  | { readonly kind: 'checked' | 'doubted'; readonly verified: number }

export function verdictOf(ledger: LedgerCounts | undefined, isConnected: boolean): Verdict {
  if (ledger === undefined || !isConnected) return { kind: 'unknown' }
  const { lost, verified = 0, isDoubted = false, verifying, checkedBlocks, blocks } = ledger
  // Older recordings have no share.
  const { checkedShare = blocks === 0 ? 0 : Math.min(1, checkedBlocks / blocks) } = ledger
  if (lost > 0) return { kind: 'lost', lost }
  if (verifying) return { kind: 'checking', share: checkedShare }
  return verified > 0 ? { kind: isDoubted ? 'doubted' : 'checked', verified } : { kind: 'unchecked' }
}
