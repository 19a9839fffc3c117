import { BLOCK_BYTES, KIB } from '../../../base/units'
import { bytesOf, ExtentMap, type Extent } from '../destage/extent-map'
import type { PartialParity } from '../../raid/partial-parity'
import type { VolumePlace } from '../log/live-record'
import { encodeRecord, type LogRecord } from '../log/record'
import type { ReplayJournal } from './replay-journal'

const RUN_BLOCKS = (512 * KIB) / BLOCK_BYTES
const RUNS_UNDER_WAY = 8

export interface ReplayOutcome {
  readonly records: number
  readonly blocks: number
  /** Volumes whose drives did not take everything. */
  readonly failedVolumes: readonly number[]
  /** Some of that was for want of room, which may be there later. */
  readonly isShortOfRoom: boolean
}

interface Source {
  readonly firstBlock: number
  readonly bytes: Uint8Array
}

/**
 * Writes the newest data of every block in these records to the drives. Stripes may be interrupted, so parity is computed from
 * data. If a drive cannot give a block, it is computed from the partial parity that was logged. A replay may run twice, and it
 * may be interrupted: the records stay in the NVRAM until their owner clears it.
 */
export function replay(
  records: readonly LogRecord[],
  journal: ReplayJournal,
  place: (volumeId: number) => VolumePlace | undefined,
  done: (outcome: ReplayOutcome) => void,
): void {
  const writes = records.filter(({ parityBlocks }) => parityBlocks === undefined)
  const volumes = newestData(writes)
  for (const volumeId of volumes.keys()) {
    const target = place(volumeId)
    if (target !== undefined)
      journal.begin(
        volumeId,
        target,
        records.filter((record) => record.volumeId === volumeId && record.parityBlocks !== undefined),
      )
  }
  const runs = [...volumes].flatMap(([volumeId, extents]) => runsOf(extents).map((run) => ({ volumeId, run })))
  const failed = new Set<number>()
  let isShortOfRoom = false
  let blocks = 0
  let next = 0
  let underWay = 0
  let isStarting = false
  const more = (): void => {
    if (isStarting) return
    isStarting = true
    while (underWay < RUNS_UNDER_WAY && next < runs.length) {
      const { volumeId, run } = runs[next++]!
      const target = place(volumeId)
      if (target === undefined) {
        failed.add(volumeId)
        continue
      }
      underWay++
      const firstBlock = run[0]!.firstBlock
      const data = run.map((extent) => bytesOf(extent, extent.firstBlock, extent.endBlock))
      const secure = (partials: readonly PartialParity[], go: (isSecured: boolean) => void): void =>
        journal.secure(volumeId, target, partials, go)
      target.io.write({ firstBlock, data, claim: target.claim, recomputeParity: true, secure }, (outcome) => {
        underWay--
        if (outcome.ok) blocks += run.at(-1)!.endBlock - firstBlock
        else {
          failed.add(volumeId)
          isShortOfRoom ||= outcome.fault === 'no-space'
        }
        more()
      })
    }
    isStarting = false
    if (underWay === 0 && next === runs.length) {
      next = Infinity
      // The log may have partial parity of updates that had ended: their data was given up first.
      for (const volumeId of volumes.keys()) if (!failed.has(volumeId)) place(volumeId)?.io.forgetInterrupted()
      done({ records: writes.length, blocks, failedVolumes: [...failed], isShortOfRoom })
    }
  }
  more()
}

function newestData(records: readonly LogRecord[]): Map<number, ExtentMap<Source>> {
  const volumes = new Map<number, ExtentMap<Source>>()
  for (const record of records) {
    let extents = volumes.get(record.volumeId)
    if (extents === undefined) volumes.set(record.volumeId, (extents = new ExtentMap()))
    const { firstBlock } = record
    const source = { firstBlock, bytes: encodeRecord(record, [record.data]) }
    extents.insert({ firstBlock, endBlock: firstBlock + record.blockCount, source }, () => undefined)
  }
  return volumes
}

/** Joins adjacent extents to runs of limited length. */
function runsOf(extents: ExtentMap<Source>): Extent<Source>[][] {
  const runs: Extent<Source>[][] = []
  let blocks = 0
  for (const extent of extents.all()) {
    const run = runs.at(-1)
    const length = extent.endBlock - extent.firstBlock
    if (run !== undefined && run.at(-1)!.endBlock === extent.firstBlock && blocks + length <= RUN_BLOCKS) {
      run.push(extent)
      blocks += length
    } else {
      runs.push([extent])
      blocks = length
    }
  }
  return runs
}
