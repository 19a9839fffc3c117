import type { ControllerId } from '../../../contract/controller-id'
import type { PeerDescription } from '../../../contract/interconnect'
import type { Election } from '../../raid/election'

/** What a controller knows before it is part of the pair. */
export interface FirstKnowledge {
  readonly self: ControllerId
  readonly elected: Election | undefined
  /** How much of its NVRAM counts for the elected state. */
  readonly nvramRank: number
  readonly presence: 'unknown' | 'present' | 'gone'
  /** What the peer last said of itself. Undefined without a session, or while the peer is silent. */
  readonly peer: PeerDescription | undefined
}

export type FirstStep =
  /** This controller is alone, so it claims everything. */
  | { readonly step: 'claim-all' }
  /** Both controllers are starting, and this one claims for both. */
  | { readonly step: 'claim-preferred' }
  /** `join`: the other controller will welcome this one. In the other cases it is too early to decide. */
  | { readonly step: 'join' | 'boot' | 'wait' | 'read-again'; readonly reason: string }

/**
 * A peer that is present but silent may be serving, so this controller claims nothing, however long that lasts. If both start
 * together, the one that knows the newer state makes the first claim. If both know the same state, the higher NVRAM rank decides,
 * because that NVRAM may have what the drives lack; then A does. Both controllers reach the same answer.
 */
export function firstStep({ self, elected, nvramRank, presence, peer }: FirstKnowledge): FirstStep {
  if (elected === undefined) return { step: 'read-again', reason: 'no drive has a superblock' }
  if (!elected.quorum) return { step: 'read-again', reason: tooFewReadable(elected) }
  if (presence === 'gone') return { step: 'claim-all' }
  if (presence === 'unknown') return { step: 'wait', reason: 'it is not known whether the other controller is there' }
  if (peer === undefined) {
    const silence = 'the other controller is there but nothing is heard from it over the interconnect'
    return { step: 'wait', reason: `${silence}; it may be serving, so this one must not` }
  }
  if (peer.phase === 'serving' || peer.phase === 'taking-over') {
    return { step: 'join', reason: 'the other controller is about to welcome this one' }
  }
  if (peer.generation < 0) return { step: 'boot', reason: 'the other controller has not read the drives yet' }
  const { generation } = elected.state
  const lead = generation - peer.generation || nvramRank - (peer.nvramRank ?? 0)
  const leads = lead === 0 ? self === 'a' : lead > 0
  return leads ? { step: 'claim-preferred' } : { step: 'join', reason: 'the other controller starts too and makes the first claim' }
}

export function tooFewReadable({ notes }: Election): string {
  return `fewer than half of the drives can be read. ${notes.join(' ')}`
}
