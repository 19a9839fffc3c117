import type { ArrayState } from '../../../contract/array-state'
import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { WriteCache } from '../../nvram/write-cache'
import { layoutOf } from '../../raid/geometry'
import { failedDrivesOf } from '../state/array-changes'

/** Volumes that a controller may have left with interrupted stripes. */
export interface UnknownStripes {
  /** Their copies and parity must be made to agree with the data again. */
  readonly verifiable: readonly number[]
  /** Only that controller's log can repair their interrupted stripes, so they wait for it. */
  readonly held: ReadonlySet<number>
}

/**
 * Finds volumes in which the peer may have left interrupted stripes that this controller has no log of: the peer was alone, or
 * its mirror was not in step, so only its own NVRAM knows them. If all drives answer, such a volume can be served anyway. If
 * parity has to replace a drive, it cannot: even blocks that nobody was writing would be wrong in an interrupted stripe. Before
 * the first claim of all, nobody has written.
 */
export function unknownStripes(
  newest: ArrayState,
  { self, cache, silent }: { readonly self: ControllerId; readonly cache: WriteCache; readonly silent: readonly number[] },
): UnknownStripes {
  const verifiable: number[] = []
  const held = new Set<number>()
  if (newest.mirrorEpoch === undefined || cache.knowsPeer(newest)) return { verifiable, held }
  const { volumes, groups } = newest.configuration
  for (const { volumeId, owner, heldBy } of newest.ownership) {
    const group = groups.find(({ id }) => id === volumes.find((volume) => volume.id === volumeId)?.groupId)
    if (owner !== peerOf(self) || heldBy !== undefined || group === undefined) continue
    const { rule, redundancy, sections } = layoutOf(group)
    const isWhole = failedDrivesOf(newest, group.id).length === 0 && !sections.some(({ drive }) => silent.includes(drive))
    if (rule.parityCount > 0 && !isWhole) held.add(volumeId)
    else if (redundancy > 0) verifiable.push(volumeId)
  }
  return { verifiable, held }
}
