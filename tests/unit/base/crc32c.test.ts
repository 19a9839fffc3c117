import fc from 'fast-check'
import { expect, it } from 'vitest'
import { crc32c, joinCrc32c } from '../../../src-main/base/crc32c'

it('is CRC-32C (RFC 3720 B.4)', () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e)
})

it('is the same in pieces, and joined from those of the pieces', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(), (bytes, cut) => {
      const first = bytes.subarray(0, cut % (bytes.length + 1))
      const second = bytes.subarray(first.length)
      expect(crc32c(second, crc32c(first))).toBe(crc32c(bytes))
      expect(joinCrc32c(crc32c(first), crc32c(second), second.length)).toBe(crc32c(bytes))
    }),
  )
})
