import { present } from '../../base/assert'
import { ChunkCursor } from '../../base/chunk-cursor'
import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { TraceTag } from '../ports'
import type { GroupFault, GroupIo, GroupOutcome, GroupWrite, StripeWrite } from '../raid/group-io'
import type { PartialParity } from '../raid/partial-parity'
import type { Slice, VolumeMap } from './volume-map'

interface BlockRange {
  readonly firstBlock: number
  readonly blockCount: number
}

/** A command as it came in fits: it is not copied on its way to the group. */
export interface VolumeRead extends BlockRange {
  readonly trace: TraceTag | undefined
}

/**
 * A volume's data on the drives, in blocks of the volume: nobody above needs to know its groups. As with `GroupIo`, `done` is
 * called once, after the call has returned.
 *
 * How it is meant to be used:
 * - Where a volume is found (`place`), hand out `{ io, claim }`, `io` being made once for each map.
 * - A reader gives its read as it is: `io.read(command, done)`. Inside one slice that costs one lookup and one addition.
 * - A destager gives what lies one behind the other in the volume, and does not care about slices. `secure` then speaks of
 *   blocks of the volume, so partial parity goes into the log as it comes, with nothing to subtract. It is asked **once for
 *   each slice** whose stripes need it, so a cover must add to what it has logged, and must not replace it.
 * - A replay gives the partial parity of its records to `noteInterrupted` as it stands in the log, and asks a `VolumeRows`
 *   what its region has said already.
 * - A write that is not good may be on the drives in part: of one slice and not of the next, too. It does no harm to write
 *   it again.
 */
export class VolumeIo {
  readonly map: VolumeMap<GroupIo>
  /** Parity blocks of a row, at most: 0 where an update of a stripe has nothing to log. */
  readonly parityCount: number

  constructor(map: VolumeMap<GroupIo>) {
    this.map = map
    this.parityCount = Math.max(...map.groups.map(({ layout }) => layout.rule.parityCount))
  }

  read(io: VolumeRead, done: (outcome: GroupOutcome<readonly Uint8Array[]>) => void): void {
    const { firstBlock, blockCount, trace } = io
    const slice = this.map.sliceAt(firstBlock)
    if (firstBlock + blockCount <= slice.endBlock) {
      slice.group.read({ firstBlock: firstBlock + slice.shift, blockCount, cause: trace?.cause }, done)
      return
    }
    const runs = this.map.runs(firstBlock, blockCount)
    const pieces: (readonly Uint8Array[])[] = []
    const finish = whenAll(runs.length, (fault) => done(fault === undefined ? { ok: true, value: pieces.flat() } : { ok: false, fault }))
    runs.forEach(({ group, groupBlock, blockCount: count }, index) => {
      group.read({ firstBlock: groupBlock, blockCount: count, cause: trace?.cause }, (outcome) => {
        if (outcome.ok) pieces[index] = outcome.value
        finish(outcome)
      })
    })
  }

  write(io: GroupWrite, done: (outcome: GroupOutcome<undefined>) => void): void {
    const { firstBlock, data } = io
    const blockCount = blocksOf(data)
    const slice = this.map.sliceAt(firstBlock)
    if (firstBlock + blockCount <= slice.endBlock) {
      writeInSlice(slice, io, done)
      return
    }
    const runs = this.map.runs(firstBlock, blockCount)
    const cursor = new ChunkCursor(data)
    const finish = whenAll(runs.length, (fault) => done(fault === undefined ? { ok: true, value: undefined } : { ok: false, fault }))
    for (const { volumeBlock, blockCount: count } of runs) {
      writeInSlice(this.map.sliceAt(volumeBlock), { ...io, firstBlock: volumeBlock, data: cursor.take(count * BLOCK_BYTES) }, finish)
    }
  }

  /** Several runs of one stripe as one update: see `GroupIo`. Two of them may not be in different stripes. */
  writeStripe(io: StripeWrite, done: (outcome: GroupOutcome<undefined>) => void): void {
    const { runs, secure } = io
    const { group, shift } = this.map.sliceAt(present(runs[0], 'a run').firstBlock)
    const shiftedRuns = runs.map(({ firstBlock, data }) => ({ firstBlock: firstBlock + shift, data }))
    group.writeStripe({ ...io, runs: shiftedRuns, secure: secureHere(secure, shift) }, done)
  }

  /** Everything that was written before is on stable storage at `done`. */
  flush(io: { readonly cause?: TraceId | undefined }, done: (outcome: GroupOutcome<undefined>) => void): void {
    const { groups } = this.map
    const finish = whenAll(groups.length, (fault) => done(fault === undefined ? { ok: true, value: undefined } : { ok: false, fault }))
    for (const group of groups) group.flush(io, finish)
  }

  /** A write has failed in the middle of these blocks' stripes: some of its parts are on the drives, and some are not. */
  isInterrupted({ firstBlock, blockCount }: BlockRange): boolean {
    const runs = this.map.runs(firstBlock, blockCount)
    return runs.some(({ group, groupBlock, blockCount: count }) => group.isInterrupted({ firstBlock: groupBlock, blockCount: count }))
  }

  /** Updates in whose middle a writer may have died, in their order; each is of one stripe. */
  noteInterrupted(updates: readonly PartialParity[]): void {
    for (const update of updates) {
      if (!isIn(this.map, update)) continue
      const { group, shift } = this.map.sliceAt(update.firstBlock)
      group.noteInterrupted([shifted(update, shift)])
    }
  }

  /** Somebody else writes the volume from here on: what was noted of its stripes is forgotten. */
  forgetInterrupted(): void {
    for (const { group, firstBlock, endBlock, shift } of this.map.slices) {
      group.forgetInterrupted({ firstBlock: firstBlock + shift, blockCount: endBlock - firstBlock })
    }
  }
}

/** What is read from a log may be anything. */
export function isIn({ blockCount }: VolumeMap<GroupIo>, range: BlockRange): boolean {
  return range.firstBlock >= 0 && range.firstBlock + range.blockCount <= blockCount
}

export function shifted(update: PartialParity, shift: number): PartialParity {
  return { ...update, firstBlock: update.firstBlock + shift }
}

function writeInSlice({ group, shift }: Slice<GroupIo>, io: GroupWrite, done: (outcome: GroupOutcome<undefined>) => void): void {
  const { firstBlock, data, claim, cause, makeParityAnew, secure } = io
  group.write({ firstBlock: firstBlock + shift, data, claim, cause, makeParityAnew, secure: secureHere(secure, shift) }, done)
}

/** What the group says of its blocks, said of those of the volume. */
function secureHere(secure: GroupWrite['secure'], shift: number): GroupWrite['secure'] {
  return (
    secure &&
    ((partials, go) =>
      secure(
        partials.map((partial) => shifted(partial, -shift)),
        go,
      ))
  )
}

/** The worst first: who has lost the claim must learn of it, whatever else went wrong. */
const FAULTS: readonly GroupFault[] = ['stale-epoch', 'hardware-error', 'medium-error']

/** Collects so many outcomes, and tells the worst of their faults. */
function whenAll(count: number, done: (fault: GroupFault | undefined) => void): (outcome: GroupOutcome<unknown>) => void {
  const seen = new Set<GroupFault>()
  let waiting = count
  return (outcome) => {
    if (!outcome.ok) seen.add(outcome.fault)
    if (--waiting === 0) done(FAULTS.find((fault) => seen.has(fault)))
  }
}

function blocksOf(data: readonly Uint8Array[]): number {
  let bytes = 0
  for (const chunk of data) bytes += chunk.length
  return bytes / BLOCK_BYTES
}
