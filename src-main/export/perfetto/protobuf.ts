const ENCODER = new TextEncoder()

/** Wire types of Protocol Buffers. */
const VARINT = 0
const FIXED64 = 1
const LENGTH_DELIMITED = 2

/** One message of Protocol Buffers, field by field. */
export class ProtobufMessage {
  readonly #bytes: number[] = []

  /** An unsigned whole number. Beyond 2^53 it has the precision of a floating-point number. */
  uint(field: number, value: number): this {
    this.#tag(field, VARINT)
    this.#varint(value)
    return this
  }

  /** A whole number that may be negative, as two's complement in 64 bits. */
  int(field: number, value: number): this {
    this.#tag(field, VARINT)
    if (value >= 0) this.#varint(value)
    else this.#negative(BigInt(value))
    return this
  }

  bool(field: number, value: boolean): this {
    return this.uint(field, value ? 1 : 0)
  }

  fixed64(field: number, value: number): this {
    const bytes = new DataView(new ArrayBuffer(8))
    bytes.setBigUint64(0, BigInt(value), true)
    return this.#eight(field, bytes)
  }

  double(field: number, value: number): this {
    const bytes = new DataView(new ArrayBuffer(8))
    bytes.setFloat64(0, value, true)
    return this.#eight(field, bytes)
  }

  text(field: number, value: string): this {
    return this.#delimited(field, ENCODER.encode(value))
  }

  message(field: number, value: ProtobufMessage): this {
    return this.#delimited(field, value.#bytes)
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }

  #eight(field: number, { buffer }: DataView<ArrayBuffer>): this {
    this.#tag(field, FIXED64)
    this.#bytes.push(...new Uint8Array(buffer))
    return this
  }

  #delimited(field: number, value: Uint8Array | readonly number[]): this {
    this.#tag(field, LENGTH_DELIMITED)
    this.#varint(value.length)
    for (const byte of value) this.#bytes.push(byte)
    return this
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType)
  }

  /** Seven bits a byte, the lowest first. By division, because bit operations end at 32 bits. */
  #varint(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.#bytes.push((rest % 0x80) + 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes.push(rest)
  }

  #negative(value: bigint): void {
    let rest = BigInt.asUintN(64, value)
    while (rest >= 0x80n) {
      this.#bytes.push(Number(rest & 0x7fn) + 0x80)
      rest >>= 7n
    }
    this.#bytes.push(Number(rest))
  }
}
