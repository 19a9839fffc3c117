import { assert } from '../../base/assert'
import { LIMITS } from '../../contract/limits'

/**
 * Locks on stripes, shared for reading and exclusive for writing. So no reader sees a stripe in the middle of an update, and no
 * two updates of one parity mix.
 *
 * Stripes share a fixed number of slots (stripe modulo slots). Two stripes of one slot may wait for each other needlessly, but
 * nothing has to be allocated or looked up. A request takes its slots in ascending order, so that no two requests can wait for
 * each other in a circle. A slot is fair: a new request queues after those that already wait.
 */
const SLOT_COUNT = 1024
const EXCLUSIVE = -1

interface LockedRange {
  readonly firstStripe: number
  readonly lastStripe: number
  readonly exclusive: boolean
}

export class StripeLocks {
  /** Number of shared holders, or EXCLUSIVE. */
  readonly #holders = new Int32Array(SLOT_COUNT)
  /** First in, first out; an entry is there only while somebody waits. */
  readonly #waiting: (StripeLock[] | undefined)[] = new Array<StripeLock[] | undefined>(SLOT_COUNT).fill(undefined)

  /** The fast path for a read within one stripe: no object, no waiting. Release it with `releaseShared`. */
  tryShared(stripe: number): boolean {
    const slot = stripe % SLOT_COUNT
    if (this.#holders[slot] === EXCLUSIVE || this.#waiting[slot] !== undefined) return false
    this.#holders[slot]!++
    return true
  }

  releaseShared(stripe: number): void {
    this.#leave(stripe % SLOT_COUNT)
  }

  /** Calls `granted` at once if nothing is in the way, otherwise when the last holder has left. */
  acquire(range: LockedRange, granted: (lock: StripeLock) => void): void {
    this.#advance(new StripeLock(range, granted))
  }

  release(lock: StripeLock): void {
    assert(lock.taken === lock.slotCount, 'a stripe lock is released that is not held')
    lock.taken = 0
    for (let i = 0; i < lock.slotCount; i++) this.#leave(lock.slotAt(i))
  }

  #advance(lock: StripeLock): void {
    while (lock.taken < lock.slotCount) {
      const slot = lock.slotAt(lock.taken)
      const waiting = this.#waiting[slot]
      if (waiting !== undefined) {
        assert(waiting.length < LIMITS.volumeOperations, 'too many operations wait for one stripe')
        waiting.push(lock)
        return
      }
      if (!this.#mayEnter(slot, lock.exclusive)) {
        this.#waiting[slot] = [lock]
        return
      }
      this.#enter(slot, lock)
    }
    lock.granted(lock)
  }

  #mayEnter(slot: number, exclusive: boolean): boolean {
    const holders = this.#holders[slot]!
    return exclusive ? holders === 0 : holders !== EXCLUSIVE
  }

  #enter(slot: number, lock: StripeLock): void {
    if (lock.exclusive) this.#holders[slot] = EXCLUSIVE
    else this.#holders[slot]!++
    lock.taken++
  }

  #leave(slot: number): void {
    const holders = this.#holders[slot]!
    assert(holders !== 0, () => `stripe lock slot ${slot} is left by nobody`)
    this.#holders[slot] = holders === EXCLUSIVE ? 0 : holders - 1
    const waiting = this.#waiting[slot]
    if (waiting === undefined) return
    const entering: StripeLock[] = []
    while (waiting.length > 0 && this.#mayEnter(slot, waiting[0]!.exclusive)) {
      const next = waiting.shift()!
      this.#enter(slot, next)
      entering.push(next)
    }
    if (waiting.length === 0) this.#waiting[slot] = undefined
    // Only now is the slot consistent again, and `granted` may come back here.
    for (const next of entering) this.#advance(next)
  }
}

/** One request for the stripes of a range. */
export class StripeLock {
  readonly exclusive: boolean
  readonly slotCount: number
  /** How many of its slots it holds. */
  taken = 0
  readonly #beginSlot: number
  /** Slots at the beginning of the table, where the range wraps around its end. */
  readonly #wrapped: number

  constructor(
    range: LockedRange,
    readonly granted: (lock: StripeLock) => void,
  ) {
    this.exclusive = range.exclusive
    this.slotCount = Math.min(range.lastStripe - range.firstStripe + 1, SLOT_COUNT)
    this.#beginSlot = range.firstStripe % SLOT_COUNT
    this.#wrapped = Math.max(0, this.#beginSlot + this.slotCount - SLOT_COUNT)
  }

  /** Its slots in ascending order. */
  slotAt(index: number): number {
    return index < this.#wrapped ? index : this.#beginSlot + index - this.#wrapped
  }
}
