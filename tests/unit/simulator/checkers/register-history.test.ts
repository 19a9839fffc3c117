import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RegisterHistory } from '../../../../src-main/simulator/checkers/register-history'

/** `[start, end, value]` of writes and reads; a write whose end is undefined was never answered. */
interface History {
  readonly writes: readonly (readonly [number, number | undefined, number])[]
  readonly reads: readonly (readonly [number, number, number])[]
}

function conflictOf({ writes, reads }: History): string | undefined {
  const history = new RegisterHistory(0)
  for (const [start, , value] of writes) history.writeBegins(value, start)
  for (const [, end, value] of writes) if (end !== undefined) history.writeEnds(value, end)
  for (const [start, end, value] of reads) if (!history.read(value, start, end)) return 'never-written'
  // Whoever asks after every value finds a conflict exactly where there is one.
  const values = [0, ...writes.map(([, , value]) => value)]
  expect(values.some((value) => history.conflictOf(value) !== undefined)).toBe(history.conflict() !== undefined)
  return history.conflict()?.how
}

describe('a register history', () => {
  it('accepts operations one after the other', () => {
    expect(
      conflictOf({
        writes: [
          [1, 2, 1],
          [5, 6, 2],
        ],
        reads: [
          [3, 4, 1],
          [7, 8, 2],
        ],
      }),
    ).toBeUndefined()
  })

  it('accepts either order of writes at the same time, but only one of them', () => {
    expect(
      conflictOf({
        writes: [
          [1, 10, 1],
          [2, 9, 2],
        ],
        reads: [[11, 12, 1]],
      }),
    ).toBeUndefined()
    expect(
      conflictOf({
        writes: [
          [1, 10, 1],
          [2, 9, 2],
        ],
        reads: [[11, 12, 2]],
      }),
    ).toBeUndefined()
    expect(
      conflictOf({
        writes: [
          [1, 10, 1],
          [2, 9, 2],
        ],
        reads: [
          [11, 12, 1],
          [13, 14, 2],
        ],
      }),
    ).toBe('overlap')
  })

  it('finds a lost acknowledged write', () => {
    expect(
      conflictOf({
        writes: [
          [1, 2, 1],
          [3, 4, 2],
        ],
        reads: [[5, 6, 1]],
      }),
    ).toBe('inside')
    expect(conflictOf({ writes: [[1, 2, 1]], reads: [[3, 4, 0]] })).toBe('inside')
  })

  it('finds a stale read after a newer one', () => {
    expect(
      conflictOf({
        writes: [
          [1, 2, 1],
          [3, 20, 2],
        ],
        reads: [
          [4, 5, 2],
          [6, 7, 1],
        ],
      }),
    ).toBe('inside')
  })

  it('finds a value that nobody wrote', () => {
    expect(conflictOf({ writes: [], reads: [[1, 2, 7]] })).toBe('never-written')
  })

  it('lets a write without an answer happen late, or never, but once', () => {
    const unknown = [1, undefined, 1] as const
    expect(
      conflictOf({
        writes: [unknown, [2, 3, 2]],
        reads: [
          [4, 5, 2],
          [6, 7, 1],
        ],
      }),
    ).toBeUndefined()
    expect(conflictOf({ writes: [unknown, [2, 3, 2]], reads: [[4, 5, 2]] })).toBeUndefined()
    expect(
      conflictOf({
        writes: [unknown, [2, 3, 2]],
        reads: [
          [4, 5, 1],
          [6, 7, 2],
          [8, 9, 1],
        ],
      }),
    ).toBe('overlap')
  })

  it('does not let the first try of an answered write happen after the answer', () => {
    const history = new RegisterHistory(0)
    history.writeBegins(1, 1)
    history.writeBegins(2, 3)
    history.writeEnds(2, 4)
    history.writeIsSuperseded(1, 4)
    history.writeBegins(3, 5)
    history.writeEnds(3, 6)
    expect(history.conflict()).toBeUndefined()
    history.read(1, 7, 8)
    expect(history.conflict()).toMatchObject({ value: 1, other: 3 })
  })

  it('agrees with trying every order', () => {
    const times = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 10, maxLength: 10 })
    fc.assert(
      fc.property(
        times,
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 2 }),
        fc.boolean(),
        (moments, readValues, answered) => {
          const pair = (index: number): [number, number] =>
            [moments[index * 2]!, moments[index * 2 + 1]!].sort((a, b) => a - b) as [number, number]
          const writes = [1, 2, 3].map((value, index): readonly [number, number | undefined, number] => [
            pair(index)[0],
            value === 3 && !answered ? undefined : pair(index)[1],
            value,
          ])
          const reads = readValues.map((value, index): readonly [number, number, number] => [...pair(index + 3), value])
          // A history in which a read ends before its write begins is not a single cluster: it is refused at the read.
          fc.pre(reads.every(([, end, value]) => value === 0 || (writes[value - 1]?.[0] ?? 0) < end))
          expect(conflictOf({ writes, reads }) === undefined).toBe(isLinearizable({ writes, reads }))
        },
      ),
      { numRuns: 3000 },
    )
  })
})

/** By brute force. */
function isLinearizable({ writes, reads }: History): boolean {
  const operations = [
    ...writes.map(([start, end, value]) => ({ start, end: end ?? Number.POSITIVE_INFINITY, value, isWrite: true })),
    ...reads.map(([start, end, value]) => ({ start, end, value, isWrite: false })),
  ]
  const place = (left: typeof operations, value: number): boolean => {
    if (left.every(({ end }) => end === Number.POSITIVE_INFINITY)) return true
    const earliestEnd = Math.min(...left.map(({ end }) => end))
    return left.some((operation) => {
      if (operation.start > earliestEnd) return false
      if (!operation.isWrite && operation.value !== value) return false
      return place(
        left.filter((other) => other !== operation),
        operation.value,
      )
    })
  }
  return place(operations, 0)
}
