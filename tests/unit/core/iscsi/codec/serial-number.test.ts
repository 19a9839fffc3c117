import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { serialAdd, serialDistance } from '../../../../../src-main/core/iscsi/codec/serial-number'

it('counts and compares over the wrap', () => {
  expect(serialAdd(0xffff_ffff, 1)).toBe(0)
  expect(serialDistance(2, 0xffff_fffe)).toBe(4)
  expect(serialDistance(0xffff_fffe, 2)).toBe(-4)
})

it('finds the distance that was gone', () => {
  fc.assert(
    fc.property(fc.nat(0xffff_ffff), fc.nat(0x7fff_ffff), (from, step) => {
      expect(serialDistance(serialAdd(from, step), from)).toBe(step)
    }),
  )
})
