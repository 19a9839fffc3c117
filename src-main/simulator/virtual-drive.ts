import type { Prng } from '../base/prng'
import { BLOCK_BYTES } from '../base/units'
import { LIMITS } from '../contract/limits'
import type { TraceId } from '../contract/trace'
import type { ClockPort, DrivePort, DriveStatus, WriteClaim } from '../core/ports'
import type { VirtualClaims } from './claim-table'
import type { DriveFile, DriveMedium } from './drive-medium'
import type { Incarnation } from './incarnation'
import type { TracedEvent } from './trace-log'

export interface DriveLatency {
  readonly minMs: number
  readonly maxMs: number
  readonly flushMs: number
}

/** A write as it reaches the medium, for checkers. */
export interface LandedWrite {
  readonly drive: number
  readonly incarnation: Incarnation
  readonly claim: WriteClaim
  readonly firstBlock: number
  readonly blockCount: number
}

export interface DriveWatcher {
  issued(write: LandedWrite): void
  landed(write: LandedWrite): void
  /** The write has landed, or never will. */
  ended(write: LandedWrite): void
}

/**
 * A drive as one incarnation of a controller reaches it. A write lands at some moment between its issue and its completion, and
 * its claim is checked at that moment. If the controller dies while a write is in flight, the write may land whole, in part, or
 * not at all, but never after the exit.
 */
export function virtualDrive(parts: {
  readonly medium: DriveMedium
  readonly incarnation: Incarnation
  readonly clock: ClockPort
  readonly random: Prng
  readonly claims: VirtualClaims
  readonly latency: DriveLatency
  readonly watcher: DriveWatcher
  /** Shows viewers what a traced command does here. */
  readonly aside?: (event: TracedEvent) => void
  /** Shows them every access, also where no traced command is its cause. */
  readonly tellsAll?: boolean
}): DrivePort {
  const { medium, incarnation, clock, random, claims, latency, watcher, aside, tellsAll = false } = parts
  let isDistrusted = false
  let file = medium.open()
  reopen()
  const isSilent = (): boolean => medium.isFailed || isDistrusted
  /** Looks at the length of the file, up to where it is used. Once it was found too short, it is used no more. */
  const isShort = (used: DriveFile, endBlock: number): boolean => {
    const isCut = used === medium.file && medium.endBlock < endBlock
    if (used === file) isDistrusted ||= isCut
    return isCut || isDistrusted
  }
  const draw = (): number => medium.extraLatencyMs + latency.minMs + random.fraction() * (latency.maxMs - latency.minMs)

  function reopen(): void {
    file = medium.open()
    isDistrusted = medium.isCut
  }

  /** What was issued to a file goes there, also if another one was opened meanwhile. */
  function land(write: LandedWrite, chunks: readonly Uint8Array[], into: DriveFile): DriveStatus {
    if (isSilent()) return 'failed'
    if (!claims.admits(write.claim)) return 'stale-epoch'
    if (isShort(into, medium.blockCount)) return 'failed'
    const isTorn = !incarnation.isAlive && random.chance(0.5)
    const room = medium.roomFor(write.firstBlock, write.blockCount)
    const blocks = isTorn ? Math.min(room, random.below(write.blockCount + 1)) : room
    if (room === 0) return 'no-space'
    medium.writeChunks(write.firstBlock, chunks, blocks, into)
    if (blocks > 0) watcher.landed(write)
    return room < write.blockCount ? 'no-space' : 'good'
  }

  function tell(
    kind: 'drive.read' | 'drive.write' | 'drive.flush',
    cause: TraceId | undefined,
    data?: { readonly block: number; readonly blockCount: number; readonly volumeId?: number },
  ): void {
    if (cause !== undefined || tellsAll)
      aside?.({ place: `controller-${incarnation.controller}`, kind, cause, to: `drive-${medium.index}`, data })
  }

  return {
    index: medium.index,
    blockCount: medium.blockCount,
    read({ firstBlock, into, cause }, done) {
      tell('drive.read', cause, { block: firstBlock, blockCount: into.length / BLOCK_BYTES })
      const from = file
      incarnation.after(draw(), () => {
        const blockCount = into.length / BLOCK_BYTES
        if (isSilent() || isShort(from, firstBlock + blockCount)) {
          medium.missed(incarnation.controller)
          done('failed')
        } else if (!medium.canRead(firstBlock, blockCount)) done('medium-error')
        else {
          medium.read(firstBlock, into, from)
          done('good')
        }
      })
    },
    write({ firstBlock, from, claim, cause }, done) {
      const write = { drive: medium.index, incarnation, claim, firstBlock, blockCount: blocksOf(from) }
      // The claim says for which volume it is written, if it is not the array's own.
      const volume = claim.slot < LIMITS.volumes ? { volumeId: claim.slot } : {}
      tell('drive.write', cause, { block: firstBlock, blockCount: write.blockCount, ...volume })
      const totalMs = draw()
      const landsAfterMs = totalMs * random.fraction()
      const into = file
      watcher.issued(write)
      clock.after(landsAfterMs, () => {
        const status = incarnation.hasExited ? 'failed' : land(write, from, into)
        watcher.ended(write)
        incarnation.after(totalMs - landsAfterMs, () => done(status))
      })
    },
    flush({ cause }, done) {
      tell('drive.flush', cause)
      const flushed = medium.cache?.flushBegins()
      incarnation.after(latency.flushMs * (0.5 + random.fraction()), () => {
        isDistrusted ||= medium.flushesFail
        if (isSilent()) medium.missed(incarnation.controller)
        else flushed?.()
        done(isSilent() ? 'failed' : 'good')
      })
    },
    distrust: () => (isDistrusted = true),
    reopen,
    reopenForRebuild: () => {
      reopen()
      medium.accepted()
    },
  }
}

function blocksOf(chunks: readonly Uint8Array[]): number {
  let bytes = 0
  for (const chunk of chunks) bytes += chunk.length
  return bytes / BLOCK_BYTES
}
