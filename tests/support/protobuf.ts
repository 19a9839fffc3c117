/** Reads Protocol Buffers by what a .proto file says. Whatever that does not name, or says otherwise, is an error. */
interface Field {
  readonly name: string
  readonly type: string
  readonly isRepeated: boolean
}

type Schema = ReadonlyMap<string, ReadonlyMap<number, Field>>
export type Decoded = { readonly [field: string]: unknown }

const WIRE_TYPES: Readonly<Record<string, number>> = {
  uint64: 0,
  uint32: 0,
  int64: 0,
  int32: 0,
  bool: 0,
  fixed64: 1,
  double: 1,
}
const DELIMITED = 2

export function readSchema(proto: string): Schema {
  const messages = [...proto.matchAll(/^message (\w+) \{([^}]*)\}/gm)]
  return new Map(messages.map(([, name = '', body = '']) => [name, fieldsOf(body)]))
}

function fieldsOf(body: string): ReadonlyMap<number, Field> {
  const fields = [...body.matchAll(/(optional|repeated) (\w+) (\w+) = (\d+);/g)]
  return new Map(fields.map(([, rule, type = '', name = '', number]) => [Number(number), { name, type, isRepeated: rule === 'repeated' }]))
}

export function decode(schema: Schema, message: string, bytes: Uint8Array): Decoded {
  const fields = schema.get(message)
  if (fields === undefined) throw new Error(`there is no message ${message}`)
  const read = new Reader(bytes)
  const decoded: Record<string, unknown> = {}
  while (!read.isAtEnd) {
    const tag = Number(read.varint())
    const field = fields.get(Math.floor(tag / 8))
    if (field === undefined) throw new Error(`${message} has no field ${Math.floor(tag / 8)}`)
    if (tag % 8 !== (WIRE_TYPES[field.type] ?? DELIMITED)) throw new Error(`${message}.${field.name} has wire type ${tag % 8}`)
    const value = read.value(field.type, (type, part) => decode(schema, type, part))
    if (field.isRepeated) decoded[field.name] = [...((decoded[field.name] as unknown[] | undefined) ?? []), value]
    else if (field.name in decoded) throw new Error(`${message}.${field.name} is there twice`)
    else decoded[field.name] = value
  }
  return decoded
}

class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  value(type: string, message: (type: string, part: Uint8Array) => Decoded): unknown {
    if (type === 'string') return new TextDecoder('utf-8', { fatal: true }).decode(this.#part())
    if (type === 'fixed64') return this.#view.getBigUint64(this.#eight(), true)
    if (type === 'double') return this.#view.getFloat64(this.#eight(), true)
    if (!(type in WIRE_TYPES)) return message(type, this.#part())
    const value = this.varint()
    if (type === 'bool') return value === 1n
    if (type === 'int64') return BigInt.asIntN(64, value)
    return type === 'uint64' ? value : Number(value)
  }

  varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#view.getUint8(this.#at++)
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw new Error('a varint without end')
  }

  #eight(): number {
    this.#at += 8
    return this.#at - 8
  }

  #part(): Uint8Array {
    const length = Number(this.varint())
    if (this.#at + length > this.#bytes.length) throw new Error('a field beyond its message')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }
}
