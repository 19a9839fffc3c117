import { BLOCK_BYTES } from '../../../base/units'
import type { TraceTag } from '../../ports'
import { coveredBy, showOver, type ExtentMap } from './extent-map'
import type { CacheOutcome, LiveRecord, VolumePlace } from '../log/live-record'

export interface DirtyRead {
  readonly volumeId: number
  /** Of the volume. */
  readonly firstBlock: number
  readonly blockCount: number
  readonly place: VolumePlace
  readonly trace: TraceTag | undefined
}

/** Reads the drives, and lays over that the acknowledged data that is not there yet. */
export function readDirty(
  io: DirtyRead,
  extents: ExtentMap<LiveRecord> | undefined,
  done: (outcome: CacheOutcome<readonly Uint8Array[]>) => void,
): void {
  const { firstBlock, blockCount, place } = io
  if (extents === undefined || extents.isEmpty || !extents.overlaps(firstBlock, firstBlock + blockCount)) {
    place.io.read(io, done)
    return
  }
  const dirty = extents.within(firstBlock, firstBlock + blockCount)
  const chunks = coveredBy(dirty, firstBlock, firstBlock + blockCount)
  if (chunks !== undefined) {
    done({ ok: true, value: chunks })
    return
  }
  place.io.read(io, (outcome) => {
    let block = firstBlock
    for (const bytes of outcome.ok ? outcome.value : []) {
      showOver(dirty, { firstBlock: block, bytes })
      block += bytes.length / BLOCK_BYTES
    }
    done(outcome)
  })
}
