import { assert } from '../base/assert'
import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import { ADDRESS_KINDS, type AddressKind } from '../contract/pair-faults'

const PLUGS = CONTROLLER_IDS.length * ADDRESS_KINDS.length
const UNPLUGGED_AT = 0
const STOLEN_AT = PLUGS
const WORDS = STOLEN_AT + PLUGS

/**
 * Which plugs of the controllers are out, and at which of their addresses another device answers, in memory that the midplane and both
 * controllers share. Only the midplane sets it.
 */
export class NetworkFaultTable {
  readonly #words: Int32Array

  static createMemory(): SharedArrayBuffer {
    return new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT)
  }

  constructor(memory: SharedArrayBuffer) {
    assert(memory.byteLength === WORDS * Int32Array.BYTES_PER_ELEMENT, `a table of network faults of ${memory.byteLength} bytes`)
    this.#words = new Int32Array(memory)
  }

  /** The plug of a controller, whatever addresses it serves there. */
  isUnplugged(controller: ControllerId, kind: AddressKind): boolean {
    return Atomics.load(this.#words, UNPLUGGED_AT + placeOf(controller, kind)) === 1
  }

  setUnplugged(controller: ControllerId, kind: AddressKind, unplugged: boolean): void {
    Atomics.store(this.#words, UNPLUGGED_AT + placeOf(controller, kind), unplugged ? 1 : 0)
  }

  /** The address that belongs to a controller, whoever serves it. */
  isStolen(of: ControllerId, kind: AddressKind): boolean {
    return Atomics.load(this.#words, STOLEN_AT + placeOf(of, kind)) === 1
  }

  setStolen(of: ControllerId, kind: AddressKind, stolen: boolean): void {
    Atomics.store(this.#words, STOLEN_AT + placeOf(of, kind), stolen ? 1 : 0)
  }
}

function placeOf(controller: ControllerId, kind: AddressKind): number {
  return CONTROLLER_IDS.indexOf(controller) * ADDRESS_KINDS.length + ADDRESS_KINDS.indexOf(kind)
}
