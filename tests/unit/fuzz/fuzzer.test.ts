import { deepStrictEqual } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawBatch, runBatch } from '../../fuzz/batch'
import { parseFuzzOptions } from '../../fuzz/options'
import { batchSeed } from '../../fuzz/protocol'
import { isGrowing } from '../../fuzz/report'
import { shrink, smallerValues } from '../../fuzz/shrink'
import { expectThat, fuzzTarget, type FuzzTarget } from '../../fuzz/target'
import { TARGETS } from '../../fuzz/targets/targets'

interface Steps {
  readonly steps: readonly { readonly add: number }[]
}

/** Breaks when the sum of all that it ever got is above a bound, or at 13. */
function adder(bound: number): FuzzTarget {
  return fuzzTarget<Steps>({
    name: 'adder',
    share: 1,
    casesPerBench: 50,
    growthMib: 8,
    slowMs: 1000,
    cases: fc.record({ steps: fc.array(fc.record({ add: fc.nat(20) }), { maxLength: 4 }) }),
    open: () => {
      let sum = 0
      return {
        run({ steps }) {
          for (const { add } of steps) {
            sum += add
            expectThat(add !== 13 && sum <= bound, () => `sum ${sum}`)
          }
        },
        finish: () => undefined,
        close: () => undefined,
      }
    },
  })
}

describe('The fuzzer', () => {
  it('draws the same cases from the same seed, and others from another', () => {
    for (const target of TARGETS) {
      expect(drawBatch(target, 5, 3).cases).toEqual(drawBatch(target, 5, 3).cases)
      expect(drawBatch(target, 5, 3).cases).not.toEqual(drawBatch(target, 6, 3).cases)
    }
    expect(new Set(Array.from({ length: 10_000 }, (_, batch) => batchSeed(1, batch))).size).toBe(10_000)
  })

  it('keeps its cases as JSON without a loss', () => {
    for (const target of TARGETS) {
      const { cases } = drawBatch(target, 7, 20)
      // An object may have a key named "constructor", by which Vitest would judge its type.
      deepStrictEqual(JSON.parse(JSON.stringify(cases)), cases, target.name)
    }
  })

  it('tells which case breaks a target, and shrinks it to the one step that does', async () => {
    const batch = drawBatch(adder(Number.POSITIVE_INFINITY), 1)
    const finding = await runBatch(batch)
    expect(finding?.message).toContain('Finding: sum')
    if (finding === undefined) return
    const { cases } = await shrink(batch, finding)
    expect(cases).toEqual([{ steps: [{ add: 13 }] }])
  })

  it('keeps all cases that a break needs', async () => {
    const target = adder(30)
    const batch = { target, seed: 1, cases: [10, 0, 12, 1, 12].map((add) => ({ steps: [{ add }] })) }
    const finding = await runBatch(batch)
    expect(finding?.at).toBe(4)
    if (finding === undefined) return
    const { cases } = await shrink(batch, finding)
    expect(cases).toEqual([10, 12, 12].map((add) => ({ steps: [{ add }] })))
  })

  it('finds a case that computes too long', async () => {
    const target: FuzzTarget = { ...adder(1000), slowMs: 20, open: () => ({ run: spin, finish: () => undefined, close: () => undefined }) }
    expect((await runBatch({ target, seed: 1, cases: [{}] }))?.message).toContain('ms of computing')
  })

  it('finds a bench that grows', async () => {
    const kept: Uint8Array[] = []
    const grow = (): void => void kept.push(new Uint8Array(1024 * 1024))
    const target: FuzzTarget = { ...adder(1000), open: () => ({ run: grow, finish: () => undefined, close: () => undefined }) }
    const finding = await runBatch({ target, seed: 1, cases: Array.from({ length: 100 }, () => ({})) })
    expect(finding).toMatchObject({ isGrowth: true })
    expect(kept).toHaveLength(100)
  })

  it('leaves out one object of a list at a time, at any depth', () => {
    expect(smallerValues({ a: [{ b: [{}, {}] }], c: [1, 2] })).toEqual([
      { a: [], c: [1, 2] },
      { a: [{ b: [{}] }], c: [1, 2] },
      { a: [{ b: [{}] }], c: [1, 2] },
    ])
  })

  it('tells growth over a run from what goes up and down', () => {
    const upAndDown = Array.from({ length: 100 }, (_, index) => 100 + (index % 10) * 8)
    expect(isGrowing(upAndDown)).toBe(false)
    expect(isGrowing(upAndDown.map((mib, index) => mib + index))).toBe(true)
  })
})

describe('The options of the fuzzer', () => {
  it('are read', () => {
    expect(parseFuzzOptions(['--cases', '10', '--seed=3', '--target', 'cdb', '--minutes', '0.5', '--json'], ['cdb'])).toEqual({
      cases: 10,
      seed: 3,
      target: 'cdb',
      minutes: 0.5,
      json: true,
    })
    expect(parseFuzzOptions(['--minutes=2'], [])).toMatchObject({ minutes: 2 })
    expect(parseFuzzOptions(['--help'], [])).toBe('help')
  })

  it.each([
    [['--cases', '0'], '--cases needs'],
    [['--seed', 'x'], '--seed needs'],
    [['--minutes', '0'], '--minutes needs'],
    [['--target', 'what'], '--target needs one of cdb.'],
    [['--what'], 'Unknown option'],
  ])('%j is refused', (args, sentence) => {
    expect(parseFuzzOptions(args, ['cdb'])).toMatchObject({ error: expect.stringContaining(sentence) as string })
  })
})

function spin(): void {
  const endMs = performance.now() + 200
  while (performance.now() < endMs);
}
