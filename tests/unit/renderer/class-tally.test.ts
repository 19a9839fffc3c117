import { describe, expect, it } from 'vitest'
import { binsBetween, chosenTries, tallyOf, type Bar } from '../../../src-renderer/model/class-tally'
import type { ClassReply } from '../../../src-main/contract/classroom'
import type { QuestionGrade, SheetQuestion } from '../../../src-main/contract/exercise-desk'
import type { Reply } from '../../../src-main/contract/exercise-reply'

const said = (reply: Reply, name = 'Ada', result?: Omit<QuestionGrade, 'id'>): ClassReply => ({
  ...{ key: name, name, tries: 1, predictions: { q: reply } },
  results: result === undefined ? [] : [{ id: 'q', ...result }],
})
const counts = (bars: readonly Bar[]) => bars.filter(({ count }) => count > 0).map(({ key, count }) => [key, count])
const tally = (question: Omit<SheetQuestion, 'id' | 'text'>, replies: readonly ClassReply[]) =>
  tallyOf({ id: 'q', text: '', ...question } as SheetQuestion, replies, 4000)

describe('bins', () => {
  it.each([
    [0, 5, true, ['0-0', '1-1', '2-2', '3-3', '4-4', '5-5']],
    [0, 100, true, ['0-19', '20-39', '40-59', '60-79', '80-99', '100-100']],
    [0, 4000, false, ['0-500', '500-1000', '1000-1500', '1500-2000', '2000-2500', '2500-3000', '3000-3500', '3500-4000']],
    [0, 1, false, ['0-0.2', '0.2-0.4', '0.4-0.6', '0.6-0.8', '0.8-1']],
    [3, 3, false, ['3-3']],
    [5, 1, false, []],
    [0, Infinity, false, []],
  ])('from %d to %d', (from, to, isWhole, expected) => {
    const text = (value: number): string => String(Number(value.toFixed(6)))
    expect(binsBetween(from, to, isWhole).map((bin) => `${text(bin.from)}-${text(bin.to)}`)).toEqual(expected)
  })

  it('are never more than can be looked at, and leave no gap', () => {
    for (const to of [7, 8, 9, 13, 99, 512, 100_000, 1e12, 0.003])
      for (const isWhole of to >= 1 ? [true, false] : [false]) {
        const bins = binsBetween(0, to, isWhole)
        expect(bins.length).toBeLessThanOrEqual(9)
        expect(bins.at(-1)?.to).toBe(to)
        for (const [index, bin] of bins.entries())
          if (index > 0) expect(bin.from - (bins[index - 1]?.to ?? 0)).toBeCloseTo(isWhole ? 1 : 0, 6)
      }
  })
})

describe('a tally', () => {
  it('of a choice has a bar for each option, in their order', () => {
    const options = [
      { id: 'x', text: 'X' },
      { id: 'y', text: 'Y' },
    ]
    const replies = ['y', 'y'].map((option, index) => said({ kind: 'choice', option }, `L${index}`))
    const { bars, replied } = tally({ kind: 'choice', options } as never, replies)
    expect(bars.map(({ key, count }) => [key, count])).toEqual([
      ['option x', 0],
      ['option y', 2],
    ])
    expect(replied).toBe(2)
  })

  it('of numbers has bins, and one bar for what is outside of them', () => {
    const replies = [0, 250, 499, 500, 4000, 4001, -1, 1e300].map((value, index) => said({ kind: 'number', value }, `L${index}`))
    const { bars } = tally({ kind: 'number', unit: 'ms', from: 0, to: 4000 } as never, replies)
    expect(counts(bars)).toEqual([
      ['range 0', 3],
      ['range 500', 1],
      ['range 3500', 1],
      ['outside', 3],
    ])
  })

  it('of gaps tells none apart from short ones', () => {
    const replies = [0, 10, 800].map((durationMs, index) => said({ kind: 'gap', fromMs: 100, durationMs }, `L${index}`))
    const { bars } = tally({ kind: 'gap', lun: 0 } as never, replies)
    expect(counts(bars)).toEqual([
      ['range 0', 1],
      ['range 700', 1],
      ['none', 1],
    ])
  })

  it('of orders has the most common ones first, and the rest as others', () => {
    const orders = Array.from({ length: 9 }, (_, index) => [`${index}`])
    const replies = [['0'], ['8'], ['8'], ...orders].map((items, index) => said({ kind: 'order', items }, `L${index}`))
    const { bars } = tally({ kind: 'order', items: [] } as never, replies)
    expect(bars.map(({ key, count }) => [key, count]).slice(0, 2)).toEqual([
      ['order 8', 3],
      ['order 0', 2],
    ])
    expect(bars.at(-1)).toMatchObject({ of: { kind: 'others', different: 3 }, count: 3 })
  })

  it('of blocks counts each block that a learner names once', () => {
    const replies = [
      said({ kind: 'blocks', blocks: [7, 3, 3] }),
      said({ kind: 'blocks', blocks: [7] }, 'Bob'),
      said({ kind: 'blocks', blocks: [] }, 'Cy'),
    ]
    const { bars, replied } = tally({ kind: 'blocks', of: 'blocks', to: 9 } as never, replies)
    expect(counts(bars)).toEqual([
      ['block 3', 1],
      ['block 7', 2],
      ['none', 1],
    ])
    expect(replied).toBe(3)
  })

  it('of texts lists them, and takes capitals for the same', () => {
    const replies = ['A hang', 'a hang ', 'a crash'].map((text, index) => said({ kind: 'text', text }, `L${index}`))
    expect(counts(tally({ kind: 'text' } as never, replies).bars)).toEqual([
      ['text a hang', 2],
      ['text a crash', 1],
    ])
  })

  it('knows what was right in the run of each, also where nobody said so', () => {
    const actual = { kind: 'order' as const, items: ['b', 'a'] }
    const replies = [
      said({ kind: 'order', items: ['a', 'b'] }, 'Ada', { value: 'wrong', actual }),
      said({ kind: 'order', items: ['a', 'b'] }, 'Bob', { value: 'unknown' }),
    ]
    const { bars, known, right } = tally({ kind: 'order', items: [] } as never, replies)
    expect(bars.map(({ key, count, rightFor }) => [key, count, rightFor])).toEqual([
      ['order a b', 2, 0],
      ['order b a', 0, 1],
    ])
    expect([known, right]).toEqual([1, 0])
  })

  it('counts one try of each learner', () => {
    const tries = [1, 2].map((number) => ({ ...said({ kind: 'number', value: number }), tries: number }))
    expect(chosenTries(tries, 'first').map(({ tries: number }) => number)).toEqual([1])
    expect(chosenTries(tries.toReversed(), 'first').map(({ tries: number }) => number)).toEqual([1])
    expect(chosenTries(tries, 'last').map(({ tries: number }) => number)).toEqual([2])
  })
})
