import { expect, it } from 'vitest'
import { applied, mutantsOf } from '../../mutation/mutants'

function changed(text: string): string[] {
  return mutantsOf(text).map((mutant) => applied(text, mutant))
}

it.each([
  ['x < y', ['x <= y']],
  ['x === y', ['x !== y']],
  ['x - y', ['x + y']],
  ['x && y', ['x || y']],
  ['x.find(y)', ['x.findLast(y)']],
  ['x.other(y)', []],
  ['7', ['8']],
  ['7n', ['8n']],
  ['true', ['false']],
])('%s', (expression, others) => {
  expect(changed(`const z = ${expression}`)).toEqual(others.map((other) => `const z = ${other}`))
})

it('a condition is negated, a comparison within it is changed, and the way out is removed', () => {
  expect(changed('if (x) return')).toEqual(['if (!(x)) return', 'if (x) ;'])
  expect(changed('if (!x) continue')).toEqual(['if (x) continue', 'if (!x) ;'])
  expect(changed('if (x === y) return z')).toEqual(['if (x !== y) return z'])
  expect(changed('const z = x ? y : w')).toEqual(['const z = !(x) ? y : w'])
})

it('statements with an effect are removed, whole, and what is within them is changed', () => {
  expect(changed('x.go(1)')).toEqual([';', 'x.go(2)'])
  expect(changed('this.#x += y')).toEqual([';', 'this.#x -= y'])
})

it('types, texts, assertions and loops are left alone', () => {
  expect(changed('type X = 1 | true\ninterface Y { readonly z: 2 }\nfunction f(x: 1): x is 1')).toEqual([])
  expect(changed("const x = 'a' + y + `${z}`")).toEqual([])
  expect(changed('assert(x > 0, y)')).toEqual([])
  expect(changed('throw new Error(x + 1)')).toEqual([])
  expect(changed('while (x) break')).toEqual([])
})

it('each says where it is', () => {
  expect(mutantsOf('const x = 1\nconst yy = x > 2')).toEqual([
    { start: 10, end: 11, replacement: '2', kind: 'constant', line: 1, column: 11 },
    { start: 25, end: 26, replacement: '>=', kind: 'comparison', line: 2, column: 14 },
    { start: 27, end: 28, replacement: '3', kind: 'constant', line: 2, column: 16 },
  ])
})
