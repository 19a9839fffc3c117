import type { DriveStatus, WriteClaim } from '../ports'
import type { GroupFault, GroupIo } from '../raid/group-io'
import { encodeIntentMap, INTENT_REGIONS, newestIntentMap, type IntentMap } from '../raid/intent-map'
import { worse } from '../raid/member-io'

export type Go = (fault: GroupFault | undefined) => void

/** `go` waits for the marks of these regions; where the last one is before the first, for the map as it is. */
export interface MarksWanted {
  readonly first: number
  readonly last: number
  readonly go: Go
}

/** Reads the write-intent map of a volume from all drives of its groups. */
export function readIntentMap(groups: readonly GroupIo[], volumeId: number, done: (found: IntentMap | 'none' | 'unknown') => void): void {
  const sectors: (Uint8Array | undefined)[] = []
  let waiting = groups.length
  for (const { intents } of groups) {
    intents.read(volumeId, (found) => {
      sectors.push(...found)
      if (--waiting === 0) done(newestIntentMap(sectors, volumeId))
    })
  }
}

/** Writes the map to all drives of its groups. */
export function writeIntentMap(groups: readonly GroupIo[], map: IntentMap, claim: WriteClaim, done: (status: DriveStatus) => void): void {
  const { volumeId } = map
  const sector = encodeIntentMap(map)
  let waiting = groups.length
  let worst: DriveStatus = 'good'
  for (const { intents } of groups) {
    intents.write({ volumeId, sector, claim }, (status) => {
      worst = worse(worst, status)
      if (--waiting === 0) done(worst)
    })
  }
}

/**
 * What a new owner makes of the map that it finds: the marks that it inherits, and which of them are in doubt. `since`: the epoch
 * since which logs are known; undefined if nothing is in doubt.
 */
export function inheritedMarks(
  found: IntentMap | 'none' | 'unknown',
  volume: { readonly regionCount: number; readonly regionStripes: number; readonly since: number | undefined },
): { readonly inherited: Uint8Array; readonly doubtful: Uint8Array } {
  const { regionCount, regionStripes, since } = volume
  const inherited = new Uint8Array(INTENT_REGIONS)
  const doubtful = new Uint8Array(INTENT_REGIONS)
  // A map with other regions is that of a volume that was deleted.
  if (found === 'none' || (found !== 'unknown' && found.regionStripes !== regionStripes)) return { inherited, doubtful }
  for (let region = 0; region < regionCount; region++) {
    const isWritten = found === 'unknown' || found.written[region] !== 0
    const isOfUnknownLog = found === 'unknown' || (since !== undefined && found.epoch < since)
    const isDoubtful = (found !== 'unknown' && found.doubtful[region] !== 0) || (isWritten && isOfUnknownLog)
    if (isWritten || isDoubtful) inherited[region] = 1
    if (isDoubtful && since !== undefined) doubtful[region] = 1
  }
  return { inherited, doubtful }
}
