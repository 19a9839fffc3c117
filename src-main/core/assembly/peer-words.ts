import type { PeerWords } from '../../contract/interconnect'
import type { AllParts } from './all-parts'

/** Hands each message of the peer to the part it is for. */
export function hearPeer(words: PeerWords, parts: AllParts): void {
  switch (words.type) {
    case 'welcome':
      return parts.membership.welcomed(words)
    case 'joined':
      return parts.membership.peerJoined()
    case 'commit-propose':
      return parts.committer.proposed(words)
    case 'commit-outcome':
      return parts.committer.answered(words)
    case 'state-install':
      return parts.committer.installFromPeer(words)
    case 'state-installed':
      return parts.committer.installedAtPeer(words.callId)
    case 'nvram-ready':
    case 'nvram-begin':
    case 'nvram-append':
    case 'nvram-trim':
    case 'nvram-appended':
    case 'nvram-in-step':
    case 'nvram-stamped':
      return parts.cache.hear(words)
    case 'io-forward':
      return parts.volumes.forwarded(words)
    case 'io-withdrawn':
      return parts.forwarder.withdrawn(words)
    case 'io-return':
      return parts.forwarder.returned(words)
    case 'tasks-end':
      return parts.iscsi.endOwnTasks(words, () => parts.tasksAtPeer.tell(words.callId))
    case 'tasks-ended':
      return parts.tasksAtPeer.ended(words)
    case 'service-forward':
      return parts.dispatch.forwarded(words)
    case 'service-return':
      return parts.dispatch.returned(words)
    case 'arbiter-ask':
      return parts.transfer.arbiter.asked(words)
    case 'arbiter-answer':
      return parts.transfer.answered(words)
    case 'owner-relinquish':
      return parts.transfer.relinquishAsked(words)
    case 'owner-relinquished':
      return parts.transfer.arbiter.relinquished(words)
    case 'volume-move':
      return parts.mover.asked(words)
    case 'volume-moved':
      return parts.mover.answered(words)
    case 'portals-release':
      return parts.membership.releasePortals(words.callId)
    case 'portals-released':
      return parts.membership.released(words.callId)
    case 'stand-down':
      return parts.halt.standDown(words.callId)
    case 'stood-down':
      return parts.halt.stoodDown(words.callId)
  }
}
