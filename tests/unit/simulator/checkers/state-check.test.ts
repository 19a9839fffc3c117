import { describe, expect, it } from 'vitest'
import type { ArrayState } from '../../../../src-main/contract/array-state'
import { Violations } from '../../../../src-main/simulator/checkers/checker'
import { VirtualClock } from '../../../../src-main/simulator/virtual-clock'
import { StateCheck } from '../../../../src-main/simulator/checkers/state-check'
import { DriveMedium } from '../../../../src-main/simulator/drive-medium'
import { firstState } from '../../../../src-main/simulator/first-state'

const FIRST = firstState(Array.from({ length: 6 }, (_, index) => new DriveMedium(index, 65_536)))
const COMPLETED = { id: 'r1', name: 'rename-array', digest: 'd', servedBy: 'a' as const, result: { name: 'one' } }

function next(state: ArrayState, change: Partial<ArrayState> = {}): ArrayState {
  return { ...state, generation: state.generation + 1, ...change }
}

function named(state: ArrayState, name: string): ArrayState {
  return next(state, { configuration: { ...state.configuration, name } })
}

function sentencesOf(...states: readonly ArrayState[]): string[] {
  const violations = new Violations(new VirtualClock())
  const check = new StateCheck(violations)
  for (const state of states) check.installed('controller a', state)
  return violations.found.map(({ sentence }) => sentence)
}

describe('the check of array states', () => {
  it('accepts a line of states, each installed by both and some late', () => {
    const second = next(FIRST, { completedRequests: [COMPLETED] })
    const third = named(second, 'one')
    expect(sentencesOf(FIRST, second, { ...second }, third, second, third)).toEqual([])
  })

  it('finds a forgotten request and another result', () => {
    const second = next(FIRST, { completedRequests: [COMPLETED] })
    expect(sentencesOf(second, next(second, { completedRequests: [] }))).toEqual([
      expect.stringContaining('request r1 (rename-array) is forgotten'),
    ])
    expect(sentencesOf(second, next(second, { completedRequests: [{ ...COMPLETED, result: 2 }] }))).toEqual([
      expect.stringContaining('has another result'),
    ])
  })

  it('finds two states of one generation, and one that comes too late', () => {
    const second = named(FIRST, 'one')
    expect(sentencesOf(second, named(FIRST, 'two'))).toEqual([expect.stringContaining('another state as generation 2')])
    expect(sentencesOf(next(second), second)).toEqual([expect.stringContaining('new to all, after generation 3')])
  })

  it('finds a request that ran twice', () => {
    const second = named(FIRST, 'one')
    const third = named(second, 'two')
    expect(sentencesOf(FIRST, second, third, named(third, 'one'))).toEqual([expect.stringContaining('named "one" again')])
    const { volumes } = FIRST.configuration
    const serialChanged = volumes.map((volume) => ({ ...volume, serial: 'ffffffffffffffff' }))
    const again = next(second, { configuration: { ...second.configuration, volumes: serialChanged } })
    expect(sentencesOf(named(FIRST, 'one'), next(second), { ...again, generation: 4 })).toEqual([
      expect.stringContaining('"alpha" was made twice'),
      expect.stringContaining('"bravo" was made twice'),
    ])
  })

  it('finds a deleted volume that is back', () => {
    const without = next(FIRST, { configuration: { ...FIRST.configuration, volumes: [] }, ownership: [] })
    const back = next(without, { configuration: FIRST.configuration, ownership: FIRST.ownership })
    const first = next(FIRST)
    expect(sentencesOf(FIRST, first, { ...without, generation: 3 }, { ...back, generation: 4 }).join()).toContain(
      'is back after it was deleted',
    )
  })

  it('finds an owner without a new epoch', () => {
    const second = next(FIRST)
    const swapped = second.ownership.map((ownership) => ({
      ...ownership,
      owner: ownership.owner === 'a' ? ('b' as const) : ('a' as const),
    }))
    expect(sentencesOf(second, next(second, { ownership: swapped }))).toHaveLength(2)
  })
})
