import { failure, ok, type Result } from '../base/result'
import type { GivenFile, GivenPiece } from '../contract/given-recording'
import type { LabError } from '../contract/lab-error'

interface Begun {
  readonly name: string
  readonly bytes: Buffer
  readonly isBeside: GivenPiece['isBeside']
  filled: number
}

/** Puts together what a person gives in pieces. It is in memory only, and gone when it is opened or given up. */
export class GivenRecording {
  #begun: Begun | undefined

  /** All of it, with its last piece. Undefined: more is to come. A piece out of order ends it. */
  take({ name, byteCount, at, isBeside, base64 }: GivenPiece): Result<GivenFile | undefined, LabError> {
    const piece = Buffer.from(base64, 'base64')
    if (at === 0) this.#begun = { name, bytes: Buffer.alloc(byteCount), isBeside, filled: 0 }
    const begun = this.#begun
    this.#begun = undefined
    if (begun?.name !== name || begun.bytes.length !== byteCount || begun.isBeside !== isBeside || begun.filled !== at)
      return failure({ code: 'not-possible-now', message: `${name} was given up meanwhile. Open it again.` })
    if (piece.length === 0 || at + piece.length > byteCount)
      return failure({ code: 'bad-command', message: `"base64" is wrong: ${name} has ${byteCount} bytes.`, field: 'base64' })
    piece.copy(begun.bytes, at)
    begun.filled += piece.length
    if (begun.filled === byteCount) return ok({ name, bytes: begun.bytes })
    this.#begun = begun
    return ok(undefined)
  }

  giveUp(): void {
    this.#begun = undefined
  }
}
