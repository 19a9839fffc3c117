import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalBytes } from '../../../src-main/base/bytes'
import { crc32c, joinCrc32c } from '../../../src-main/base/crc32c'
import { plainCrc32c } from '../../../src-main/base/kernels/plain-crc32c'
import { bytesOf, randomBytes } from '../../support/random-bytes'

/** Short ones are done by the plain twin, longer ones by tables in the kernel, then by folding, then in several calls. */
const LENGTHS = [200, 2000, 100_000]

describe.each([
  { name: 'the kernel', of: crc32c },
  { name: 'its plain twin', of: (bytes: Uint8Array) => plainCrc32c(bytes, 0) },
])('$name', ({ of }) => {
  it('is CRC-32C (RFC 3720 B.4)', () => {
    expect(of(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(of(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
    expect(of(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e)
  })

  it('is the definition, bit by bit, at every length', () => {
    const bytes = bytesOf(1500, 3, 1)
    const expected = byDefinition(bytes)
    for (let length = 0; length <= bytes.length; length++) expect(of(bytes.subarray(0, length)), `${length} bytes`).toBe(expected[length])
  })
})

it.each(LENGTHS)('is the same in pieces, and joined from those of the pieces, up to %i bytes', (maxLength) => {
  fc.assert(
    fc.property(randomBytes(maxLength), fc.nat(), (bytes, cut) => {
      const first = bytes.subarray(0, cut % (bytes.length + 1))
      const second = bytes.subarray(first.length)
      expect(crc32c(second, crc32c(first))).toBe(crc32c(bytes))
      expect(joinCrc32c(crc32c(first), crc32c(second), second.length)).toBe(crc32c(bytes))
    }),
    { numRuns: 30 },
  )
})

it.each(LENGTHS)('is the same from the kernel and from its plain twin, up to %i bytes', (maxLength) => {
  fc.assert(
    fc.property(randomBytes(maxLength), fc.nat(0xffff_ffff), (bytes, seed) => {
      const before = bytes.slice()
      expect(crc32c(bytes, seed)).toBe(plainCrc32c(bytes, seed))
      expect(equalBytes(bytes, before)).toBe(true)
    }),
    { numRuns: 30 },
  )
})

/** Of the first 0, 1, 2, … bytes. */
function byDefinition(bytes: Uint8Array): number[] {
  const checksums = [0]
  let crc = 0xffff_ffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82f63b78
    checksums.push(~crc >>> 0)
  }
  return checksums
}
