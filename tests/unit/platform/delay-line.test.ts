import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDelayLine } from '../../../src-main/platform/delay-line'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('a delay line', () => {
  it('lets through at once what need not wait, and holds the rest for its time', () => {
    const out: string[] = []
    const line = createDelayLine<string>((item) => out.push(item))
    line.add('first', 0)
    expect(out).toEqual(['first'])
    line.add('second', 50)
    vi.advanceTimersByTime(49)
    expect(out).toEqual(['first'])
    vi.advanceTimersByTime(1)
    expect(out).toEqual(['first', 'second'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('keeps the order where the time becomes shorter, or none', () => {
    const out: number[] = []
    const line = createDelayLine<number>((item) => out.push(item))
    line.add(1, 100)
    line.add(2, 10)
    line.add(3, 0)
    vi.advanceTimersByTime(99)
    expect(out).toEqual([])
    vi.advanceTimersByTime(1)
    expect(out).toEqual([1, 2, 3])
    line.add(4, 0)
    expect(out).toEqual([1, 2, 3, 4])
  })

  it('takes each for itself: they are not one behind the other', () => {
    const out: number[] = []
    const line = createDelayLine<number>((item) => out.push(item))
    for (let item = 0; item < 5; item++) {
      line.add(item, 100)
      vi.advanceTimersByTime(10)
    }
    vi.advanceTimersByTime(90)
    expect(out).toEqual([0, 1, 2, 3, 4])
  })

  it('forgets what it holds when it is cleared', () => {
    const out: number[] = []
    const line = createDelayLine<number>((item) => out.push(item))
    line.add(1, 100)
    line.clear()
    vi.advanceTimersByTime(200)
    expect(out).toEqual([])
    line.add(2, 0)
    expect(out).toEqual([2])
  })
})
