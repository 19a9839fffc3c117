import type { ArrayState } from '../../../contract/array-state'
import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { TracePort } from '../../ports'
import { ownershipOf, withDoubt, withOwner } from './array-changes'
import type { EventLog } from '../peer/event-log'
import type { Standing } from '../peer/standing'

/**
 * Discards the held writes of a volume whose holder does not come back. The hold ends and the epoch is new, so those records are
 * too old ever to be replayed. Some of them could have repaired stripes that the holder left interrupted, so the volume is
 * verified.
 */
export function withoutHeldWrites(
  state: ArrayState,
  discard: { readonly volumeId: number; readonly owner: ControllerId; readonly claimEpoch: (slot: number) => number },
): ArrayState {
  const { volumeId, owner, claimEpoch } = discard
  return withDoubt(withOwner(state, { volumeId, owner, claimEpoch }), volumeId)
}

interface DiscardParts {
  readonly self: ControllerId
  readonly trace: TracePort
  readonly log: EventLog
  readonly standing: Standing
}

/** Logs and traces that a state discards writes held by the peer. Nothing else ends a hold of a peer that is away. */
export function noteDiscards({ self, trace, log, standing }: DiscardParts, state: ArrayState, previous: ArrayState | undefined): void {
  if (previous === undefined || standing.peerIsMember) return
  const holder = peerOf(self)
  for (const { id: volumeId, name } of state.configuration.volumes) {
    if (ownershipOf(previous, volumeId)?.heldBy !== holder || ownershipOf(state, volumeId)?.heldBy !== undefined) continue
    trace.record({ place: `controller-${self}`, kind: 'nvram.discarded', data: { volumeId, holder } })
    log.add(
      'error',
      `Volume "${name}": a service request discarded the writes that only the NVRAM of controller ${holder.toUpperCase()} had. ` +
        'The newest acknowledged writes are lost.',
    )
  }
}
