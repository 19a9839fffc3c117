import { describe, expect, it } from 'vitest'
import { blocksOf, valuesOf } from '../../../../src-main/simulator/hosts/block-values'

describe('values in blocks', () => {
  it('come back, however the bytes are cut', () => {
    const bytes = blocksOf(7, 1, 100, 3)
    expect(valuesOf([bytes], 1, 100)).toEqual([7, 7, 7])
    expect(valuesOf([bytes.subarray(0, 512), bytes.subarray(512)], 1, 100)).toEqual([7, 7, 7])
    expect(valuesOf([new Uint8Array(1024)], 1, 100)).toEqual([0, 0])
  })

  it('are garbage at another place, of another volume, or mixed', () => {
    const bytes = blocksOf(7, 1, 100, 1)
    expect(valuesOf([bytes], 1, 101)).toEqual(['garbage'])
    expect(valuesOf([bytes], 0, 100)).toEqual(['garbage'])
    const mixed = bytes.slice()
    mixed.set(blocksOf(8, 1, 100, 1).subarray(256), 256)
    expect(valuesOf([mixed], 1, 100)).toEqual(['garbage'])
    const blotted = new Uint8Array(512)
    blotted[511] = 1
    expect(valuesOf([blotted], 1, 100)).toEqual(['garbage'])
  })
})
