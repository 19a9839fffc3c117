import { concatBytes } from '../../../base/bytes'
import { LIMITS } from '../../../contract/limits'
import type { Pdu } from '../codec/framer'
import type { decodeTextResponse } from '../codec/pdu/text'

const MAX_PIECES = LIMITS.hostTextPieces

/** A text negotiation in the full feature phase (RFC 7143 §11.10): its answer may come in pieces. */
export class TextExchange {
  readonly tag: number
  readonly #pieces: Uint8Array[] = []

  constructor(tag: number) {
    this.tag = tag
  }

  /** Returns all of the text, the tag with which to ask for the next piece, or what is wrong. */
  take(
    response: ReturnType<typeof decodeTextResponse>,
    data: Pdu['data'],
  ): { readonly text: Uint8Array } | { readonly nextTag: number } | { readonly wrong: string } {
    this.#pieces.push(...data)
    if (this.#pieces.length > MAX_PIECES) return { wrong: 'a text that does not come to an end' }
    if (!response.final || response.continued) return { nextTag: response.targetTransferTag }
    return { text: concatBytes(this.#pieces) }
  }
}
