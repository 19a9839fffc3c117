import { describe, expect, it } from 'vitest'
import { placeWord } from '../../../src-renderer/components/topology/painter'
import { placeLabels } from '../../../src-renderer/components/workload/chart'

describe('words beside the marks of the chart', () => {
  it('stand right of their marks, and left of the last one where the chart ends', () => {
    expect(placeLabels([{ at: 100, width: 60 }], 500)).toEqual([106])
    expect(
      placeLabels(
        [
          { at: 100, width: 60 },
          { at: 470, width: 60 },
        ],
        500,
      ),
    ).toEqual([106, 404])
  })

  it('never lie over each other: those of older marks are left out', () => {
    expect(
      placeLabels(
        [
          { at: 455, width: 60 },
          { at: 470, width: 60 },
        ],
        500,
      ),
    ).toEqual([undefined, 404])
    expect(
      placeLabels(
        [
          { at: 100, width: 60 },
          { at: 130, width: 60 },
        ],
        500,
      ),
    ).toEqual([34, 136])
  })
})

describe('words beside what moves in the picture', () => {
  it('stand left of their marks, or where there is room', () => {
    const first = placeWord({ x: 200, y: 100 }, 70, [])
    expect(first).toEqual({ x: 117, y: 90, width: 70 })
    const second = placeWord({ x: 210, y: 100 }, 70, [first])
    expect(second).toEqual({ x: 223, y: 90, width: 70 })
    const third = placeWord({ x: 205, y: 102 }, 70, [first, second])
    expect(third.y + 20).toBeLessThanOrEqual(90)
    const fourth = placeWord({ x: 205, y: 100 }, 70, [first, second, third])
    expect(fourth.y).toBeGreaterThanOrEqual(110)
  })
})
