import { LIMITS } from '../../../contract/limits'
import type { ConnectionPort } from '../../ports'
import { assemblePdu, NO_DATA, NO_DIGESTS } from '../codec/assemble'
import { encodeLogoutRequest, LOGOUT_REASON } from '../codec/pdu/logout'
import { encodeNopOut } from '../codec/pdu/nop'
import { encodeTextRequest } from '../codec/pdu/text'
import { SequenceNumbers } from './sequence-numbers'

const CONNECTION_ID = 0

/** The sending side of a session: its sequence numbers, its task tags, and the PDUs that it sends by itself. */
export class Outbound {
  readonly numbers = new SequenceNumbers()
  #connection: ConnectionPort | undefined
  #nextTag = 1

  opened(connection: ConnectionPort): void {
    this.#connection = connection
  }

  close(): void {
    this.#connection?.close()
  }

  /** The target's window and the connection have room for one more command. */
  get admitsCommand(): boolean {
    return this.numbers.admitsCommand && (this.#connection?.queuedBytes ?? 0) < LIMITS.connectionQueueBytes
  }

  takeTag(): number {
    const tag = this.#nextTag
    this.#nextTag = tag >= 0x7fff_ffff ? 1 : tag + 1
    return tag
  }

  /** What every request carries. */
  get sequence(): { readonly cmdSn: number; readonly expStatSn: number } {
    const { cmdSn, expStatSn } = this.numbers
    return { cmdSn, expStatSn }
  }

  readonly send = (header: Uint8Array, data: readonly Uint8Array[]): void => {
    const chunks: Uint8Array[] = []
    assemblePdu({ header, data }, NO_DIGESTS, chunks)
    this.#connection?.send(chunks)
  }

  sendNop(
    tags: { readonly initiatorTaskTag: number; readonly targetTransferTag: number; readonly lun: number },
    data: readonly Uint8Array[],
  ): void {
    this.send(encodeNopOut({ immediate: true, ...tags, ...this.sequence }), data)
  }

  sendText(tags: { readonly initiatorTaskTag: number; readonly targetTransferTag: number }, text: Uint8Array): void {
    const header = encodeTextRequest({ immediate: true, final: true, continued: false, ...tags, ...this.sequence })
    this.send(header, text.length > 0 ? [text] : NO_DATA)
  }

  sendLogout(initiatorTaskTag: number): void {
    const reason = LOGOUT_REASON.closeSession
    this.send(encodeLogoutRequest({ immediate: true, reason, initiatorTaskTag, connectionId: CONNECTION_ID, ...this.sequence }), NO_DATA)
  }
}
