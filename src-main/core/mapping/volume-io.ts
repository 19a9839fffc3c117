import { present } from '../../base/assert'
import { ChunkCursor } from '../../base/chunk-cursor'
import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { TraceTag } from '../ports'
import type { GroupFault, GroupIo, GroupOutcome, GroupWrite, StripeWrite } from '../raid/group-io'
import type { PartialParity } from '../raid/partial-parity'
import type { Slice, VolumeMap } from './volume-map'
import type { BlockRange } from './volume-regions'
import { WriteIntents } from './write-intents'

/** A command already has this shape when it arrives, so callers need not copy it. */
export interface VolumeRead extends BlockRange {
  readonly trace: TraceTag | undefined
}

/**
 * A volume's data on the drives, in blocks of the volume, so that callers need not know its groups. As with `GroupIo`, `done` is
 * called once, after the call has returned.
 *
 * How to use it:
 * - Where a volume is found (`place`), hand out `{ io, claim }`, and create one `io` for each map.
 * - A reader passes its command as it is: `io.read(command, done)`. Inside one slice that costs one lookup and one addition.
 * - A destager passes what is contiguous in the volume and ignores slices. `secure` then gets blocks of the volume, so partial
 *   parity goes into the log unchanged. It is called **once for each slice** whose stripes need it, so its caller must add to
 *   what was logged and must not replace it.
 * - A replay passes the partial parity of its records to `noteInterrupted` as it is in the log, and asks a `VolumeRows` which
 *   rows are noted already.
 * - After a write that is not good, part of it may be on the drives, perhaps in only one of two slices. Writing it again does no
 *   harm.
 */
export class VolumeIo {
  readonly map: VolumeMap<GroupIo>
  /** The most parity blocks that a row has; 0 if the update of a stripe has nothing to log. */
  readonly parityCount: number
  /** Undefined if there are no copies or parity that could be wrong. */
  readonly intents: WriteIntents | undefined

  /** `volumeId` names its place in the write-intent maps; without it, nothing is marked. */
  constructor(map: VolumeMap<GroupIo>, volumeId?: number) {
    this.map = map
    this.intents = volumeId === undefined ? undefined : WriteIntents.of(map, volumeId)
    this.parityCount = Math.max(...map.groups.map(({ layout }) => layout.rule.parityCount))
  }

  read(io: VolumeRead, done: (outcome: GroupOutcome<readonly Uint8Array[]>) => void): void {
    const { intents } = this
    if (intents === undefined || intents.isClear) this.#read(io, done)
    else intents.beforeRead(io, (fault) => (fault === undefined ? this.#read(io, done) : done({ ok: false, fault })))
  }

  #read(io: VolumeRead, done: (outcome: GroupOutcome<readonly Uint8Array[]>) => void): void {
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
    this.#marked({ firstBlock: io.firstBlock, blockCount: blocksOf(io.data) }, (end) => this.#write(io, end), done)
  }

  /** Runs a write while its range is marked on the drives. */
  #marked(
    range: BlockRange,
    run: (end: (outcome: GroupOutcome<undefined>) => void) => void,
    done: (outcome: GroupOutcome<undefined>) => void,
  ): void {
    const { intents } = this
    if (intents === undefined) return run(done)
    const end = (outcome: GroupOutcome<undefined>): void => {
      intents.afterWrite(range, outcome.ok)
      done(outcome)
    }
    intents.beforeWrite(range, (fault) => (fault === undefined ? run(end) : end({ ok: false, fault })))
  }

  #write(io: GroupWrite, done: (outcome: GroupOutcome<undefined>) => void): void {
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

  /** Writes several runs of one stripe as one update (see `GroupIo`). All of them must be in the same stripe. */
  writeStripe(io: StripeWrite, done: (outcome: GroupOutcome<undefined>) => void): void {
    const { runs, secure } = io
    const { firstBlock: first } = present(runs[0], 'a run')
    const { group, shift } = this.map.sliceAt(first)
    const shiftedRuns = runs.map(({ firstBlock, data }) => ({ firstBlock: firstBlock + shift, data }))
    const write = { ...io, runs: shiftedRuns, secure: secureHere(secure, shift) }
    // All runs are in one stripe, so one block stands for them.
    this.#marked({ firstBlock: first, blockCount: 1 }, (end) => group.writeStripe(write, end), done)
  }

  /** Calls `done` when everything written before is on stable storage. */
  flush(io: { readonly cause?: TraceId | undefined }, done: (outcome: GroupOutcome<undefined>) => void): void {
    const { groups } = this.map
    const finish = whenAll(groups.length, (fault) => done(fault === undefined ? { ok: true, value: undefined } : { ok: false, fault }))
    for (const group of groups) group.flush(io, finish)
  }

  /** Whether a write failed in the stripes of these blocks, so that only part of it may be on the drives. */
  isInterrupted({ firstBlock, blockCount }: BlockRange): boolean {
    const slice = this.map.sliceOfStripes({ firstBlock, blockCount })
    if (slice !== undefined) return slice.group.isInterrupted({ firstBlock: firstBlock + slice.shift, blockCount })
    const runs = this.map.runs(firstBlock, blockCount)
    return runs.some(({ group, groupBlock, blockCount: count }) => group.isInterrupted({ firstBlock: groupBlock, blockCount: count }))
  }

  /**
   * Notes updates that a writer may have left interrupted, in their order. Each is within one stripe. What is read from a log may be
   * anything: an update elsewhere is left out.
   */
  noteInterrupted(updates: readonly PartialParity[]): void {
    for (const update of updates) {
      const slice = this.map.sliceOfStripes(update)
      slice?.group.noteInterrupted([shifted(update, slice.shift)])
    }
  }

  /** This controller no longer writes the volume, so what was noted of its stripes is forgotten. */
  forgetInterrupted(): void {
    for (const { group, firstBlock, endBlock, shift } of this.map.slices) {
      group.forgetInterrupted({ firstBlock: firstBlock + shift, blockCount: endBlock - firstBlock })
    }
  }
}

export function shifted(update: PartialParity, shift: number): PartialParity {
  return { ...update, firstBlock: update.firstBlock + shift }
}

function writeInSlice({ group, shift }: Slice<GroupIo>, io: GroupWrite, done: (outcome: GroupOutcome<undefined>) => void): void {
  const { firstBlock, data, claim, cause, recomputeParity, secure } = io
  group.write({ firstBlock: firstBlock + shift, data, claim, cause, recomputeParity, secure: secureHere(secure, shift) }, done)
}

/** Translates the group's blocks into blocks of the volume. */
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

/** The worst first: a lost claim must be reported, whatever else went wrong. */
const FAULTS: readonly GroupFault[] = ['stale-epoch', 'hardware-error', 'medium-error', 'no-space']

/** Collects `count` outcomes and reports the worst fault. */
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
