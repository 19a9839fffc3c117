import { FIRST_VALUE, type BlockValue } from '../hosts/block-values'
import type { BlockRun } from '../../core/raid/space'
import type { Violations } from './checker'
import { AFTER_DISCARD, RegisterHistory, type Conflict, type Register } from './register-history'
import { AS_FOUND, VolatileRegister } from './volatile-register'

export const BLOCK_CHECKER = 'blocks-linearizable'

/** A run of blocks of one volume. */
export interface BlockRange {
  /** Of the volume's content. */
  readonly contentId: number
  readonly firstBlock: number
  readonly blockCount: number
}

interface Write {
  readonly host: string
  readonly beganAtMs: number
  endedAtMs: number | undefined
}

const BLOCKS_OF_A_VOLUME = 2 ** 24
/** Of a read at the end. */
const MAX_RUN_BLOCKS = 256

/**
 * Every block of every volume is one register for all hosts. An acknowledged write is read back until a newer one replaces it, on
 * either path, whichever controller died meanwhile. This class hands out the values, so no two writes share one.
 */
export class BlockCheck {
  readonly #violations: Violations
  readonly #nowMs: () => number
  readonly #blocks = new Map<number, Register>()
  /** The same ones, where drives may lose what nobody flushed. */
  readonly #volatile = new Map<number, VolatileRegister>()
  #mayLosePower = false
  readonly #writes: Write[] = []
  readonly #tainted = new Set<number>()
  /** Tainted, and what is read there may also be what was there before. */
  readonly #stale = new Set<number>()
  /** Blocks in rows that have lost more than can be computed. */
  readonly #maybeLost = new Set<number>()
  /** Contents that were something else before. */
  readonly #unknownAtFirst = new Set<number>()
  /** Writes that were answered once they were on the drives. */
  readonly #forced = new Set<number>()
  /** By content: when the last flush began that has ended well. */
  readonly #flushedAt = new Map<number, number>()
  /** Answers with blocks that were corrupted on a drive. */
  corruptBlocksServed = 0
  #moment = 0
  #isBroken = false

  constructor(violations: Violations, nowMs: () => number) {
    this.#violations = violations
    this.#nowMs = nowMs
  }

  /** To be called before all else: drives may lose what nobody flushed. */
  expectPowerLoss(): void {
    this.#mayLosePower = true
  }

  /** Drives have lost what they held in their caches, or part of it. */
  powerLost(): void {
    const moment = this.moment()
    for (const register of this.#volatile.values()) register.powerLost(moment)
  }

  /** A flush of this volume that began at a moment has ended well. */
  flushed(contentId: number, startMoment: number): void {
    this.#flushedAt.set(contentId, Math.max(startMoment, this.#flushedAt.get(contentId) ?? -1))
    for (const [name, register] of this.#volatile) if (contentOf(name) === contentId) register.flushed(startMoment)
  }

  /** This acknowledged write is on stable storage. */
  forced(value: number, range: BlockRange): void {
    this.#forced.add(value)
    for (let index = 0; index < range.blockCount; index++) this.#volatile.get(nameOf(range, index))?.forced(value)
  }

  /**
   * Held writes of this volume were discarded: each block holds what the drives have of it. That is the newest write that was forced
   * or flushed, or one that came later. Which one, the first read says.
   */
  discarded(contentId: number): void {
    const moment = this.moment()
    const stable = { flushedAt: this.#flushedAt.get(contentId) ?? -1, forced: this.#forced }
    for (const [name, history] of this.#blocks) {
      if (contentOf(name) === contentId && history instanceof RegisterHistory) history.beginsAnew(stable, moment)
    }
  }

  /**
   * This block, or another one from which it may be computed, was corrupted on its drive. Blocks have no checksums, so the array
   * may serve the corrupted bytes. But if they look like a host's write, it must be the right one.
   */
  taint(contentId: number, block: number): void {
    this.#tainted.add(nameOf({ contentId, firstBlock: block }, 0))
  }

  /** Whether the array may serve corrupted bytes for this block. If it does, `corruptBlocksServed` counts it. */
  isTainted(contentId: number, block: number): boolean {
    return this.#tainted.has(nameOf({ contentId, firstBlock: block }, 0))
  }

  /** A write went to another sector than that of this block, or of one in its row. So an older write may be read there, too. */
  mayBeStale(contentId: number, block: number): void {
    this.taint(contentId, block)
    this.#stale.add(nameOf({ contentId, firstBlock: block }, 0))
  }

  /** Whether the array may serve what stood there before, for want of the write that went elsewhere. */
  isStale(contentId: number, block: number): boolean {
    return this.#stale.has(nameOf({ contentId, firstBlock: block }, 0))
  }

  /** What these blocks hold before a host writes them was written as something else. */
  isUnknownAtFirst(contentId: number): void {
    this.#unknownAtFirst.add(contentId)
  }

  /** From now on, a read of this block may be answered with a medium error, but not with something else. */
  losesPerhaps(contentId: number, block: number): void {
    this.#maybeLost.add(nameOf({ contentId, firstBlock: block }, 0))
  }

  /** Whether any of these blocks may be lost. */
  mayBeLost(range: BlockRange): boolean {
    if (this.#maybeLost.size === 0) return false
    return Array.from({ length: range.blockCount }, (_, index) => nameOf(range, index)).some((name) => this.#maybeLost.has(name))
  }

  /** What hosts have read or written of this content, in runs that are easy to read back. Blocks that may be lost stand alone. */
  touched(contentId: number): BlockRun[] {
    const names = [...this.#blocks.keys()].filter((name) => contentOf(name) === contentId).sort((a, b) => a - b)
    const runs: BlockRun[] = []
    let end = -1
    for (const name of names) {
      const block = name % BLOCKS_OF_A_VOLUME
      const last = runs.at(-1)
      const isAlone = this.#maybeLost.has(name)
      if (last !== undefined && block === end && last.blockCount < MAX_RUN_BLOCKS && !isAlone)
        runs[runs.length - 1] = { ...last, blockCount: last.blockCount + 1 }
      else runs.push({ firstBlock: block, blockCount: 1 })
      end = isAlone ? -1 : block + 1
    }
    return runs
  }

  /** The moment at which a read begins. */
  moment(): number {
    return ++this.#moment
  }

  /** The value to write. */
  writeBegins(host: string, range: BlockRange): number {
    const moment = this.moment()
    const value = this.#writes.push({ host, beganAtMs: this.#nowMs(), endedAtMs: undefined })
    this.#each(range, (history) => history.writeBegins(value, moment))
    return value
  }

  /** `earlier`: the values under which the same command was sent before. */
  writeEnds(value: number, range: BlockRange, earlier: readonly number[] = []): void {
    const moment = this.moment()
    const write = this.#writes[value - 1]
    if (write !== undefined) write.endedAtMs = this.#nowMs()
    this.#each(range, (history) => history.writeEnds(value, moment))
    for (const tried of earlier) this.#each(range, (history) => history.writeIsSuperseded(tried, moment))
    for (const changed of [value, ...earlier]) this.#each(range, (history, index) => this.#judge(range, index, history.conflictOf(changed)))
  }

  /** The command has ended without an answer. If it wrote, it has done so by now. */
  writeIsOver(value: number, range: BlockRange): void {
    const moment = this.moment()
    this.#each(range, (history, index) => {
      history.writeIsSuperseded(value, moment)
      this.#judge(range, index, history.conflictOf(value))
    })
  }

  /** The command was refused before it wrote anything. */
  writeIsRefused(value: number, range: BlockRange): void {
    this.#each(range, (history, index) => {
      if (!history.writeIsRefused(value)) this.#report(`${placeOf(range, index)} was read as ${this.#describe(value)}, which was refused`)
    })
  }

  readEnds(host: string, range: BlockRange, startMoment: number, values: readonly BlockValue[]): void {
    const endMoment = this.moment()
    if (values.length !== range.blockCount) this.#report(`${host} read ${values.length} blocks where it asked for ${range.blockCount}`)
    this.#each(range, (history, index) => {
      const found = values[index]
      if (found === undefined) return
      const isTainted = found === 'garbage' && this.#tainted.has(nameOf(range, index))
      const value = found === 'garbage' && this.#unknownAtFirst.has(range.contentId) ? FIRST_VALUE : found
      if (isTainted) this.corruptBlocksServed++
      else if (this.#stale.has(nameOf(range, index))) return
      else if (value === 'garbage') this.#report(`${host} read something from ${placeOf(range, index)} that no host ever wrote there`)
      else if (!history.read(value, startMoment, endMoment))
        this.#report(`${host} read value ${value} from ${placeOf(range, index)}, where no host wrote it, or a later write must be`)
      else this.#judge(range, index, history.conflictOf(value))
    })
  }

  #judge(range: BlockRange, index: number, conflict: Conflict | undefined): void {
    if (conflict === undefined) return
    const { value, other, how } = conflict
    const between = how === 'inside' ? 'was read again although it had been overwritten by' : 'stood at the same time as'
    this.#report(`${placeOf(range, index)}: ${this.#describe(value)} ${between} ${this.#describe(other)}`)
  }

  #describe(value: number | undefined): string {
    if (value === AS_FOUND) return 'what was there when the power came back'
    if (value === AFTER_DISCARD) return 'what stood there after held writes were discarded'
    if (value === undefined || value === FIRST_VALUE) return 'the first, blank value'
    const write = this.#writes[value - 1]
    if (write === undefined) return `value ${value}`
    const end = write.endedAtMs === undefined ? 'never answered' : `acknowledged at ${write.endedAtMs.toFixed(3)} ms`
    return `value ${value} (${write.host}, sent at ${write.beganAtMs.toFixed(3)} ms, ${end})`
  }

  #each({ contentId, firstBlock, blockCount }: BlockRange, visit: (history: Register, index: number) => void): void {
    for (let index = 0; index < blockCount; index++) {
      const name = nameOf({ contentId, firstBlock }, index)
      visit(this.#blocks.get(name) ?? this.#begin(name), index)
    }
  }

  #begin(name: number): Register {
    const register = this.#mayLosePower ? new VolatileRegister(FIRST_VALUE) : new RegisterHistory(FIRST_VALUE)
    if (register instanceof VolatileRegister) this.#volatile.set(name, register)
    this.#blocks.set(name, register)
    return register
  }

  /** The first one is the cause; there would be thousands. */
  #report(sentence: string): void {
    if (!this.#isBroken) this.#violations.add(BLOCK_CHECKER, sentence, 'host')
    this.#isBroken = true
  }
}

function placeOf({ contentId, firstBlock }: BlockRange, index: number): string {
  return `block ${firstBlock + index} of volume ${contentId}`
}

function contentOf(name: number): number {
  return Math.floor(name / BLOCKS_OF_A_VOLUME)
}

function nameOf({ contentId, firstBlock }: Pick<BlockRange, 'contentId' | 'firstBlock'>, index: number): number {
  return contentId * BLOCKS_OF_A_VOLUME + firstBlock + index
}
