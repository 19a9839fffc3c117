import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addData, makeParity, P, Q, solve } from '../../../../src-main/core/raid/parity-code'

describe('P and Q', () => {
  it('give back any one or two chunks', () => {
    const row = fc.array(fc.uint8Array({ minLength: 4, maxLength: 4 }), { minLength: 2, maxLength: 22 })
    fc.assert(
      fc.property(row, fc.nat(), fc.nat(), fc.constantFrom([P], [Q], [P, Q]), (data, a, b, parities) => {
        const wanted = [...new Set([a % data.length, b % data.length])].sort((x, y) => x - y)
        const lost = parities.length === 1 ? wanted.slice(0, 1) : wanted
        const sums: Uint8Array[] = []
        for (const parity of parities) {
          sums[parity] = new Uint8Array(4)
          // All of them, and then those that are there taken out again.
          data.forEach((block, chunk) => addData(parity, chunk, sums[parity]!, 0, block))
          data.forEach((block, chunk) => lost.includes(chunk) || addData(parity, chunk, sums[parity]!, 0, block))
        }
        expect(solve(lost, sums)).toEqual(lost.map((chunk) => data[chunk]))
      }),
    )
  })

  it('are the same made at once as added up', () => {
    const row = fc.array(fc.uint8Array({ minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 22 })
    fc.assert(
      fc.property(row, fc.constantFrom([P], [P, Q]), (data, parities) => {
        const added = parities.map((parity) => {
          const sum = new Uint8Array(4)
          data.forEach((block, chunk) => addData(parity, chunk, sum, 0, block))
          return sum
        })
        expect(makeParity(data, parities.length)).toEqual(added)
      }),
    )
  })

  it('cannot give back more than they are', () => {
    expect(() => solve([0, 1], [new Uint8Array(1)])).toThrow('cannot be worked out')
    expect(() => solve([0, 1, 2], [new Uint8Array(1), new Uint8Array(1)])).toThrow('cannot be worked out')
  })
})
