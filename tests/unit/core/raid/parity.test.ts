import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { xorChunksInto, xorInto } from '../../../../src-main/core/raid/parity'

describe('parity', () => {
  it('is the exclusive or of every byte, at any alignment', () => {
    const bytes = fc.uint8Array({ maxLength: 70 })
    fc.assert(
      fc.property(bytes, fc.nat(7), fc.nat(7), (source, skew, offset) => {
        const shifted = new Uint8Array(source.length + skew).subarray(skew)
        shifted.set(source)
        const target = new Uint8Array(offset + source.length + 3).map((_, index) => index * 37)
        const expected = target.map((byte, index) => byte ^ (source[index - offset] ?? 0))
        xorInto(target, offset, shifted)
        expect(target).toEqual(expected)
      }),
    )
  })

  it('goes on from chunk to chunk', () => {
    const target = new Uint8Array(8)
    xorChunksInto(target, 1, [new Uint8Array([1, 2]), new Uint8Array([]), new Uint8Array([3, 4, 5])])
    expect([...target]).toEqual([0, 1, 2, 3, 4, 5, 0, 0])
    expect(() => xorInto(target, 6, new Uint8Array(3))).toThrow('3 bytes at 6 of 8')
  })
})
