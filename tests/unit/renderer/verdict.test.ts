import { describe, expect, it } from 'vitest'
import type { LedgerCounts } from '../../../src-main/contract/host'
import { verdictOf } from '../../../src-renderer/model/verdict'

function ledger(part: Partial<LedgerCounts> = {}): LedgerCounts {
  return { acknowledged: 100, retried: 0, unknown: 0, lost: 0, blocks: 200, verifying: false, checkedBlocks: 0, ...part }
}

describe('the verdict of the ledger', () => {
  it('is that nothing is checked before anything was read back, also if nothing was found', () => {
    expect(verdictOf(ledger(), true)).toEqual({ kind: 'unchecked' })
    expect(verdictOf(ledger({ verified: 0 }), true)).toEqual({ kind: 'unchecked' })
  })

  it('says how far a reading back is, and what it found', () => {
    expect(verdictOf(ledger({ verifying: true, checkedBlocks: 68, verified: 150 }), true)).toEqual({ kind: 'checking', share: 0.34 })
    expect(verdictOf(ledger({ verifying: true, checkedBlocks: 999 }), true)).toEqual({ kind: 'checking', share: 1 })
    expect(verdictOf(ledger({ verifying: true, blocks: 0 }), true)).toEqual({ kind: 'checking', share: 0 })
    expect(verdictOf(ledger({ verified: 200, checkedBlocks: 200 }), true)).toEqual({ kind: 'checked', verified: 200 })
  })

  it('does not go back while the ledger grows', () => {
    expect(verdictOf(ledger({ verifying: true, checkedBlocks: 86, checkedShare: 0.44 }), true)).toEqual({ kind: 'checking', share: 0.44 })
  })

  it('is that nothing was checked since the fault that came after it', () => {
    expect(verdictOf(ledger({ verified: 200, isDoubted: true }), true)).toEqual({ kind: 'doubted', verified: 200 })
    expect(verdictOf(ledger({ isDoubted: true }), true)).toEqual({ kind: 'unchecked' })
    expect(verdictOf(ledger({ verified: 200, isDoubted: true, verifying: true, checkedBlocks: 100 }), true)).toEqual({
      kind: 'checking',
      share: 0.5,
    })
  })

  it('is a loss whatever else goes on', () => {
    expect(verdictOf(ledger({ lost: 2, verifying: true }), true)).toEqual({ kind: 'lost', lost: 2 })
  })

  it('is none without a connection or a host', () => {
    expect(verdictOf(ledger({ verified: 200 }), false)).toEqual({ kind: 'unknown' })
    expect(verdictOf(undefined, true)).toEqual({ kind: 'unknown' })
  })
})
