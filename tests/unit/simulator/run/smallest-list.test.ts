import { expect, it } from 'vitest'
import { smallestList } from '../../../../src-main/simulator/run/smallest-list'

const ALL = [...Array(20).keys()]

function smallest(holds: (list: readonly number[]) => boolean): readonly number[] {
  const search = smallestList(ALL, function* (list) {
    yield
    return holds(list)
  })
  for (;;) {
    const { done, value } = search.next()
    if (done === true) return value
  }
}

it.each([[[]], [[0]], [[19]], [[3, 4]], [[0, 7, 19]], [ALL]])('finds what is needed: %j', (needed) => {
  expect(smallest((list) => needed.every((one) => list.includes(one)))).toEqual(needed)
})

it('finds some list of which each element is needed', () => {
  expect(smallest((list) => list.length >= 3)).toHaveLength(3)
})

it('asks nothing of an empty list', () => {
  expect(smallestList([], () => expect.unreachable()).next()).toEqual({ done: true, value: [] })
})
