import { expect, it } from 'vitest'
import { coverageOf, type FunctionCoverage } from '../../../../src-main/simulator/coverage/executed'

const TEXT = `function f(a) {
  if (a) {
    g()
  }
  return a ?? 1
}
function g() {
  return 2
}
f(0)`

/** Of the text from the first place of `from` to the end of the first `to` behind it. */
function range(from: string, to: string, count: number): FunctionCoverage['ranges'][number] {
  const startOffset = TEXT.indexOf(from)
  return { startOffset, endOffset: TEXT.indexOf(to, startOffset) + to.length, count }
}

const FUNCTIONS: FunctionCoverage[] = [
  { ranges: [{ startOffset: 0, endOffset: TEXT.length, count: 1 }] },
  { ranges: [range('function f', '\n}', 1), range('{\n    g()', '\n  }', 0), range('?? 1', '1', 0)] },
  { ranges: [range('function g', '\n}', 0)] },
]

it('tells lines that never ran from those with a branch that never did', () => {
  expect(coverageOf(TEXT, FUNCTIONS, (line) => ({ file: 'f.ts', line: line + 10 }))).toEqual([
    { file: 'f.ts', lines: 7, unmet: [12, 16, 17], unmetBranches: [11, 14] },
  ])
})

it('counts only what comes from sources that count', () => {
  expect(coverageOf(TEXT, FUNCTIONS, (line) => (line === 9 ? { file: 'f.ts', line } : undefined))).toEqual([
    { file: 'f.ts', lines: 1, unmet: [], unmetBranches: [] },
  ])
})

it('joins lines of the bundle that come from one line of a source', () => {
  expect(coverageOf(TEXT, FUNCTIONS, () => ({ file: 'f.ts', line: 1 }))).toEqual([
    { file: 'f.ts', lines: 1, unmet: [], unmetBranches: [1] },
  ])
})
