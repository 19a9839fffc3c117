import { ExtentMap, type Extent } from './extent-map'
import type { CacheFault, LiveRecord } from '../log/live-record'

export interface BlockRange {
  readonly firstBlock: number
  readonly endBlock: number
}

/** A write that goes straight to the drives, once nothing older is in its way. */
export interface ThroughWrite {
  readonly record: LiveRecord
  readonly finish: (fault: CacheFault | undefined) => void
  isUnderWay: boolean
}

/** What one volume has that is not on the drives, and its writes to the drives that are under way. */
export class VolumeDirt {
  readonly volumeId: number
  readonly extents = new ExtentMap<LiveRecord>()
  readonly writes = new Set<BlockRange>()
  through: ThroughWrite[] = []
  /** The last try to destage failed. */
  isFailing = false
  /** Some try has, since nothing was dirty last. */
  hasFailed = false
  isRetryComing = false

  constructor(volumeId: number) {
    this.volumeId = volumeId
  }

  get isIdle(): boolean {
    return this.extents.isEmpty && this.writes.size === 0 && this.through.length === 0
  }

  isBeingWritten(range: BlockRange): boolean {
    for (const write of this.writes) if (overlap(write, range)) return true
    return false
  }

  isFree(extent: Extent<LiveRecord>): boolean {
    return extent.write === undefined && !this.isBeingWritten(extent)
  }

  /** A write that was acknowledged before these would be undone by them: it has to go behind them. */
  hasThrough(range: BlockRange): boolean {
    return this.through.some(({ record }) => overlap(record, range))
  }

  dirtyRecords(): Set<LiveRecord> {
    return new Set(this.extents.all().map(({ source }) => source))
  }
}

export function overlap(one: BlockRange, other: BlockRange): boolean {
  return one.firstBlock < other.endBlock && other.firstBlock < one.endBlock
}
