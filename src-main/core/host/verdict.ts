import { readStamp, type StampOrigin } from './stamp'

/**
 * - `stale`: an older write of this block; the acknowledged one is gone
 * - `misplaced`: a write of another block or volume
 * - `torn`: one of our stamps, cut
 * - `zeros`, `foreign`: nothing of ours
 * - `unexpected`: a write that was never sent to this block
 * - `unreadable`: the array itself says that the block cannot be read
 */
export type LossReason = 'stale' | 'misplaced' | 'torn' | 'zeros' | 'foreign' | 'unexpected' | 'unreadable'

export type BlockVerdict =
  | { readonly kind: 'not-known' | 'verified' }
  /** A write with an unknown outcome turns out to have happened. */
  | { readonly kind: 'resolved'; readonly sequence: number }
  | { readonly kind: 'lost'; readonly reason: LossReason }

export interface BlockExpectation {
  readonly origin: StampOrigin
  readonly block: number
  /** Newest write acknowledged before the read was sent: nothing older may come back. */
  readonly floor: number
  /** Newest write acknowledged now. */
  readonly acknowledged: number
  /** The write under way, or 0. */
  readonly pending: number
  readonly isUnknown: (sequence: number) => boolean
}

export function judgeBlock(bytes: Uint8Array, expected: BlockExpectation): BlockVerdict {
  const stamp = readStamp(bytes)
  if (stamp.kind === 'none') return { kind: 'lost', reason: 'foreign' }
  if (stamp.kind !== 'stamp') return { kind: 'lost', reason: stamp.kind }
  if (stamp.ledgerId !== expected.origin.ledgerId) return { kind: 'lost', reason: 'foreign' }
  if (stamp.volumeTag !== expected.origin.volumeTag || stamp.block !== expected.block) return { kind: 'lost', reason: 'misplaced' }
  if (stamp.sequence < expected.floor) return { kind: 'lost', reason: 'stale' }
  if (stamp.sequence <= expected.acknowledged || stamp.sequence === expected.pending) return { kind: 'verified' }
  return expected.isUnknown(stamp.sequence) ? { kind: 'resolved', sequence: stamp.sequence } : { kind: 'lost', reason: 'unexpected' }
}
