import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalBytes } from '../../../../src-main/base/bytes'
import { multiply, powerOfTwo } from '../../../../src-main/base/galois'
import { mulAddInto, parityInto, xorAllInto, xorInto } from '../../../../src-main/base/kernels/parity'
import { plainMulAddInto, plainParityInto, plainXorInto } from '../../../../src-main/base/kernels/plain-parity'
import { bytesOf, randomBytes } from '../../../support/random-bytes'

/** Less than a step of the kernel, some steps, and more than a slot. */
const LENGTHS = [70, 2000, 40_000]
const RUNS = { numRuns: 30 }
const byte = fc.nat(0xff)
const offsets = fc.nat(20)

/** Quick for long ones; where they differ, it says where. */
function expectSame(actual: Uint8Array, expected: Uint8Array): void {
  if (!equalBytes(actual, expected)) expect(actual).toEqual(expected)
}

/** Some bytes of one length; more of them than the kernel takes at once. */
function severalBytes(maxLength: number): fc.Arbitrary<Uint8Array[]> {
  return fc
    .tuple(fc.nat(maxLength), fc.array(fc.tuple(fc.nat(15), fc.nat()), { maxLength: 20 }))
    .map(([length, members]) => members.map(([skew, seed]) => bytesOf(length, skew, seed)))
}

describe.each([
  { name: 'the kernel', xor: xorInto, mulAdd: mulAddInto },
  { name: 'its plain twin', xor: plainXorInto, mulAdd: plainMulAddInto },
])('$name', ({ xor, mulAdd }) => {
  it.each(LENGTHS)('adds bytes at any offset and alignment and leaves those beside them, up to %i', (maxLength) => {
    fc.assert(
      fc.property(randomBytes(maxLength), offsets, offsets, (source, offset, behind) => {
        const target = bytesOf(offset + source.length + behind, offset % 16, behind)
        const expected = target.map((each, index) => each ^ (source[index - offset] ?? 0))
        xor(target, offset, source)
        expectSame(target, expected)
      }),
      RUNS,
    )
  })

  it.each(LENGTHS)('adds a multiple of bytes, up to %i', (maxLength) => {
    fc.assert(
      fc.property(randomBytes(maxLength), offsets, offsets, byte, (source, offset, behind, coefficient) => {
        const target = bytesOf(offset + source.length + behind, offset % 16, behind)
        const expected = target.map((each, index) => each ^ multiply(source[index - offset] ?? 0, coefficient))
        mulAdd(target, offset, source, coefficient)
        expectSame(target, expected)
      }),
      RUNS,
    )
  })

  it('knows every product', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
    for (let coefficient = 0; coefficient < 256; coefficient++) {
      const products = new Uint8Array(256)
      mulAdd(products, 0, bytes, coefficient)
      expectSame(
        products,
        bytes.map((each) => multiply(each, coefficient)),
      )
    }
  })
})

describe.each([
  { name: 'the kernel', parity: parityInto },
  { name: 'its plain twin', parity: plainParityInto },
])('$name', ({ parity }) => {
  it.each(LENGTHS)('makes P and Q of any number of chunks, up to %i bytes', (maxLength) => {
    fc.assert(
      fc.property(severalBytes(maxLength), (chunks) => {
        const length = chunks[0]?.length ?? 100
        const [p, q] = [bytesOf(length, 1, 1), bytesOf(length, 2, 2)]
        parity(p, q, chunks)
        expectSame(
          p,
          p.map((_, index) => chunks.reduce((sum, chunk) => sum ^ chunk[index]!, 0)),
        )
        expectSame(
          q,
          q.map((_, index) => chunks.reduce((sum, chunk, number) => sum ^ multiply(chunk[index]!, powerOfTwo(number)), 0)),
        )
      }),
      RUNS,
    )
  })
})

it.each(LENGTHS)('adds any number of sources to a target, up to %i bytes', (maxLength) => {
  fc.assert(
    fc.property(severalBytes(maxLength), (sources) => {
      const target = bytesOf(sources[0]?.length ?? 100, 1, 1)
      const expected = target.map((each, index) => sources.reduce((sum, source) => sum ^ source[index]!, each))
      xorAllInto(target, sources)
      expectSame(target, expected)
    }),
    RUNS,
  )
})

it('asserts that everything fits', () => {
  const [two, three] = [new Uint8Array(2), new Uint8Array(3)]
  expect(() => xorInto(new Uint8Array(8), 6, three)).toThrow('3 bytes at 6 of 8')
  expect(() => mulAddInto(new Uint8Array(8), 6, three, 1)).toThrow('3 bytes at 6 of 8')
  expect(() => mulAddInto(three, 0, three, 256)).toThrow('256')
  expect(() => xorAllInto(three, [three, two])).toThrow('2 bytes with 3')
  expect(() => parityInto(three, two, [three])).toThrow('3 bytes from 2')
  expect(() => parityInto(three, three, [two])).toThrow('3 bytes from 2')
})
