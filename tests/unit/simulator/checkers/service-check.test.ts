import { describe, expect, it } from 'vitest'
import type { ArrayState } from '../../../../src-main/contract/array-state'
import type { Json, JsonObject } from '../../../../src-main/contract/json'
import type { ServiceAnswer, ServiceErrorCode } from '../../../../src-main/contract/service-request'
import { Violations } from '../../../../src-main/simulator/checkers/checker'
import { VirtualClock } from '../../../../src-main/simulator/virtual-clock'
import { ServiceCheck } from '../../../../src-main/simulator/checkers/service-check'
import { DriveMedium } from '../../../../src-main/simulator/drive-medium'
import { firstState } from '../../../../src-main/simulator/first-state'

const FIRST = firstState(Array.from({ length: 6 }, (_, index) => new DriveMedium(index, 65_536)))

function bench() {
  const violations = new Violations(new VirtualClock())
  let state: ArrayState = FIRST
  const names = new Map([[FIRST.configuration.name, 1]])
  const check = new ServiceCheck(violations, {
    get newest() {
      return state
    },
    generationOfName: (name) => names.get(name),
    hasSeen: (name) => names.has(name),
  })
  return {
    check,
    commit(id: string, name: string, result: Json): void {
      state = {
        ...state,
        generation: state.generation + 1,
        completedRequests: [...state.completedRequests, { id, name, digest: '', servedBy: 'a', result }],
      }
      if (name === 'rename-array') names.set((result as { name: string }).name, state.generation)
    },
    answer(id: string, name: string, result: Json, params: JsonObject = {}): void {
      check.answered({ id, name, params }, check.lookBegins(), good(id, result))
    },
    refuse(id: string, name: string, code: ServiceErrorCode): void {
      check.answered({ id, name, params: {} }, check.lookBegins(), { id, receivedBy: 'a', error: { code, message: 'no' } })
    },
    answerAnew(id: string, code?: ServiceErrorCode): void {
      const refused = code === undefined ? undefined : { id, receivedBy: 'a' as const, error: { code, message: 'no' } }
      check.answeredAnew(id, refused ?? good(id, {}))
    },
    sentences(states: { a: ArrayState | undefined; b: ArrayState | undefined } = { a: state, b: state }): string[] {
      check.finish(states)
      return violations.found.map(({ sentence }) => sentence)
    },
  }
}

function good(id: string, result: Json): ServiceAnswer {
  return { id, receivedBy: 'a', servedBy: 'a', route: [], result }
}

describe('the check of service requests', () => {
  it.each(['id-reused', 'id-expired', 'busy', 'unavailable'] as const)('accepts %s for an id that belongs to another request', (code) => {
    const { check, commit, answerAnew, sentences } = bench()
    commit('1', 'rename-array', { name: 'one' })
    check.mustNotAppear('never')
    answerAnew('1', code)
    expect(sentences()).toEqual([])
  })

  it.each([undefined, 'not-found', 'conflict'] as const)('does not accept %s there', (code) => {
    const { answerAnew, sentences } = bench()
    answerAnew('1', code)
    expect(sentences()).toEqual([`another request with the id 1, which was carried out, was answered ${code ?? 'good'}`])
  })

  it('finds what such a request asked for, whatever its answer', () => {
    const { check, commit, answerAnew, sentences } = bench()
    check.mustNotAppear('never')
    answerAnew('1', 'id-reused')
    commit('2', 'rename-array', { name: 'never' })
    expect(sentences()).toEqual(['"never" was given, which was asked for with the id of another request'])
  })

  it('accepts one result, given twice, and names in their order', () => {
    const { commit, answer, refuse, sentences } = bench()
    refuse('1', 'rename-array', 'unavailable')
    commit('1', 'rename-array', { name: 'one' })
    answer('1', 'rename-array', { name: 'one' }, { name: 'one' })
    answer('1', 'rename-array', { name: 'one' }, { name: 'one' })
    answer('2', 'get-array-status', { name: 'one' })
    expect(sentences()).toEqual([])
  })

  it('finds an answer before the commit, another than the committed one, and two of them', () => {
    const early = bench()
    early.answer('1', 'create-volume', { id: 2 })
    expect(early.sentences()[0]).toContain('before it was committed')
    const other = bench()
    other.commit('1', 'create-volume', { id: 2 })
    other.answer('1', 'create-volume', { id: 3 })
    expect(other.sentences()[0]).toContain('but committed {"id":2}')
    const twice = bench()
    twice.commit('1', 'create-volume', { id: 2 })
    twice.answer('1', 'create-volume', { id: 2 })
    twice.answer('1', 'create-volume', { id: 3 })
    expect(twice.sentences()[0]).toContain('was answered {"id":2} first and {"id":3} later')
  })

  it('finds a refusal that only a second run explains', () => {
    const { refuse, sentences } = bench()
    refuse('1', 'create-volume', 'already-exists')
    expect(sentences()[0]).toContain('was answered already-exists')
  })

  it('finds an old name after a new one was answered, and a name that nobody gave', () => {
    const stale = bench()
    stale.commit('1', 'rename-array', { name: 'one' })
    stale.answer('2', 'get-array-status', { name: 'one' })
    stale.answer('3', 'get-array-status', { name: FIRST.configuration.name })
    expect(stale.sentences()).toEqual([])
    stale.answer('1', 'rename-array', { name: 'one' }, { name: 'one' })
    stale.answer('4', 'get-array-status', { name: FIRST.configuration.name })
    expect(stale.sentences()[0]).toContain('of generation 1 after generation 2 with another was answered')
    const invented = bench()
    invented.answer('1', 'get-array-status', { name: 'nobody' })
    expect(invented.sentences()[0]).toContain('which nobody gave')
  })

  it('finds controllers that end with different states, and a result that did not survive', () => {
    const { commit, answer, sentences } = bench()
    commit('1', 'create-volume', { id: 2 })
    answer('1', 'create-volume', { id: 2 })
    const found = sentences({ a: FIRST, b: { ...FIRST, generation: 9 } })
    expect(found[0]).toContain('generation 1, controller B with generation 9')
    expect(found[1]).toContain('the state that survives says undefined')
  })
})
