import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../src-main/contract/json'
import { requestDigest } from '../../../../src-main/core/management/digest'

describe('the digest of a request', () => {
  it('does not depend on the order of the fields', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (params) => {
        const turned = Object.fromEntries(Object.entries(params).reverse())
        expect(requestDigest('x', turned as JsonObject)).toBe(requestDigest('x', params as JsonObject))
      }),
    )
  })

  it('tells names, parameters and their kinds apart', () => {
    const digests = [
      requestDigest('a', {}),
      requestDigest('b', {}),
      requestDigest('a', { x: 1 }),
      requestDigest('a', { x: '1' }),
      requestDigest('a', { x: [1] }),
      requestDigest('a', { y: 1 }),
    ]
    expect(new Set(digests).size).toBe(digests.length)
  })
})
