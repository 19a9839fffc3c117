import { assert } from '../base/assert'
import type { DriveFaults } from '../contract/drive-faults'
import { LIMITS } from '../contract/limits'

const PRESENCES = ['present', 'pulled', 'dead'] as const satisfies readonly DriveFaults['presence'][]
const PRESENCE_AT = 0
const LATENCY_AT = 1
const BAD_COUNT_AT = 2
const REMOVALS_AT = 3
const CUT_AT = 4
const BAD_AT = 5
const WORDS = BAD_AT + LIMITS.badSectors
const NO_SECTOR = -1

/**
 * The faults of all drives, in memory that the midplane and both controllers share: a drive has them, whoever asks it. The midplane
 * sets them. A controller that writes a bad sector heals it.
 */
export class DriveFaultTable {
  readonly #words: Int32Array

  static createMemory(): SharedArrayBuffer {
    const memory = new SharedArrayBuffer(LIMITS.drives * WORDS * Int32Array.BYTES_PER_ELEMENT)
    const words = new Int32Array(memory)
    for (let drive = 0; drive < LIMITS.drives; drive++) words.fill(NO_SECTOR, drive * WORDS + BAD_AT, (drive + 1) * WORDS)
    return memory
  }

  constructor(memory: SharedArrayBuffer) {
    assert(
      memory.byteLength === LIMITS.drives * WORDS * Int32Array.BYTES_PER_ELEMENT,
      `a table of drive faults of ${memory.byteLength} bytes`,
    )
    this.#words = new Int32Array(memory)
  }

  of(drive: number): DriveFaultCells {
    assert(Number.isInteger(drive) && drive >= 0 && drive < LIMITS.drives, `drive ${drive}`)
    return new DriveFaultCells(this.#words.subarray(drive * WORDS, (drive + 1) * WORDS))
  }
}

/** The faults of one drive. */
export class DriveFaultCells implements DriveFaults {
  readonly #words: Int32Array

  constructor(words: Int32Array) {
    this.#words = words
  }

  /** Nothing is wrong. The question before each access, so it is cheap. */
  get isWell(): boolean {
    const words = this.#words
    return (Atomics.load(words, PRESENCE_AT) | Atomics.load(words, LATENCY_AT) | Atomics.load(words, BAD_COUNT_AT)) === 0
  }

  get presence(): DriveFaults['presence'] {
    return PRESENCES[Atomics.load(this.#words, PRESENCE_AT)] ?? 'present'
  }

  get extraLatencyMs(): number {
    return Atomics.load(this.#words, LATENCY_AT)
  }

  get badSectors(): readonly number[] {
    return [...this.#words.subarray(BAD_AT)].filter((sector) => sector !== NO_SECTOR).sort((a, b) => a - b)
  }

  /** How often it was taken out or died. Whoever has it open since before has another drive, as far as anybody knows. */
  get removals(): number {
    return Atomics.load(this.#words, REMOVALS_AT)
  }

  /**
   * Somebody found its file with another size than it should have. Whoever makes the file as long as it was makes a drive that has
   * zeros in place of what it had, which nothing on it tells: so this lasts, whatever the file looks like, until it is rebuilt.
   */
  get wasCut(): boolean {
    return Atomics.load(this.#words, CUT_AT) === 1
  }

  setCut(cut: boolean): void {
    Atomics.store(this.#words, CUT_AT, cut ? 1 : 0)
  }

  setPresence(presence: DriveFaults['presence']): void {
    if (presence !== 'present') Atomics.add(this.#words, REMOVALS_AT, 1)
    Atomics.store(this.#words, PRESENCE_AT, PRESENCES.indexOf(presence))
  }

  setExtraLatencyMs(milliseconds: number): void {
    Atomics.store(this.#words, LATENCY_AT, milliseconds)
  }

  /** False if there is no place for one more. */
  spoil(sector: number): boolean {
    if (this.badSectors.includes(sector)) return true
    for (let at = BAD_AT; at < WORDS; at++) {
      if (Atomics.compareExchange(this.#words, at, NO_SECTOR, sector) !== NO_SECTOR) continue
      Atomics.add(this.#words, BAD_COUNT_AT, 1)
      return true
    }
    return false
  }

  /** Whether one of these sectors cannot be read. */
  isSpoilt(firstSector: number, count: number): boolean {
    if (Atomics.load(this.#words, BAD_COUNT_AT) === 0) return false
    return this.#words.subarray(BAD_AT).some((sector) => sector >= firstSector && sector < firstSector + count)
  }

  /** These sectors have been written. */
  heal(firstSector: number, count: number): void {
    if (Atomics.load(this.#words, BAD_COUNT_AT) === 0) return
    for (let at = BAD_AT; at < WORDS; at++) {
      const sector = Atomics.load(this.#words, at)
      const isWritten = sector >= firstSector && sector < firstSector + count
      if (isWritten && Atomics.compareExchange(this.#words, at, sector, NO_SECTOR) === sector) Atomics.sub(this.#words, BAD_COUNT_AT, 1)
    }
  }

  /** Another drive is in its place, with nothing wrong. */
  clear(): void {
    this.heal(0, Number.MAX_SAFE_INTEGER)
    this.setExtraLatencyMs(0)
    this.setCut(false)
    this.setPresence('present')
  }
}
