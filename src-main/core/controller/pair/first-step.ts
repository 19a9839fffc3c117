import type { ControllerId } from '../../../contract/controller-id'
import type { PeerDescription } from '../../../contract/interconnect'
import type { Election } from '../../raid/election'

/** What a controller that is not part of anything yet knows. */
export interface FirstKnowledge {
  readonly self: ControllerId
  readonly elected: Election | undefined
  /** How much of its NVRAM counts for the elected state. */
  readonly nvramRank: number
  readonly presence: 'unknown' | 'present' | 'gone'
  /** As the peer said last; undefined where there is no session, or nothing was heard in it for long. */
  readonly peer: PeerDescription | undefined
}

export type FirstStep =
  /** It is alone: it claims everything. */
  | { readonly step: 'claim-all' }
  /** Both start, and this one claims for both. */
  | { readonly step: 'claim-preferred' }
  /** The other one will welcome it. */
  | { readonly step: 'join' | 'boot' | 'wait' | 'read-again'; readonly reason: string }

/**
 * A peer that is there and silent may be serving, so nothing is claimed then, however long that takes. Of two that start
 * together the one that knows the newer state claims first; where they know the same, the one whose NVRAM counts for more of
 * it, since it may have what the drives have not; then A. Both come to the same answer.
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
