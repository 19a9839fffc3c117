import type { Place } from '../../../src-main/contract/trace'
import { CONTROLLERS, driveLedPoint, HOST, MIDPLANE, plugPosition, type Point } from '../topology/layout'
import { controllerOf, driveOf, portOf, type Wiring } from '../topology/routes'

/** Where in the picture a mark stands that is about a place: on the thing, and where it hides little of it. */
export function markedPoint(place: Place, wiring: Wiring): Point {
  const controller = controllerOf(place)
  if (controller !== undefined) return { x: CONTROLLERS[controller].x + 46, y: CONTROLLERS[controller].y + 188 }
  const port = portOf(place)
  if (port !== undefined) {
    const plug = plugPosition(port.kind, port.of, wiring.portalServedBy[port.of])
    return { x: plug.x - 152, y: plug.y }
  }
  const drive = driveOf(place)
  const box = drive === undefined ? undefined : wiring.drives[drive]
  if (box !== undefined) return { x: box.x + 86, y: driveLedPoint(box).y }
  if (place === 'interconnect') return { x: CONTROLLERS.a.x + 46, y: (CONTROLLERS.a.y + CONTROLLERS.a.height + CONTROLLERS.b.y) / 2 }
  if (place === 'midplane') return { x: MIDPLANE.x + MIDPLANE.width / 2, y: MIDPLANE.y + 26 }
  return { x: HOST.x + 18, y: HOST.y + HOST.height + 20 }
}
