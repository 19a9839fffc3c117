import { assert } from '../../../base/assert'
import { ExtentMap, type Extent } from './extent-map'
import type { GroupFault } from '../../raid/group-io'
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

/** The data of one volume that is not on the drives, and its writes to the drives that are under way. */
export class VolumeDirt {
  readonly volumeId: number
  readonly extents = new ExtentMap<LiveRecord>()
  readonly writes = new Set<BlockRange>()
  through: ThroughWrite[] = []
  /** Why the last try to destage failed; undefined if it did not. */
  fault: GroupFault | undefined
  /** Some of its data waits for room on the drives, and when they last had none. */
  isShortOfRoom = false
  hadNoRoomAtMs = 0
  /** Some try failed since the volume was last clean. */
  hasFailed = false
  isRetryComing = false

  constructor(volumeId: number) {
    this.volumeId = volumeId
  }

  get isFailing(): boolean {
    return this.fault !== undefined
  }

  get isIdle(): boolean {
    return this.extents.isEmpty && this.writes.size === 0 && this.through.length === 0
  }

  /** The record has the newest data of its blocks. Calls `covered` for what it hides of older records. */
  insert(record: LiveRecord, covered: (old: LiveRecord, blockCount: number) => void): void {
    const { firstBlock, endBlock, state, sequence } = record
    assert(state === 'logged' || state === 'through', () => `record ${sequence} becomes dirty, being ${state}`)
    record.state = 'dirty'
    record.liveBlocks = endBlock - firstBlock
    this.extents.insert({ firstBlock, endBlock, source: record }, covered)
  }

  /** The drives did not take this write. What it included may go with another one. */
  release(write: BlockRange): void {
    for (const extent of this.extents.within(write.firstBlock, write.endBlock)) if (extent.write === write) extent.write = undefined
  }

  isBeingWritten(range: BlockRange): boolean {
    for (const write of this.writes) if (overlap(write, range)) return true
    return false
  }

  isFree(extent: Extent<LiveRecord>): boolean {
    return extent.write === undefined && !this.isBeingWritten(extent)
  }

  /** Some write goes straight to the drives in this range. A newer one must go behind it, or the older one could overwrite it. */
  hasThrough(range: BlockRange): boolean {
    return this.through.some(({ record }) => overlap(record, range))
  }

  /** Takes the writes that have not begun. They will not. */
  takeWaitingThrough(): readonly ThroughWrite[] {
    const waiting = this.through.filter(({ isUnderWay }) => !isUnderWay)
    this.through = this.through.filter(({ isUnderWay }) => isUnderWay)
    return waiting
  }

  dirtyRecords(): Set<LiveRecord> {
    return new Set(this.extents.all().map(({ source }) => source))
  }
}

export function overlap(one: BlockRange, other: BlockRange): boolean {
  return one.firstBlock < other.endBlock && other.firstBlock < one.endBlock
}
