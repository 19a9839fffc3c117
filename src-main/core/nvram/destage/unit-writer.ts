import { assert } from '../../../base/assert'
import { BLOCK_BYTES, KIB } from '../../../base/units'
import type { ControllerId } from '../../../contract/controller-id'
import type { TraceTag, TracePort } from '../../ports'
import type { GroupOutcome } from '../../raid/group-io'
import type { CachePorts } from '../cache-status'
import type { LiveRecord, VolumePlace } from '../log/live-record'
import { bytesOf, type Extent } from './extent-map'
import type { StripeJournal } from './stripe-journal'
import type { BlockRange, VolumeDirt } from './volume-dirt'

/** The most adjacent data that goes to the drives as one write: several full stripes. */
export const RUN_BLOCKS = (512 * KIB) / BLOCK_BYTES
const UNITS_UNDER_WAY = 16

export interface UnitWriterParts {
  readonly self: ControllerId
  readonly trace: TracePort
  readonly ports: CachePorts
  readonly journal: StripeJournal
  /** A unit is on the drives, or they did not take it. Its range is free for others. */
  ended(dirt: VolumeDirt, range: BlockRange, outcome: GroupOutcome<undefined>): void
}

/**
 * Writes dirty data to the drives in units. A unit is what one write takes. With parity it is everything that is dirty in one
 * stripe. Without parity it is a run of adjacent data. Two units never overlap.
 */
export class UnitWriter {
  readonly #parts: UnitWriterParts
  #underWay = 0

  constructor(parts: UnitWriterParts) {
    this.#parts = parts
  }

  /** No more units should start, except for urgent ones. */
  get isBusy(): boolean {
    return this.#underWay >= UNITS_UNDER_WAY
  }

  /** Writes everything that is dirty of the record, each part with its unit. False if some part has to wait for another write. */
  start(dirt: VolumeDirt, record: LiveRecord): boolean {
    const place = this.#parts.ports.place(record.volumeId)
    if (place === undefined) return true
    let all = true
    for (const extent of extentsOf(dirt, place, record)) {
      if (extent.source !== record || extent.write !== undefined) continue
      if (dirt.isFree(extent)) this.#write(dirt, place, unitAround(dirt, place, extent))
      else all = false
    }
    return all
  }

  #write(dirt: VolumeDirt, place: VolumePlace, unit: readonly Extent<LiveRecord>[]): void {
    const { volumeId } = dirt
    const range: BlockRange = { firstBlock: unit[0]!.firstBlock, endBlock: unit.at(-1)!.endBlock }
    for (const extent of unit) {
      const { state, sequence } = extent.source
      assert(state === 'dirty' && extent.write === undefined, () => `record ${sequence} goes to the drives, being ${state}`)
      extent.write = range
    }
    dirt.writes.add(range)
    this.#underWay++
    const trace = unit.find(({ source }) => source.trace !== undefined)?.source.trace
    const cause = this.#traceDestage(trace, volumeId, range)
    const { secure, release } = this.#parts.journal.cover(volumeId, place)
    const runs = runsOf(unit)
    const [first] = runs
    const terms = { claim: place.claim, cause, secure }
    const done = (outcome: GroupOutcome<undefined>): void => {
      release()
      this.#underWay--
      assert(this.#underWay >= 0, 'more units ended than began')
      dirt.writes.delete(range)
      this.#parts.ended(dirt, range, outcome)
    }
    if (runs.length === 1 && first !== undefined) place.io.write({ ...terms, ...first }, done)
    else place.io.writeStripe({ ...terms, runs }, done)
  }

  #traceDestage(trace: TraceTag | undefined, volumeId: number, range: BlockRange): number | undefined {
    if (trace === undefined) return undefined
    const data = { volumeId, firstBlock: range.firstBlock, blockCount: range.endBlock - range.firstBlock }
    return this.#parts.trace.record({ ...trace, place: `controller-${this.#parts.self}`, kind: 'nvram.destaged', data })
  }
}

/** The extents in the range of the record. With parity they are split where stripes end. */
function extentsOf(dirt: VolumeDirt, { io }: VolumePlace, { firstBlock, endBlock }: LiveRecord): readonly Extent<LiveRecord>[] {
  if (io.parityCount > 0) {
    dirt.extents.splitAt(firstBlock)
    for (let block = io.map.stripeAt(firstBlock).endBlock; block < endBlock; block = io.map.stripeAt(block).endBlock)
      dirt.extents.splitAt(block)
  }
  return dirt.extents.within(firstBlock, endBlock)
}

/**
 * The extent, and what goes to the drives with it. With parity that is everything free in its stripe, so that the parity of
 * the stripe is computed once.
 */
function unitAround(dirt: VolumeDirt, { io }: VolumePlace, extent: Extent<LiveRecord>): readonly Extent<LiveRecord>[] {
  const isFree = (candidate: Extent<LiveRecord>): boolean => dirt.isFree(candidate)
  if (io.parityCount === 0) return dirt.extents.runAround(extent, RUN_BLOCKS, isFree)
  const { firstBlock, endBlock } = io.map.stripeAt(extent.firstBlock)
  dirt.extents.splitAt(firstBlock)
  dirt.extents.splitAt(endBlock)
  return dirt.extents.within(firstBlock, endBlock).filter(isFree)
}

interface DirtyRun {
  readonly firstBlock: number
  readonly data: Uint8Array[]
}

/** Joins adjacent extents to runs. */
function runsOf(unit: readonly Extent<LiveRecord>[]): DirtyRun[] {
  const runs: DirtyRun[] = []
  let endBlock = -1
  for (const extent of unit) {
    const bytes = bytesOf(extent, extent.firstBlock, extent.endBlock)
    if (extent.firstBlock === endBlock) runs.at(-1)!.data.push(bytes)
    else runs.push({ firstBlock: extent.firstBlock, data: [bytes] })
    endBlock = extent.endBlock
  }
  return runs
}
