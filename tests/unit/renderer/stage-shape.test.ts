import { describe, expect, it } from 'vitest'
import { driveBoxes, STAGE } from '../../../src-renderer/components/topology/layout'
import { shapeIn } from '../../../src-renderer/components/topology/stage-shape'

const LEAST_PX = 10.5
const scaleOf = (room: { readonly width: number; readonly height: number }, stageWidth: number): number =>
  Math.min(room.width / stageWidth, room.height / STAGE.height)

describe('the shape of the picture', () => {
  it.each([
    ['960x700', { width: 738, height: 363 }],
    ['1280x800', { width: 1012, height: 430 }],
    ['1366x768', { width: 1098, height: 384 }],
    ['1920x1080', { width: 1652, height: 670 }],
  ])('has letters that can be read in a window of %s', (_, room) => {
    const { width, leastLetter } = shapeIn(room, 6)
    expect(scaleOf(room, width) * Math.max(11, leastLetter)).toBeGreaterThanOrEqual(LEAST_PX - 1e-9)
  })

  it('is as it was drawn where there is room, or nobody knows yet how much', () => {
    expect(shapeIn({ width: 1652, height: 670 }, 6)).toMatchObject({ width: STAGE.width, isTight: false })
    expect(shapeIn({ width: 0, height: 0 }, 6)).toEqual({ width: STAGE.width, leastLetter: 0, isTight: false })
  })

  it('takes room from the drives where the width is short, unless they need two columns', () => {
    const room = { width: 738, height: 363 }
    const { width } = shapeIn(room, 8)
    expect(width).toBeLessThan(STAGE.width)
    expect(shapeIn(room, 9).width).toBe(STAGE.width)
    const boxes = driveBoxes(8, width)
    expect(Math.max(...boxes.map((box) => box.x + box.width))).toBeLessThan(width)
    expect(Math.min(...boxes.map((box) => box.width))).toBeGreaterThan(120)
    expect(shapeIn({ width: 1098, height: 384 }, 6).width).toBe(STAGE.width)
  })

  it('has letters that fit its boxes, however little room there is', () => {
    expect(shapeIn({ width: 300, height: 100 }, 6).leastLetter).toBeLessThanOrEqual(13.5)
  })
})
