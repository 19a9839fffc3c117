import type { Place } from '../../../src-main/contract/trace'
import { CONTROLLERS, driveLedPoint, HOST, MIDPLANE, plugPosition, type Point } from '../topology/layout'
import { controllerOf, driveOf, portOf, type Wiring } from '../topology/routes'

/** Where to draw a violation at a place: on the thing itself, where it hides little. */
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

/** How wide a fault may be drawn: on a drive, not wider than that. */
export function roomAt(place: Place, { drives }: Wiring): number {
  const drive = driveOf(place)
  return drive === undefined ? Infinity : (drives[drive]?.width ?? Infinity)
}

/** Where to draw a fault, leaving room for a violation. On the narrow midplane, it is vertical. */
export function struckPoint(
  place: Place,
  wiring: Wiring,
  { width, isViolated }: { readonly width: number; readonly isViolated: boolean },
): Point & { readonly isUpright: boolean } {
  const at = markedPoint(place, wiring)
  if (place === 'midplane') return { x: at.x, y: MIDPLANE.y + MIDPLANE.height - 20, isUpright: true }
  const controller = controllerOf(place)
  if (controller !== undefined)
    return { x: CONTROLLERS[controller].x + CONTROLLERS[controller].width - width - 16, y: at.y, isUpright: false }
  const drive = driveOf(place)
  const box = drive === undefined ? undefined : wiring.drives[drive]
  // Below its name and what is wrong with it; to the right of it the picture ends.
  if (box !== undefined) return { x: box.x + box.width - width + 8, y: box.y + box.height - 12, isUpright: false }
  // Its address stands at the port, above the line.
  if (portOf(place) !== undefined) return { x: at.x + 20, y: at.y - 30, isUpright: false }
  return { x: at.x + 8, y: isViolated ? at.y + 26 : at.y, isUpright: false }
}
