import { BLOCK_BYTES } from '../base/units'
import type { Place } from '../contract/trace'
import type { DriveStatus, TracePort } from '../core/ports'
import type { DriveFaultCells } from './drive-fault-table'
import type { DriveTap } from './flight/drive-tap'
import type { ImageDrive } from './image-drive'
import type { Reactor } from './reactor'

const REASONS = {
  pulled: 'does not answer: it was pulled from its bay',
  dead: 'does not answer: it is dead',
  present: 'was taken out and put back, so it may be another one',
} as const

/**
 * A drive with the faults that somebody gave it (`drive-fault-table`). They are in the device: the core sees what it would see of a
 * real one, such as no answer, an answer that takes long, or a medium error. A drive that was out for a moment fails like one that is
 * out, as on a bus that tells of it.
 */
export function withFaults(
  drive: ImageDrive,
  options: { readonly faults: DriveFaultCells; readonly reactor: Reactor; readonly trace: TracePort; readonly tap?: DriveTap | undefined },
): ImageDrive {
  const { faults, reactor, trace, tap } = options
  const place: Place = `drive-${drive.index}`
  let removals = faults.removals
  const isWell = (): boolean => faults.isWell && faults.removals === removals
  const isOut = (): boolean => faults.presence !== 'present' || faults.removals !== removals
  const reason = (): string => REASONS[faults.presence]

  /** Calls `access` when the drive gets to it. If it is out, the access fails like each after it, until somebody opens it anew. */
  function reach(access: (askedAtMs: number | undefined) => void): void {
    const askedAtMs = tap?.askedAtMs()
    const reached = (): void => {
      if (isOut() && drive.state === 'online') drive.distrust(reason())
      access(askedAtMs)
    }
    const milliseconds = faults.extraLatencyMs
    if (milliseconds === 0) reached()
    else setTimeout(() => reactor.turn(reached), milliseconds)
  }

  return {
    index: drive.index,
    blockCount: drive.blockCount,
    get reads() {
      return drive.reads
    },
    get writes() {
      return drive.writes
    },
    get refusedWrites() {
      return drive.refusedWrites
    },
    get state() {
      return isOut() ? 'failed' : drive.state
    },
    get message() {
      return drive.message ?? (isOut() ? reason() : undefined)
    },
    read(io, done) {
      if (isWell()) return drive.read(io, done)
      reach((askedAtMs) => {
        const blockCount = io.into.length / BLOCK_BYTES
        if (drive.state === 'failed' || !faults.isSpoilt(io.firstBlock, blockCount)) return drive.read(io, done, askedAtMs)
        const message = 'has a medium error: a sector cannot be read'
        trace.record({ place, kind: 'drive.error', data: { message, block: io.firstBlock, blockCount } })
        if (askedAtMs !== undefined) tap?.read(io.firstBlock, io.into, 'medium-error', askedAtMs)
        reactor.defer(() => done('medium-error'))
      })
    },
    write(io, done) {
      if (isWell()) return drive.write(io, done)
      const healed = (status: DriveStatus): void => {
        if (status === 'good') faults.heal(io.firstBlock, blocksOf(io.from))
        done(status)
      }
      reach((askedAtMs) => drive.write(io, healed, askedAtMs))
    },
    flush(io, done) {
      if (isWell()) drive.flush(io, done)
      else reach((askedAtMs) => drive.flush(io, done, askedAtMs))
    },
    distrust: (why) => drive.distrust(why),
    reopen() {
      removals = faults.removals
      drive.reopen()
    },
    reopenForRebuild() {
      removals = faults.removals
      drive.reopenForRebuild()
    },
    close: () => drive.close(),
  }
}

function blocksOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((bytes, { length }) => bytes + length, 0) / BLOCK_BYTES
}
