import { assert } from '../../../base/assert'
import { ChunkCursor } from '../../../base/chunk-cursor'
import { BLOCK_BYTES } from '../../../base/units'
import { LIMITS } from '../../../contract/limits'
import type { CacheWrite, WaitingWrite } from './cache-write'
import type { CacheOutcome } from './live-record'

/** A longer write is logged in pieces, so that it fits between others. */
const MAX_PIECE_BLOCKS = LIMITS.loggedPieceBytes / BLOCK_BYTES

export interface WaitingWritesParts {
  /** The longest write that an empty log has room for. */
  readonly maxBlocks: number
  hasRoom(io: CacheWrite): boolean
  /** It is the turn of this write, and there is room. */
  append(write: WaitingWrite): void
  /** Some writes found no room. */
  makeRoom(): void
}

/** Writes on their way into the log, in the order in which they came. */
export class WaitingWrites {
  readonly #parts: WaitingWritesParts
  readonly #pieceBlocks: number
  readonly #maxWaiting: number
  #waiting: WaitingWrite[] = []
  #isAdmitting = false

  constructor(parts: WaitingWritesParts) {
    this.#parts = parts
    this.#pieceBlocks = Math.min(MAX_PIECE_BLOCKS, parts.maxBlocks)
    this.#maxWaiting = LIMITS.volumeOperations * Math.ceil(LIMITS.transferBytes / BLOCK_BYTES / this.#pieceBlocks)
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  push(io: CacheWrite, done: WaitingWrite['done']): void {
    assert(this.#waiting.length < this.#maxWaiting, 'too many writes wait for room in the log')
    if (io.blockCount <= this.#pieceBlocks) this.#waiting.push({ io, done })
    else if (io.isAtomic === true) {
      done({ ok: false, fault: 'no-space' })
      return
    } else this.#waiting.push(...piecesOf(io, this.#pieceBlocks, done))
    this.admit()
  }

  /** Logs writes in their order, as long as there is room. */
  admit(): void {
    if (this.#isAdmitting) return
    this.#isAdmitting = true
    for (let next = this.#waiting[0]; next !== undefined && this.#parts.hasRoom(next.io); next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#parts.append(next)
    }
    this.#isAdmitting = false
    if (this.#waiting.length > 0) this.#parts.makeRoom()
  }

  /** Takes the writes of a volume that wait. They will not be logged. */
  takeOf(volumeId: number): readonly WaitingWrite[] {
    const taken = this.#waiting.filter(({ io }) => io.volumeId === volumeId)
    this.#waiting = this.#waiting.filter(({ io }) => io.volumeId !== volumeId)
    return taken
  }

  /** Takes all writes that wait. They will not be logged. */
  takeAll(): readonly WaitingWrite[] {
    return this.#waiting.splice(0)
  }
}

/** Cuts a write into pieces, which are logged one after the other. The write is done when all are, and fails if one does. */
function piecesOf(io: CacheWrite, pieceBlocks: number, done: WaitingWrite['done']): WaitingWrite[] {
  const cursor = new ChunkCursor(io.data)
  const pieces: WaitingWrite[] = []
  let worst: CacheOutcome<undefined> = { ok: true, value: undefined }
  let left = Math.ceil(io.blockCount / pieceBlocks)
  const finish = (outcome: CacheOutcome<undefined>): void => {
    if (!outcome.ok) worst = outcome
    left--
    assert(left >= 0, 'a piece of a write ended twice')
    if (left === 0) done(worst)
  }
  for (let at = 0; at < io.blockCount; at += pieceBlocks) {
    const blockCount = Math.min(pieceBlocks, io.blockCount - at)
    pieces.push({ io: { ...io, firstBlock: io.firstBlock + at, blockCount, data: cursor.take(blockCount * BLOCK_BYTES) }, done: finish })
  }
  return pieces
}
