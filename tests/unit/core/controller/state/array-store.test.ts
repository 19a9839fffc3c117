import { expect, it } from 'vitest'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import { ArrayStore } from '../../../../../src-main/core/controller/state/array-store'
import { firstArrayState } from '../../../../support/fake-lab-data'

const first = firstArrayState(4)

function storeWith(state: ArrayState): { readonly store: ArrayStore; readonly told: (readonly [ArrayState, ArrayState | undefined])[] } {
  const store = new ArrayStore()
  const told: (readonly [ArrayState, ArrayState | undefined])[] = []
  store.installed.heardBy((now, previous) => told.push([now, previous]))
  store.install(state)
  return { store, told }
}

it('tells of each new state and of the one before it', () => {
  const next = { ...first, generation: first.generation + 1 }
  const { store, told } = storeWith(first)
  store.install(next)
  expect(told).toEqual([
    [first, undefined],
    [next, first],
  ])
  expect(store.state).toBe(next)
})

it('tells of a state once, even if it comes from the drives and from the peer', () => {
  const { store, told } = storeWith(first)
  store.install({ ...first })
  expect(told).toHaveLength(1)
  expect(store.state).toBe(first)
})

it('takes two states of one generation under different service owners for a bug', () => {
  const { store } = storeWith(first)
  expect(() => store.install({ ...first, serviceEpoch: first.serviceEpoch + 1 })).toThrow(`generation ${first.generation} after`)
  expect(store.state).toBe(first)
})
