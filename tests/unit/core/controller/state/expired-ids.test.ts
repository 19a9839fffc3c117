import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import { LIMITS } from '../../../../../src-main/contract/limits'
import { withCompleted } from '../../../../../src-main/core/controller/state/array-changes'
import { mayHaveExpired, resultCount } from '../../../../../src-main/core/controller/state/expired-ids'
import { encodeState } from '../../../../../src-main/core/raid/superblock'
import { DriveMedium } from '../../../../../src-main/simulator/drive-medium'
import { firstState } from '../../../../../src-main/simulator/first-state'

const FIRST = firstState(Array.from({ length: 6 }, (_, index) => new DriveMedium(index, 65_536)))

function afterResults(ids: readonly string[], state: ArrayState = FIRST): ArrayState {
  return ids.reduce((next, id) => withCompleted(next, { id, name: 'rename-array', digest: '', servedBy: 'a', result: {} }), state)
}

const numbered = (count: number, name = 'id') => Array.from({ length: count }, (_, index) => `${name}-${index}`)
const refused = (state: ArrayState, ids: readonly string[]) => ids.filter((id) => mayHaveExpired(state, id, undefined)).length

describe('ids whose results were dropped', () => {
  it('are all known, and hardly another', () => {
    const state = afterResults(numbered(LIMITS.completedRequests + 1000))
    expect(refused(state, numbered(1000))).toBe(1000)
    expect(refused(state, numbered(1000, 'new'))).toBeLessThan(5)
  })

  it('are none as long as nothing is dropped', () => {
    const state = afterResults(numbered(LIMITS.completedRequests))
    expect(state).not.toHaveProperty('expiredIds')
    expect(refused(state, numbered(LIMITS.completedRequests))).toBe(0)
    expect(resultCount(state)).toBe(LIMITS.completedRequests)
  })

  it('stay known whatever comes later, and the state stays bounded', () => {
    const many = 10_000
    const state = afterResults(numbered(many + LIMITS.completedRequests))
    expect(refused(state, numbered(many))).toBe(many)
    expect(refused(state, numbered(1000, 'new'))).toBeLessThan(80)
    expect(encodeState(state).ok).toBe(true)
    expect(resultCount(state)).toBe(many + LIMITS.completedRequests)
  })

  it('are all of any form', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[\x21-\x7e]{1,64}$/), { minLength: 1, maxLength: 50 }), (ids) => {
        const state = afterResults([...ids, ...numbered(LIMITS.completedRequests, 'later')])
        expect(refused(state, ids)).toBe(ids.length)
      }),
      { numRuns: 20 },
    )
  })

  it('cannot be those that were chosen after them', () => {
    const state = afterResults(numbered(LIMITS.completedRequests + 10))
    expect(mayHaveExpired(state, 'id-3', resultCount(state))).toBe(false)
    expect(mayHaveExpired(state, 'id-3', 10)).toBe(false)
    // Its caller knew three results at the most when it chose the id.
    expect(mayHaveExpired(state, 'id-3', 3)).toBe(true)
    // The last that was dropped.
    expect(mayHaveExpired(state, 'id-9', 9)).toBe(true)
  })
})
