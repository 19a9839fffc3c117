import type { MessagePort, TransferListItem } from 'node:worker_threads'
import { assert } from '../base/assert'
import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { FlightAction } from '../contract/flight'
import type { PeerMessage } from '../contract/interconnect'
import type { PeerPort } from '../core/ports'
import { createDelayLine } from './delay-line'
import type { FlightLog } from './flight/flight-log'
import type { Reactor } from './reactor'

/**
 * The public facts about the link: whether it is cut or slow, and how much has crossed it. Each controller counts what it sent in its
 * own field, so no count is written by two threads.
 */
const CUT_AT = 0
const LATENCY_AT = 1
const WORDS_BYTES = 8
const MEMORY_BYTES = WORDS_BYTES + CONTROLLER_IDS.length * 2 * Float64Array.BYTES_PER_ELEMENT

export class InterconnectState {
  readonly #words: Int32Array
  readonly #counts: Float64Array

  static createMemory(): SharedArrayBuffer {
    return new SharedArrayBuffer(MEMORY_BYTES)
  }

  constructor(memory: SharedArrayBuffer) {
    assert(memory.byteLength === MEMORY_BYTES, `an interconnect state of ${memory.byteLength} bytes`)
    this.#words = new Int32Array(memory, 0, 2)
    this.#counts = new Float64Array(memory, WORDS_BYTES)
  }

  get isCut(): boolean {
    return Atomics.load(this.#words, CUT_AT) === 1
  }

  setCut(cut: boolean): void {
    Atomics.store(this.#words, CUT_AT, cut ? 1 : 0)
  }

  /** Time that each message takes on top. */
  get extraLatencyMs(): number {
    return Atomics.load(this.#words, LATENCY_AT)
  }

  setExtraLatencyMs(milliseconds: number): void {
    Atomics.store(this.#words, LATENCY_AT, milliseconds)
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
  readonly flight?: FlightLog | undefined
}): InterconnectLink {
  const { self, state, reactor, receive, flight } = options
  let current: MessagePort | undefined
  let gathered: PeerMessage[] = []
  /** What is under way on a slow link, in its order. */
  const slowed = createDelayLine<readonly PeerMessage[]>(put)

  function post(): void {
    const messages = gathered
    gathered = []
    const isLost = current === undefined || state.isCut
    note(isLost ? 'lost' : 'sent', messages)
    if (!isLost) slowed.add(messages, state.extraLatencyMs)
  }

  /** Into the cable. What a slow link holds when it is cut is lost on the way. */
  function put(messages: readonly PeerMessage[]): void {
    if (current === undefined || state.isCut) return
    const { handed, transfer, byteCount } = handOver(messages)
    state.count(self, { messages: messages.length, bytes: MESSAGE_BYTES * messages.length + byteCount })
    current.postMessage(handed, transfer)
  }

  function note(action: FlightAction<'message'>, messages: readonly PeerMessage[]): void {
    if (flight !== undefined) for (const message of messages) flight.message(action, message)
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
      slowed.clear()
      port.on('message', (messages: readonly PeerMessage[]) => {
        if (port !== current) return
        reactor.turn(() => {
          note(state.isCut ? 'lost' : 'received', messages)
          if (state.isCut) return
          for (const message of messages) receive(message)
        })
      })
    },
    close() {
      current?.close()
      current = undefined
      slowed.clear()
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
