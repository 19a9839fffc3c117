import type { ArrayState } from '../../../contract/array-state'
import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { WriteCache } from '../../nvram/write-cache'
import { layoutOf } from '../../raid/geometry'
import { failedDrivesOf, withDoubt } from '../state/array-changes'

/** For the event log. */
export const LOST_LOG =
  'The NVRAM of this controller is empty, so its log is lost. Writes that only this log had are lost with it. ' +
  'Stripes that it may have left half updated are verified.'

/** Volumes that a controller may have left with interrupted stripes. */
export interface UnknownStripes {
  /** Nobody has the log, so the stripes that their write-intent maps mark are in doubt. */
  readonly doubtful: readonly number[]
  /** Only the peer's log can repair their interrupted stripes, so they wait for it. */
  readonly held: ReadonlySet<number>
}

/**
 * Finds volumes with interrupted stripes that this controller has no log of. Before the first claim of all, nobody has written.
 * - Those of the peer, if the peer was alone or its mirror was not in step: only its own NVRAM knows them. If all drives answer,
 *   such a volume can be served anyway. If parity has to replace a drive, it waits for the peer, which can repair it.
 * - Its own, if its NVRAM was lost.
 */
export function unknownStripes(
  newest: ArrayState,
  { self, cache, silent }: { readonly self: ControllerId; readonly cache: WriteCache; readonly silent: readonly number[] },
): UnknownStripes {
  const doubtful: number[] = []
  const held = new Set<number>()
  const peer = peerOf(self)
  const isPeerUnknown = newest.mirrorEpoch !== undefined && !cache.knowsPeer(newest)
  const isLost = cache.hasLostLog(newest)
  const { volumes, groups } = newest.configuration
  for (const { volumeId, owner, heldBy } of newest.ownership) {
    const group = groups.find(({ id }) => id === volumes.find((volume) => volume.id === volumeId)?.groupId)
    const isUnknown = owner === peer ? isPeerUnknown && heldBy === undefined : isLost && heldBy !== peer
    if (!isUnknown || group === undefined) continue
    const { rule, sections } = layoutOf(group)
    const isWhole = failedDrivesOf(newest, group.id).length === 0 && !sections.some(({ drive }) => silent.includes(drive))
    if (rule.parityCount > 0 && !isWhole && owner === peer) held.add(volumeId)
    else doubtful.push(volumeId)
  }
  return { doubtful, held }
}

/** This controller's NVRAM was lost while it held volumes: nobody has their log. */
export function withLostHolds(state: ArrayState, self: ControllerId): ArrayState {
  return state.ownership.reduce((sum, { volumeId, heldBy }) => (heldBy === self ? withDoubt(sum, volumeId) : sum), state)
}
