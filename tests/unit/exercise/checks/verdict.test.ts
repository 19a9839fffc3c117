import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { because } from '../../../../src-main/contract/exercise-reason'
import { both, either, fails, holds, opposite, unknown, type Verdict } from '../../../../src-main/exercise/checks/verdict'

const verdict = fc
  .tuple(fc.constantFrom('true', 'false', 'unknown'), fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 4 }))
  .map(([value, events]): Verdict =>
    value === 'true' ? holds(events) : value === 'false' ? fails(events) : unknown(because('goesOn'), events),
  )

function law(name: string, sides: (a: Verdict, b: Verdict, c: Verdict) => readonly [Verdict, Verdict]): void {
  it(name, () => {
    fc.assert(
      fc.property(verdict, verdict, verdict, (a, b, c) => {
        const [one, other] = sides(a, b, c)
        expect(one.value).toBe(other.value)
      }),
    )
  })
}

describe('three values', () => {
  law('not not a is a', (a) => [opposite(opposite(a)), a])
  law('a and b is b and a', (a, b) => [both(a, b), both(b, a)])
  law('a or b is b or a', (a, b) => [either(a, b), either(b, a)])
  law('and is associative', (a, b, c) => [both(a, both(b, c)), both(both(a, b), c)])
  law('or is associative', (a, b, c) => [either(a, either(b, c)), either(either(a, b), c)])
  law('de Morgan', (a, b) => [opposite(both(a, b)), either(opposite(a), opposite(b))])
  law('and distributes over or', (a, b, c) => [both(a, either(b, c)), either(both(a, b), both(a, c))])
  law('absorption', (a, b) => [both(a, either(a, b)), a])
  law('a and false is false', (a) => [both(a, fails()), fails()])
  law('a or true is true', (a) => [either(a, holds()), holds()])
  law('a and true is a', (a) => [both(a, holds()), a])

  it('an unknown one always says why, and names no event twice, nor too many', () => {
    fc.assert(
      fc.property(verdict, verdict, fc.constantFrom(both, either), (a, b, join) => {
        const joined = join(a, b)
        expect(joined.value !== 'unknown' || joined.why !== undefined).toBe(true)
        expect(new Set(joined.events).size).toBe(joined.events.length)
      }),
    )
    expect(holds(Array.from({ length: 100 }, (_, index) => index)).events).toHaveLength(32)
  })

  it('what is known of an unknown part never changes by knowing more', () => {
    const known = [holds(), fails()]
    fc.assert(
      fc.property(verdict, fc.constantFrom(both, either), (a, join) => {
        const open = join(a, unknown(because('nothingDone')))
        if (open.value !== 'unknown') for (const one of known) expect(join(a, one).value).toBe(open.value)
      }),
    )
  })
})
