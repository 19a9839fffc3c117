import { assert } from '../../src-main/base/assert'
import type { Prng } from '../../src-main/base/prng'
import { BLOCK_BYTES } from '../../src-main/base/units'
import type { TraceId } from '../../src-main/contract/trace'
import type { DrivePort, DriveStatus, WriteClaim } from '../../src-main/core/ports'

/** Completions that wait until a test lets them happen, in the order it likes. */
export class CompletionQueue {
  readonly #waiting: (() => void)[] = []

  get length(): number {
    return this.#waiting.length
  }

  add(run: () => void): void {
    this.#waiting.push(run)
  }

  /** Runs the completion at `index` (the oldest by default). */
  runOne(index = 0): void {
    const [run] = this.#waiting.splice(index, 1)
    assert(run !== undefined, `no completion ${index} waits`)
    run()
  }

  /** Runs until none waits, also those that come on the way: the oldest first, or drawn by `order`. */
  runAll(order?: Prng): void {
    while (this.#waiting.length > 0) this.runOne(order === undefined ? 0 : order.below(this.#waiting.length))
  }

  /** As after a crash: none of them will ever happen. */
  drop(): void {
    this.#waiting.length = 0
  }
}

export interface DriveOperation {
  readonly kind: 'read' | 'write' | 'flush'
  readonly drive: number
  /** 0 for a flush, as is `blockCount`. */
  readonly firstBlock: number
  readonly blockCount: number
  readonly claim?: WriteClaim
  readonly cause?: TraceId | undefined
}

interface BlockRange {
  readonly firstBlock: number
  readonly blockCount: number
}

/**
 * A drive in memory. An operation takes effect when the test runs its completion, not before; so the order of the
 * completions is the order on the medium.
 */
export class MemoryDrive implements DrivePort {
  readonly index: number
  readonly blockCount: number
  /** What is on the medium. */
  readonly bytes: Uint8Array
  /** Everything that was asked for, in order. */
  readonly operations: DriveOperation[] = []
  /** From now on it does not answer but with `failed`. */
  failed = false
  /** There is no room for sectors that were never written; those before the first of them are. */
  isShortOfRoom = false
  /** Why it must not be used until it is reopened. */
  distrusted: string | undefined
  /** How often it was reopened for a rebuild. */
  reopened = 0
  readonly #completions: CompletionQueue
  readonly #epochs = new Map<number, number>()
  readonly #unreadableBlocks = new Set<number>()
  readonly #unwritableBlocks = new Set<number>()
  readonly #allocatedBlocks = new Set<number>()
  #blocksOfTornWrite: number | undefined

  constructor(options: { readonly index: number; readonly blockCount: number; readonly completions: CompletionQueue }) {
    this.index = options.index
    this.blockCount = options.blockCount
    this.bytes = new Uint8Array(options.blockCount * BLOCK_BYTES)
    this.#completions = options.completions
  }

  /** Reading these fails with `medium-error` until they are written. */
  spoil(range: BlockRange): void {
    for (let i = 0; i < range.blockCount; i++) this.#unreadableBlocks.add(range.firstBlock + i)
  }

  /** Writing these fails with `medium-error`, and nothing of such a write is done. */
  wearOut(range: BlockRange): void {
    for (let i = 0; i < range.blockCount; i++) this.#unwritableBlocks.add(range.firstBlock + i)
  }

  /** All can be written again. */
  heal(): void {
    this.#unwritableBlocks.clear()
  }

  /** Of the next write only the first blocks reach the medium, and it never completes: the writer has died. */
  tearNextWrite(blocks: number): void {
    this.#blocksOfTornWrite = blocks
  }

  raiseClaim(claim: WriteClaim): void {
    if ((this.#epochs.get(claim.slot) ?? 0) < claim.epoch) this.#epochs.set(claim.slot, claim.epoch)
  }

  blocks(range: BlockRange): Uint8Array {
    return this.bytes.subarray(range.firstBlock * BLOCK_BYTES, (range.firstBlock + range.blockCount) * BLOCK_BYTES)
  }

  operationsOf(kind: DriveOperation['kind']): DriveOperation[] {
    return this.operations.filter((operation) => operation.kind === kind)
  }

  read(
    io: { readonly firstBlock: number; readonly into: Uint8Array; readonly cause?: TraceId | undefined },
    done: (status: DriveStatus) => void,
  ): void {
    const range = this.#checkedRange(io.firstBlock, io.into.length)
    this.operations.push({ kind: 'read', drive: this.index, ...range, cause: io.cause })
    this.#completions.add(() => {
      if (this.failed || this.distrusted !== undefined) return done('failed')
      if (this.#touches(this.#unreadableBlocks, range)) {
        io.into.fill(0xbd)
        return done('medium-error')
      }
      io.into.set(this.blocks(range))
      done('good')
    })
  }

  write(
    io: {
      readonly firstBlock: number
      readonly from: readonly Uint8Array[]
      readonly claim: WriteClaim
      readonly cause?: TraceId | undefined
    },
    done: (status: DriveStatus) => void,
  ): void {
    const range = this.#checkedRange(
      io.firstBlock,
      io.from.reduce((sum, chunk) => sum + chunk.length, 0),
    )
    this.operations.push({ kind: 'write', drive: this.index, ...range, claim: io.claim, cause: io.cause })
    const blocksOfTornWrite = this.#blocksOfTornWrite
    this.#blocksOfTornWrite = undefined
    this.#completions.add(() => {
      if (this.failed || this.distrusted !== undefined) return done('failed')
      if (io.claim.epoch < (this.#epochs.get(io.claim.slot) ?? 0)) return done('stale-epoch')
      if (this.#touches(this.#unwritableBlocks, range)) return done('medium-error')
      const fitting = this.#allocate(range)
      this.#put(io.firstBlock * BLOCK_BYTES, io.from, (blocksOfTornWrite ?? fitting) * BLOCK_BYTES)
      if (blocksOfTornWrite !== undefined) return
      for (let i = 0; i < fitting; i++) this.#unreadableBlocks.delete(range.firstBlock + i)
      done(fitting === range.blockCount ? 'good' : 'no-space')
    })
  }

  flush(io: { readonly cause?: TraceId | undefined }, done: (status: DriveStatus) => void): void {
    this.operations.push({ kind: 'flush', drive: this.index, firstBlock: 0, blockCount: 0, cause: io.cause })
    this.#completions.add(() => done(this.failed || this.distrusted !== undefined ? 'failed' : 'good'))
  }

  distrust(reason: string): void {
    this.distrusted = reason
  }

  reopen(): void {
    this.distrusted = undefined
  }

  reopenForRebuild(): void {
    this.reopened++
    this.reopen()
  }

  /** The number of blocks, from the first on, for which there is room. */
  #allocate({ firstBlock, blockCount }: BlockRange): number {
    for (let i = 0; i < blockCount; i++) {
      if (this.isShortOfRoom && !this.#allocatedBlocks.has(firstBlock + i)) return i
      this.#allocatedBlocks.add(firstBlock + i)
    }
    return blockCount
  }

  #put(offset: number, chunks: readonly Uint8Array[], byteCount: number): void {
    let done = 0
    for (const chunk of chunks) {
      const part = chunk.subarray(0, byteCount - done)
      this.bytes.set(part, offset + done)
      done += part.length
    }
  }

  #checkedRange(firstBlock: number, byteCount: number): BlockRange {
    assert(byteCount > 0 && byteCount % BLOCK_BYTES === 0, `drive ${this.index}: a transfer of ${byteCount} bytes`)
    const blockCount = byteCount / BLOCK_BYTES
    assert(
      firstBlock >= 0 && firstBlock + blockCount <= this.blockCount,
      `drive ${this.index}: blocks ${firstBlock}+${blockCount} are outside`,
    )
    return { firstBlock, blockCount }
  }

  #touches(blocks: ReadonlySet<number>, range: BlockRange): boolean {
    if (blocks.size === 0) return false
    for (let i = 0; i < range.blockCount; i++) if (blocks.has(range.firstBlock + i)) return true
    return false
  }
}

export function memoryDrives(options: {
  readonly count: number
  readonly blockCount: number
  readonly completions: CompletionQueue
}): MemoryDrive[] {
  return Array.from(
    { length: options.count },
    (_, index) => new MemoryDrive({ index, blockCount: options.blockCount, completions: options.completions }),
  )
}
