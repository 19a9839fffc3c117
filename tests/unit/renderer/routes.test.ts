import { describe, expect, it } from 'vitest'
import { CONTROLLERS, driveBoxes, driveLedPoint, STAGE } from '../../../src-renderer/components/topology/layout'
import { createRoutes, pointOn } from '../../../src-renderer/components/topology/routes'
import type { Place } from '../../../src-main/contract/trace'

const PLACES: Place[] = [
  'host',
  'portal-a',
  'portal-b',
  'management-a',
  'management-b',
  'controller-a',
  'controller-b',
  'interconnect',
  'midplane',
  'drive-0',
  'drive-5',
]

describe('ways between places', () => {
  const drives = driveBoxes(6)
  const routes = createRoutes({ portalServedBy: { a: 'a', b: 'b' }, drives })

  it('stay on the stage, whatever the two places are', () => {
    for (const from of PLACES) {
      for (const to of PLACES) {
        for (const { x, y } of routes(from, to).points) {
          expect(x).toBeGreaterThanOrEqual(0)
          expect(x).toBeLessThanOrEqual(STAGE.width)
          expect(y).toBeGreaterThanOrEqual(0)
          expect(y).toBeLessThanOrEqual(STAGE.height)
        }
      }
    }
  })

  it('end at the light of the drive and come back the same way', () => {
    const there = routes('controller-a', 'drive-5')
    const box = drives[5]
    expect(box && pointOn(there, 1)).toEqual(box && driveLedPoint(box))
    expect(routes('drive-5', 'controller-a').points).toEqual([...there.points].reverse())
  })

  it('lead into the survivor once it serves the dead controller’s portal', () => {
    const after = createRoutes({ portalServedBy: { a: 'b', b: 'b' }, drives })
    const end = pointOn(after('host', 'portal-a'), 1)
    expect(end.y).toBeGreaterThan(CONTROLLERS.b.y)
    expect(pointOn(routes('host', 'portal-a'), 1).y).toBeLessThan(CONTROLLERS.b.y)
  })

  it('move evenly: equal shares are equal lengths', () => {
    const route = routes('controller-b', 'drive-0')
    const half = pointOn(route, 0.5)
    let walked = 0
    let before = route.points[0] ?? half
    for (let share = 0.001; share <= 0.5; share += 0.001) {
      const at = pointOn(route, share)
      walked += Math.hypot(at.x - before.x, at.y - before.y)
      before = at
    }
    expect(walked / route.length).toBeCloseTo(0.5, 1)
  })
})

describe('the shelf', () => {
  it.each([1, 4, 6, 8, 12, 16, 24])('has room for %i drives without overlap', (count) => {
    const boxes = driveBoxes(count)
    expect(boxes).toHaveLength(count)
    for (const [index, box] of boxes.entries()) {
      expect(box.x + box.width).toBeLessThanOrEqual(STAGE.width)
      expect(box.y + box.height).toBeLessThanOrEqual(STAGE.height)
      for (const other of boxes.slice(index + 1)) {
        const apart =
          other.x >= box.x + box.width ||
          box.x >= other.x + other.width ||
          other.y >= box.y + box.height - 0.01 ||
          box.y >= other.y + other.height - 0.01
        expect(apart).toBe(true)
      }
    }
  })
})
