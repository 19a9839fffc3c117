import type { MessagePort, TransferListItem } from 'node:worker_threads'
import { assert } from '../base/assert'
import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { PeerMessage } from '../contract/interconnect'
import type { PeerPort } from '../core/ports'
import type { Reactor } from './reactor'

/**
 * What everybody may know of the link: whether it is cut, and how much went over it. Each controller counts what it
 * sent in a place of its own, so that no count is written by two threads.
 */
const WORDS_BYTES = 8
const MEMORY_BYTES = WORDS_BYTES + CONTROLLER_IDS.length * 2 * Float64Array.BYTES_PER_ELEMENT

export class InterconnectState {
  readonly #cut: Int32Array
  readonly #counts: Float64Array

  static createMemory(): SharedArrayBuffer {
    return new SharedArrayBuffer(MEMORY_BYTES)
  }

  constructor(memory: SharedArrayBuffer) {
    assert(memory.byteLength === MEMORY_BYTES, `an interconnect state of ${memory.byteLength} bytes`)
    this.#cut = new Int32Array(memory, 0, 1)
    this.#counts = new Float64Array(memory, WORDS_BYTES)
  }

  get isCut(): boolean {
    return Atomics.load(this.#cut, 0) === 1
  }

  setCut(cut: boolean): void {
    Atomics.store(this.#cut, 0, cut ? 1 : 0)
  }

  count(sender: ControllerId, byteCount: number): void {
    const at = CONTROLLER_IDS.indexOf(sender) * 2
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
    this.#counts[at + 1] = (this.#counts[at + 1] ?? 0) + byteCount
  }

  totals(): { readonly messages: number; readonly bytes: number } {
    const [messagesA = 0, bytesA = 0, messagesB = 0, bytesB = 0] = this.#counts
    return { messages: messagesA + messagesB, bytes: bytesA + bytesB }
  }
}

/** Bytes counted for a message besides its bulk data: what one takes on average when it is serialized. */
const MESSAGE_BYTES = 96

export interface InterconnectLink extends PeerPort {
  /** The other end of a new cable: whatever was under way in the one before is lost. */
  plugIn(port: MessagePort): void
  close(): void
}

/** Between the two workers directly. While the link is cut, messages are lost at both ends. */
export function createInterconnectLink(options: {
  readonly self: ControllerId
  readonly state: InterconnectState
  readonly reactor: Reactor
  readonly receive: (message: PeerMessage) => void
}): InterconnectLink {
  const { self, state, reactor, receive } = options
  let current: MessagePort | undefined

  return {
    send(message) {
      if (current === undefined || state.isCut) return
      const handed = handOver(message)
      state.count(self, MESSAGE_BYTES + handed.byteCount)
      current.postMessage(handed.message, handed.transfer)
    },
    plugIn(port) {
      current?.close()
      current = port
      port.on('message', (message: PeerMessage) => {
        if (port === current && !state.isCut) reactor.turn(() => receive(message))
      })
    },
    close() {
      current?.close()
      current = undefined
    },
  }
}

interface HandedOver {
  readonly message: PeerMessage
  readonly transfer: TransferListItem[]
  readonly byteCount: number
}

/**
 * Bulk data is copied once and the copy moves. The original stays whole, since the sender may have to send it again, and
 * posting a piece of something larger as it is would copy all that it is a piece of.
 */
function handOver(message: PeerMessage): HandedOver {
  const { words } = message
  if (!('data' in words) || words.data.length === 0) return { message, transfer: [], byteCount: 0 }
  let byteCount = 0
  const data = words.data.map((chunk) => {
    byteCount += chunk.length
    return new Uint8Array(chunk)
  })
  return { message: { ...message, words: { ...words, data } }, transfer: data.map(({ buffer }) => buffer), byteCount }
}
