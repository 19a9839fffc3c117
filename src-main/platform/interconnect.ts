import type { MessagePort, TransferListItem } from 'node:worker_threads'
import { assert } from '../base/assert'
import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { PeerMessage } from '../contract/interconnect'
import type { PeerPort } from '../core/ports'
import type { Reactor } from './reactor'

/**
 * The public facts about the link: whether it is cut, and how much has crossed it. Each controller counts what it sent in its
 * own field, so no count is written by two threads.
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

  count(sender: ControllerId, sent: { readonly messages: number; readonly bytes: number }): void {
    const at = CONTROLLER_IDS.indexOf(sender) * 2
    this.#counts[at] = (this.#counts[at] ?? 0) + sent.messages
    this.#counts[at + 1] = (this.#counts[at + 1] ?? 0) + sent.bytes
  }

  totals(): { readonly messages: number; readonly bytes: number } {
    const [messagesA = 0, bytesA = 0, messagesB = 0, bytesB = 0] = this.#counts
    return { messages: messagesA + messagesB, bytes: bytesA + bytesB }
  }
}

/** Bytes counted for a message besides its bulk data: the average size of a serialized message. */
const MESSAGE_BYTES = 96

export interface InterconnectLink extends PeerPort {
  /** The other end of a new cable. Everything that was on its way in the old cable is lost. */
  plugIn(port: MessagePort): void
  close(): void
}

/**
 * Between the two workers directly. All messages of a turn go as one, since posting costs more than what is posted. While
 * the link is cut, messages are lost at both ends.
 */
export function createInterconnectLink(options: {
  readonly self: ControllerId
  readonly state: InterconnectState
  readonly reactor: Reactor
  readonly receive: (message: PeerMessage) => void
}): InterconnectLink {
  const { self, state, reactor, receive } = options
  let current: MessagePort | undefined
  let gathered: PeerMessage[] = []

  function post(): void {
    const messages = gathered
    gathered = []
    if (current === undefined || state.isCut) return
    const { handed, transfer, byteCount } = handOver(messages)
    state.count(self, { messages: messages.length, bytes: MESSAGE_BYTES * messages.length + byteCount })
    current.postMessage(handed, transfer)
  }

  return {
    send(message) {
      if (gathered.length === 0) reactor.atTurnEnd(post)
      gathered.push(message)
    },
    plugIn(port) {
      current?.close()
      current = port
      gathered = []
      port.on('message', (messages: readonly PeerMessage[]) => {
        if (port !== current || state.isCut) return
        reactor.turn(() => {
          for (const message of messages) receive(message)
        })
      })
    },
    close() {
      current?.close()
      current = undefined
    },
  }
}

interface HandedOver {
  readonly handed: readonly PeerMessage[]
  readonly transfer: TransferListItem[]
  readonly byteCount: number
}

/**
 * Bulk data is copied once, all of a turn into one piece of memory, and the copy moves. The original stays whole, since the
 * sender may have to send it again, and posting a piece of something larger as it is would copy all that it is a piece of.
 */
function handOver(messages: readonly PeerMessage[]): HandedOver {
  let byteCount = 0
  for (const { words } of messages) if ('data' in words) for (const chunk of words.data) byteCount += chunk.length
  if (byteCount === 0) return { handed: messages, transfer: [], byteCount }
  // Its memory is of its own and not cleared first.
  const copy = Buffer.allocUnsafeSlow(byteCount)
  let at = 0
  const move = (chunk: Uint8Array): Uint8Array => {
    const moved = new Uint8Array(copy.buffer, at, chunk.length)
    moved.set(chunk)
    at += chunk.length
    return moved
  }
  const handed = messages.map((message) => {
    const { words } = message
    return 'data' in words && words.data.length > 0 ? { ...message, words: { ...words, data: words.data.map(move) } } : message
  })
  return { handed, transfer: [copy.buffer as ArrayBuffer], byteCount }
}
