import * as fs from 'node:fs'
import { assert } from '../base/assert'
import { BLOCK_BYTES } from '../base/units'
import type { Place } from '../contract/trace'
import type { DrivePort, DriveStatus, TracePort, WriteClaim } from '../core/ports'
import type { ClaimTable } from './claims'
import type { DriveFaultCells } from './drive-fault-table'
import { checkImageLength, openReturnedDrive, type DriveFile } from './drive-files'
import type { DriveTap } from './flight/drive-tap'
import { readFully, totalLength, writeFully } from './image-io'
import { ImageLock } from './image-lock'
import type { Reactor } from './reactor'

export interface ImageDriveOptions {
  readonly drive: DriveFile
  readonly arrayId: string
  readonly claims: ClaimTable
  readonly reactor: Reactor
  readonly trace: TracePort
  /** Who uses the drive, for the trace. */
  readonly place: Place
  /** What all who use the drive know of it. */
  readonly faults: Pick<DriveFaultCells, 'wasCut' | 'setCut'>
  readonly tap?: DriveTap | undefined
}

/** An access, and when it was asked for, if that was before now. */
type Since<Access extends DrivePort['read' | 'write' | 'flush']> = [...call: Parameters<Access>, askedAtMs?: number]

export interface ImageDrive extends DrivePort {
  read(...access: Since<DrivePort['read']>): void
  write(...access: Since<DrivePort['write']>): void
  flush(...access: Since<DrivePort['flush']>): void
  readonly reads: number
  readonly writes: number
  /** Writes that a newer epoch refused. */
  readonly refusedWrites: number
  readonly state: 'online' | 'failed'
  /** Why it failed, or refuses writes. */
  readonly message: string | undefined
  close(): void
}

/** What found no room is tried again every second, so a drive that has refused nothing for this long has room again. */
const SHORT_FOR_MS = 3000

/**
 * A drive that is a raw image file. Reads and writes are done at once (page cache: about 3 us for 4 KiB, a tenth of
 * what the thread pool takes) and completed within the turn; only flushes go to the thread pool.
 * Where the disk under it is full, or a quota is used up, a write is refused and the drive goes on.
 * The first error that is not about single sectors or room fails the drive for this controller until the drive is opened again, by a
 * rebuild or a restart of the controller. The file may have been replaced by then, so both controllers reopen it for a rebuild.
 */
export function openImageDrive(options: ImageDriveOptions): ImageDrive {
  const { drive, arrayId, claims, reactor, trace, place, faults, tap } = options
  const { index, blockCount } = drive
  const drivePlace: Place = `drive-${index}`
  const counts = { reads: 0, writes: 0, refusedWrites: 0 }
  let failure: string | undefined
  /** The last write for which there was no room, and when that was. */
  let shortage: { readonly message: string; readonly atMs: number } | undefined
  let image: OpenImage | undefined
  const lock = new ImageLock(drive)
  openAsItIs()

  function openAsItIs(): void {
    openImage('cannot be opened', () => fs.openSync(drive.file, 'r+'))
  }

  function openImage(otherwise: string, open: () => number): void {
    if (image !== undefined) leave(image)
    image = undefined
    failure = undefined
    shortage = undefined
    try {
      image = { fd: openLocked(open), flushCount: 0, isLeft: false, checkedInTurn: -1 }
      checkNeverCut(image.fd)
    } catch (error) {
      failure = sentence(otherwise, error)
    }
  }

  function openLocked(open: () => number): number {
    const fd = open()
    try {
      lock.cover(fd)
      return fd
    } catch (error) {
      fs.closeSync(fd)
      throw error
    }
  }

  /**
   * A file that was cut would grow again with the next write, and what was lost would read as zeros. So the first write of every
   * turn looks at the length (about 1.5 us).
   */
  function checkLength(opened: OpenImage): void {
    if (opened.checkedInTurn === reactor.turns) return
    opened.checkedInTurn = reactor.turns
    checkNeverCut(opened.fd)
  }

  /** Of a file that has its size again, too. */
  function checkNeverCut(fd: number): void {
    noteLength(fd)
    if (faults.wasCut) throw new Error('its file had another size for some time, so a part of what was on it may be gone; rebuild it')
  }

  function noteLength(fd: number): void {
    try {
      checkImageLength(fs.fstatSync(fd), blockCount)
    } catch (error) {
      faults.setCut(true)
      throw error
    }
  }

  function fail(what: string, error: unknown): DriveStatus {
    failure ??= sentence(what, error)
    trace.record({ place: drivePlace, kind: 'drive.error', data: { message: failure } })
    return 'failed'
  }

  function readNow(firstBlock: number, into: Uint8Array): DriveStatus {
    if (failure !== undefined || image === undefined) return 'failed'
    try {
      if (readFully(image.fd, into, firstBlock * BLOCK_BYTES) < into.length) {
        // Also if it has its length again by now.
        faults.setCut(true)
        checkNeverCut(image.fd)
      }
      counts.reads++
      return 'good'
    } catch (error) {
      if (errorCode(error) !== 'EIO') return fail('cannot be read', error)
      trace.record({ place: drivePlace, kind: 'drive.error', data: { message: sentence('has a medium error', error), block: firstBlock } })
      return 'medium-error'
    }
  }

  function writeNow(firstBlock: number, from: readonly Uint8Array[], claim: WriteClaim): DriveStatus {
    if (failure !== undefined || image === undefined) return 'failed'
    if (!claims.enter(claim)) {
      counts.refusedWrites++
      trace.record({
        place: drivePlace,
        kind: 'drive.refused',
        data: { slot: claim.slot, epoch: claim.epoch, standing: claims.epoch(claim.slot) },
      })
      return 'stale-epoch'
    }
    try {
      checkLength(image)
      writeFully(image.fd, from, firstBlock * BLOCK_BYTES)
      counts.writes++
      return 'good'
    } catch (error) {
      if (isWantOfRoom(error)) return refuseForRoom(error)
      return fail('cannot be written', error)
    } finally {
      claims.leave()
    }
  }

  function refuseForRoom(error: unknown): DriveStatus {
    const message = sentence('has no room on the disk of its image, so it refuses writes', error)
    if (!isShortOfRoom()) trace.record({ place: drivePlace, kind: 'drive.short-of-room', data: { message } })
    shortage = { message, atMs: performance.now() }
    return 'no-space'
  }

  function isShortOfRoom(): boolean {
    return shortage !== undefined && performance.now() - shortage.atMs < SHORT_FOR_MS
  }

  function checkRange(firstBlock: number, byteLength: number): void {
    assert(byteLength % BLOCK_BYTES === 0, `drive ${index}: ${byteLength} bytes are not whole blocks`)
    const end = firstBlock + byteLength / BLOCK_BYTES
    assert(
      Number.isSafeInteger(firstBlock) && firstBlock >= 0 && end <= blockCount,
      `drive ${index}: blocks ${firstBlock} to ${end} of ${blockCount}`,
    )
  }

  return {
    index,
    blockCount,
    get reads() {
      return counts.reads
    },
    get writes() {
      return counts.writes
    },
    get refusedWrites() {
      return counts.refusedWrites
    },
    get state() {
      return failure === undefined ? 'online' : 'failed'
    },
    get message() {
      return failure ?? (isShortOfRoom() ? shortage?.message : undefined)
    },
    read({ firstBlock, into, cause }, done, askedAtMs = askedNowMs()) {
      checkRange(firstBlock, into.length)
      if (cause !== undefined) traceAccess('drive.read', firstBlock, into.length, cause)
      const status = readNow(firstBlock, into)
      tap?.read(firstBlock, into, status, askedAtMs)
      reactor.defer(() => done(status))
    },
    write({ firstBlock, from, claim, cause }, done, askedAtMs = askedNowMs()) {
      const byteLength = totalLength(from)
      checkRange(firstBlock, byteLength)
      if (cause !== undefined) traceAccess('drive.write', firstBlock, byteLength, cause)
      const status = writeNow(firstBlock, from, claim)
      tap?.write(firstBlock, from, claim, status, askedAtMs)
      reactor.defer(() => done(status))
    },
    flush({ cause }, done, askedAtMs = askedNowMs()) {
      if (cause !== undefined) trace.record({ place, kind: 'drive.flush', cause, to: drivePlace })
      const ended = (status: DriveStatus) => {
        tap?.flush(status, askedAtMs)
        done(status)
      }
      const flushed = image
      if (failure !== undefined || flushed === undefined) {
        reactor.defer(() => ended('failed'))
        return
      }
      flushed.flushCount++
      fs.fdatasync(flushed.fd, (error) => {
        flushed.flushCount--
        closeIfIdle(flushed)
        reactor.turn(() => ended(error === null ? 'good' : flushed.isLeft ? 'failed' : fail('cannot be flushed', error)))
      })
    },
    distrust(reason) {
      failure ??= reason
      trace.record({ place: drivePlace, kind: 'drive.error', data: { message: failure } })
    },
    reopen: openAsItIs,
    reopenForRebuild() {
      openImage('cannot be used again', () => {
        const fd = openReturnedDrive(drive, arrayId)
        faults.setCut(false)
        return fd
      })
      if (failure !== undefined) trace.record({ place: drivePlace, kind: 'drive.error', data: { message: failure } })
    },
    close() {
      if (image !== undefined) leave(image)
      image = undefined
      lock.release()
      failure ??= 'is closed'
    },
  }

  function askedNowMs(): number {
    return tap === undefined ? 0 : tap.askedAtMs()
  }

  function traceAccess(kind: 'drive.read' | 'drive.write', block: number, byteLength: number, cause: number): void {
    trace.record({ place, kind, cause, to: drivePlace, data: { block, blockCount: byteLength / BLOCK_BYTES } })
  }
}

/** The system may reuse a file descriptor as soon as it is closed, so it stays open while the thread pool flushes it. */
interface OpenImage {
  readonly fd: number
  flushCount: number
  isLeft: boolean
  /** The turn in which its length was last checked. */
  checkedInTurn: number
}

function leave(image: OpenImage): void {
  image.isLeft = true
  closeIfIdle(image)
}

function closeIfIdle({ fd, flushCount, isLeft }: OpenImage): void {
  if (isLeft && flushCount === 0) fs.closeSync(fd)
}

function isWantOfRoom(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOSPC' || code === 'EDQUOT'
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Without the path that the system's errors end with: what is said of a drive goes into recordings, which other machines open. */
function sentence(what: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return `${what}: ${message.replace(/, \w+ '.*'$/s, '')}`
}
