import { expect, it } from 'vitest'
import { roomAt, struckPoint } from '../../../src-renderer/components/simulation/places'
import { driveBoxes, driveLedPoint, STAGE } from '../../../src-renderer/components/topology/layout'

/** The plate of a mark begins to the left of its point, and is as wide as its words. */
const LEFT = 12
const HALF_HEIGHT = 10.5

it.each([STAGE.width, STAGE.width - 90])(
  'the mark of a fault lies on its drive, below its name, in a picture of width %d',
  (stageWidth) => {
    const drives = driveBoxes(6, stageWidth)
    for (const [index, box] of drives.entries())
      for (const [width, isViolated] of [
        [60, false],
        [180, true],
      ] as const) {
        const wiring = { portalServedBy: { a: undefined, b: undefined }, drives }
        const at = struckPoint(`drive-${index}`, wiring, { width, isViolated })
        expect(roomAt(`drive-${index}`, wiring)).toBe(box.width)
        expect(roomAt('controller-a', wiring)).toBe(Infinity)
        expect(at.x - LEFT + width).toBeLessThanOrEqual(box.x + box.width)
        expect(at.y - HALF_HEIGHT).toBeGreaterThan(driveLedPoint(box).y + 10)
        expect(at.y + HALF_HEIGHT).toBeLessThanOrEqual(box.y + box.height)
      }
  },
)
