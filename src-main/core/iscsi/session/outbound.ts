import { LIMITS } from '../../../contract/limits'
import type { ConnectionPort } from '../../ports'
import { assemblePdu, NO_DIGESTS, type DigestUse, type PduParts } from '../codec/assemble'
import { serialAdd } from '../codec/serial-number'
import type { MemoryShare } from './memory'

/** The sending side of a connection: StatSN, digests, and PDUs gathered so that one event makes one `send`. */
export class Outbound {
  digests: DigestUse = NO_DIGESTS
  /** Of the session, where there is one: what is queued counts there. */
  memory: MemoryShare | undefined
  readonly #port: ConnectionPort
  #statSn: number
  #chunks: Uint8Array[] = []
  #corked = false
  #closed = false

  constructor(port: ConnectionPort, firstStatSn: number) {
    this.#port = port
    this.#statSn = firstStatSn
  }

  /** What the next status will carry. */
  get statSn(): number {
    return this.#statSn
  }

  /** For a PDU that carries a status. */
  takeStatSn(): number {
    const taken = this.#statSn
    this.#statSn = serialAdd(taken, 1)
    return taken
  }

  /** Only before the first status was sent. */
  startStatSn(first: number): void {
    this.#statSn = first
  }

  /** More is queued than the connection should hold: start nothing new until it has drained. */
  get isCongested(): boolean {
    return this.queuedBytes > LIMITS.connectionQueueBytes
  }

  get queuedBytes(): number {
    return this.#port.queuedBytes
  }

  send(parts: PduParts): void {
    if (this.#closed) return
    assemblePdu(parts, this.digests, this.#chunks)
    if (!this.#corked) this.#flush()
  }

  cork(): void {
    this.#corked = true
  }

  uncork(): void {
    this.#corked = false
    this.#flush()
  }

  close(): void {
    if (this.#closed) return
    this.#flush()
    this.#closed = true
    this.memory?.close()
  }

  #flush(): void {
    if (this.#chunks.length === 0 || this.#closed) return
    const chunks = this.#chunks
    this.#chunks = []
    this.#port.send(chunks)
    this.memory?.countQueued()
  }
}
