import * as fc from 'fast-check'

/** Bytes as cases have them: short ones in full, long ones by how they are made. */
export type BytesSpec = { readonly hex: string } | { readonly bytes: number; readonly fill: number }

export function hexOf(maxLength: number, minLength = 0): fc.Arbitrary<string> {
  return fc.uint8Array({ minLength, maxLength }).map((bytes) => Buffer.from(bytes).toString('hex'))
}

export function bytesOf(spec: BytesSpec): Uint8Array {
  return 'hex' in spec ? new Uint8Array(Buffer.from(spec.hex, 'hex')) : new Uint8Array(spec.bytes).fill(spec.fill)
}

/** Numbers at which programs go wrong: around powers of two and their ends. */
export function edgeNumber(max: number): fc.Arbitrary<number> {
  const edges = [0, 1, 2, 3, 4, 7, 8, 15, 16, 63, 64, 127, 128, 255, 256, 511, 512, 513, 4095, 4096, 8191, 8192, 8193]
  const powers = [65_535, 65_536, 262_144, 1_048_576, 4_194_304, 4_194_305, 16_777_215, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff]
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...[...edges, ...powers].filter((edge) => edge <= max)) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: Math.min(max, 4096) }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max }) },
  )
}

/** A change of one place in bytes that made sense before. `at` is a share of the length. */
export interface Mutation {
  readonly at: number
  readonly how: 'flip' | 'set' | 'u32' | 'u64' | 'zero' | 'copy'
  readonly value: number
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.integer({ min: 0, max: 9999 }),
  how: fc.constantFrom('flip', 'set', 'u32', 'u64', 'zero', 'copy'),
  value: edgeNumber(0xffff_ffff),
})

/** Changes `bytes`. With `within`, only its first bytes are touched. */
export function mutate(bytes: Uint8Array, { at, how, value }: Mutation, within: number = bytes.length): void {
  const offset = Math.floor((at / 10_000) * Math.min(within, bytes.length))
  const put = (index: number, byte: number): void => {
    if (index < bytes.length) bytes[index] = byte
  }
  if (how === 'flip') put(offset, (bytes[offset] ?? 0) ^ (1 << (value & 7)))
  else if (how === 'set') put(offset, value)
  else if (how === 'zero') bytes.fill(0, offset, offset + (value & 0xff))
  else if (how === 'copy') bytes.copyWithin(offset, value % Math.max(1, bytes.length), (value % Math.max(1, bytes.length)) + 16)
  else {
    const word = how === 'u64' ? (offset & ~7) + 4 : offset & ~3
    for (let i = 0; i < 4; i++) put(word + i, value >>> (24 - 8 * i))
    if (how === 'u64') for (let i = 1; i <= 4; i++) put(word - i, value % 3 === 0 ? 0xff : 0)
  }
}
