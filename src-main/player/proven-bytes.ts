import { crc32c } from '../base/crc32c'
import { CHECK_BYTES } from '../contract/recording'

const NEW_LINE = 10

/** How far the bytes of a recording are what was written: each check (`contract/recording`) proves what is before it. */
export class ProvenBytes {
  readonly #bytes: Uint8Array
  #until = 0
  /** Of all bytes before `#until`. */
  #crc = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /**
   * Whether the line that begins at `at` may be taken. Lines are asked for in their order. What comes after the last check is taken as it
   * is: the lab was killed, or the file was cut, before the next check was written.
   */
  holds(at: number): boolean {
    return at < this.#until || this.#prove()
  }

  #prove(): boolean {
    const bytes = this.#bytes
    for (let from = this.#until, end = bytes.indexOf(NEW_LINE, from); end >= 0; from = end + 1, end = bytes.indexOf(NEW_LINE, from)) {
      if (!isCheck(bytes, from)) continue
      const crc = crc32c(bytes.subarray(this.#until, from), this.#crc)
      if (checkOf(bytes.subarray(from, end)) !== crc) return false
      this.#crc = crc32c(bytes.subarray(from, end + 1), crc)
      this.#until = end + 1
      return true
    }
    this.#until = Number.POSITIVE_INFINITY
    return true
  }
}

function isCheck(bytes: Uint8Array, from: number): boolean {
  return CHECK_BYTES.every((byte, index) => bytes[from + index] === byte)
}

/** Not a number, if it is none. */
function checkOf(line: Uint8Array): number {
  return line.at(-1) === '}'.charCodeAt(0) ? Number(new TextDecoder().decode(line.subarray(CHECK_BYTES.length, -1))) : Number.NaN
}
