import type { ArrayState } from '../../../contract/array-state'
import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { WriteCache } from '../../nvram/write-cache'
import { layoutOf } from '../../raid/geometry'
import { failedDrivesOf } from '../state/array-changes'

/** Volumes that a controller may have left with stripes half updated. */
export interface UnknownStripes {
  /** Copies and parity are to be made anew of the data. */
  readonly verifiable: readonly number[]
  /** Only the log of that controller tells what a half updated stripe had: they wait for it. */
  readonly held: ReadonlySet<number>
}

/**
 * What the peer may have been in the middle of when its log is not known here: it was alone, or not in step yet, so only its
 * own NVRAM knows which stripes these are. Where all drives answer, a volume can be served all the same. Where parity has to
 * stand in for a drive it cannot: even blocks that nobody was writing would be wrong in a half updated stripe.
 * Before the first claim of all nobody has written.
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
