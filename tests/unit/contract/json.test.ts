import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isNestedTooDeep, parseJson } from '../../../src-main/contract/json'
import { LIMITS } from '../../../src-main/contract/limits'
import { nested } from '../../support/nested-json'

const { jsonDepth } = LIMITS
const TOO_DEEP = `is nested more than ${jsonDepth} levels deep`

describe('JSON from outside', () => {
  it('is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: jsonDepth - 2 }), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent)
        expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown })
      }),
    )
  })

  it.each(['', '{', '{"a":1', '"', '"\\', 'nul', ']]]]', '[1,]', '\u0000'])('that is none is refused: %j', (text) => {
    expect(parseJson(text)).toEqual({ ok: false, error: 'is not valid JSON' })
  })

  it('is bounded in depth, of arrays and of objects', () => {
    expect(parseJson(nested(jsonDepth)).ok).toBe(true)
    expect(parseJson(nested(jsonDepth + 1))).toEqual({ ok: false, error: TOO_DEEP })
    expect(parseJson('{"a":'.repeat(jsonDepth + 1) + '1' + '}'.repeat(jsonDepth + 1))).toEqual({ ok: false, error: TOO_DEEP })
    expect(parseJson('['.repeat(10_000_000))).toEqual({ ok: false, error: TOO_DEEP })
  })

  it('may have brackets in its strings, behind quotation marks and backslashes', () => {
    const text = JSON.stringify(['['.repeat(100), `"${'{'.repeat(100)}\\`, { '[[\\"': '['.repeat(100) }])
    expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown })
  })

  it('after a string is counted again', () => {
    expect(parseJson(`["\\\\",${nested(jsonDepth)}]`)).toEqual({ ok: false, error: TOO_DEEP })
  })
})

describe('a value from outside', () => {
  it('is as deep as its text', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: jsonDepth - 2 }), (value) => !isNestedTooDeep(value)))
    expect(isNestedTooDeep(JSON.parse(nested(jsonDepth)))).toBe(false)
    expect(isNestedTooDeep(JSON.parse(nested(jsonDepth + 1)))).toBe(true)
    expect(isNestedTooDeep(JSON.parse(nested(100_000)))).toBe(true)
  })

  it('may go in circles, and be wide', () => {
    const circle: unknown[] = []
    circle.push(circle, circle)
    expect(isNestedTooDeep(circle)).toBe(true)
    expect(isNestedTooDeep(Array.from({ length: 200_000 }, () => ({})))).toBe(false)
  })
})
