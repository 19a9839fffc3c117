import { assert } from '../base/assert'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../contract/controller-id'
import { LIMITS } from '../contract/limits'
import type { WriteClaim } from '../core/ports'

/**
 * Which epoch holds which claim slot, for all drives, in memory that both controllers share. A writer enters before it reads
 * the table, and leaves when its write is on the image. So when `raise` returns, no write that was checked against the old
 * epoch can still land.
 *
 * The two serving lines are here too: whether a controller has claimed or joined since it started.
 */
const SLOTS = LIMITS.volumes + 1
const WRITING_AT = SLOTS
const SERVING_AT = WRITING_AT + CONTROLLER_IDS.length
const WORDS = SERVING_AT + CONTROLLER_IDS.length
/** If a write of the peer takes longer than this, the disk below the lab is broken. No epoch is raised then. */
const WRITER_WAIT_MS = 10_000

export class ClaimTable {
  readonly #words: Int32Array
  readonly #own: number
  readonly #peer: number
  readonly #ownLine: number
  readonly #peerLine: number

  static createMemory(): SharedArrayBuffer {
    return new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT)
  }

  constructor(memory: SharedArrayBuffer, controller: ControllerId) {
    assert(memory.byteLength === WORDS * Int32Array.BYTES_PER_ELEMENT, `a claim table of ${memory.byteLength} bytes`)
    this.#words = new Int32Array(memory)
    this.#own = WRITING_AT + CONTROLLER_IDS.indexOf(controller)
    this.#peer = WRITING_AT + CONTROLLER_IDS.indexOf(peerOf(controller))
    this.#ownLine = SERVING_AT + CONTROLLER_IDS.indexOf(controller)
    this.#peerLine = SERVING_AT + CONTROLLER_IDS.indexOf(peerOf(controller))
  }

  epoch(slot: number): number {
    return Atomics.load(this.#words, checkedSlot(slot))
  }

  /** False, without entering, if a newer epoch holds the slot. After true, write and then call `leave`. */
  enter(claim: WriteClaim): boolean {
    Atomics.store(this.#words, this.#own, 1)
    if (Atomics.load(this.#words, checkedSlot(claim.slot)) <= claim.epoch) return true
    this.leave()
    return false
  }

  leave(): void {
    Atomics.store(this.#words, this.#own, 0)
    Atomics.notify(this.#words, this.#own)
  }

  /** False if a newer epoch holds the slot. Blocks while the peer is inside a write. */
  raise(claim: WriteClaim): boolean {
    const slot = checkedSlot(claim.slot)
    assert(Number.isInteger(claim.epoch) && claim.epoch >= 0 && claim.epoch <= 0x7fff_ffff, `epoch ${claim.epoch}`)
    for (;;) {
      const standing = Atomics.load(this.#words, slot)
      if (standing > claim.epoch) return false
      if (Atomics.compareExchange(this.#words, slot, standing, claim.epoch) === standing) break
    }
    const outcome = Atomics.wait(this.#words, this.#peer, 1, WRITER_WAIT_MS)
    assert(outcome !== 'timed-out', 'a write of the peer did not end')
    return true
  }

  raiseServingLine(): void {
    Atomics.store(this.#words, this.#ownLine, 1)
  }

  peerServes(): boolean {
    return Atomics.load(this.#words, this.#peerLine) === 1
  }

  /** Called by the midplane after the controller's thread has ended: it is inside no write any more and serves nothing. */
  controllerEnded(controller: ControllerId): void {
    const index = CONTROLLER_IDS.indexOf(controller)
    Atomics.store(this.#words, SERVING_AT + index, 0)
    Atomics.store(this.#words, WRITING_AT + index, 0)
    Atomics.notify(this.#words, WRITING_AT + index)
  }
}

function checkedSlot(slot: number): number {
  assert(Number.isInteger(slot) && slot >= 0 && slot < SLOTS, `claim slot ${slot}`)
  return slot
}
