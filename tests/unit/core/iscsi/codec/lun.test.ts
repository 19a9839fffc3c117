import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeLun, encodeLun } from '../../../../../src-main/core/iscsi/codec/lun'

describe('LUN (SAM-5 §4.7)', () => {
  it('comes back as it was encoded, at any offset', () => {
    fc.assert(
      fc.property(fc.nat(0x3fff), fc.nat(40), (lun, offset) => {
        const bytes = new Uint8Array(48).fill(0xff)
        encodeLun(bytes, offset, lun)
        expect(decodeLun(bytes, offset)).toBe(lun)
      }),
    )
  })

  it('uses peripheral addressing up to 255 and flat space above', () => {
    const bytes = new Uint8Array(8)
    encodeLun(bytes, 0, 255)
    expect([...bytes.subarray(0, 2)]).toEqual([0, 255])
    encodeLun(bytes, 0, 256)
    expect([...bytes.subarray(0, 2)]).toEqual([0x41, 0])
  })

  it.each([
    ['a bus', [1, 2, 0, 0, 0, 0, 0, 0]],
    ['a second level', [0, 1, 0, 2, 0, 0, 0, 0]],
    ['logical unit addressing', [0x80, 1, 0, 0, 0, 0, 0, 0]],
    ['a well known unit', [0xc1, 1, 0, 0, 0, 0, 0, 0]],
  ])('does not know %s', (_, bytes) => expect(decodeLun(Uint8Array.from(bytes), 0)).toBe(-1))
})
