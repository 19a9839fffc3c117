import { peerOf, type ControllerId } from '../../../src-main/contract/controller-id'
import type { Place } from '../../../src-main/contract/trace'
import {
  backboneY,
  busPoint,
  CONTROLLERS,
  corePoint,
  driveLedPoint,
  HOST,
  INTERCONNECT_X,
  leftRailX,
  linkPath,
  MIDPLANE,
  plugPosition,
  type Box,
  type PlugKind,
  type Point,
} from './layout'

/** What the routes depend on: which controller serves which addresses, and where the drives are. */
export interface Wiring {
  readonly portalServedBy: Readonly<Record<ControllerId, ControllerId | undefined>>
  readonly drives: readonly Box[]
}

/** A line that a request follows, with the length up to each of its points. */
export interface Route {
  readonly points: readonly Point[]
  readonly lengths: readonly number[]
  readonly length: number
}

const CURVE_STEPS = 28

/** The routes between places, computed once per wiring and then looked up. */
export function createRoutes(wiring: Wiring): (from: Place, to: Place) => Route {
  const known = new Map<string, Route>()
  return (from, to) => {
    const key = `${from}>${to}`
    let route = known.get(key)
    if (route === undefined) {
      route = measured(way(from, to, wiring) ?? reversed(way(to, from, wiring)) ?? [centre(from, wiring), centre(to, wiring)])
      known.set(key, route)
    }
    return route
  }
}

export function pointOn(route: Route, share: number): Point {
  const target = Math.min(1, Math.max(0, share)) * route.length
  let index = 1
  while (index < route.lengths.length - 1 && (route.lengths[index] ?? 0) < target) index++
  const from = route.points[index - 1]
  const to = route.points[index]
  if (from === undefined || to === undefined) return route.points[0] ?? { x: 0, y: 0 }
  const start = route.lengths[index - 1] ?? 0
  const span = (route.lengths[index] ?? start) - start
  const part = span === 0 ? 0 : (target - start) / span
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }
}

function way(from: Place, to: Place, wiring: Wiring): readonly Point[] | undefined {
  const port = portOf(to)
  if (from === 'host' && port !== undefined) return curve(linkPath(port.kind, port.of, wiring.portalServedBy[port.of]))
  const inPort = portOf(from)
  const controller = controllerOf(to)
  if (inPort !== undefined && controller !== undefined) return intoCore(inPort, controller)
  const source = controllerOf(from)
  if (source === undefined) return undefined
  const drive = driveOf(to)
  if (drive !== undefined) return toDrive(source, wiring.drives[drive])
  if (controller === peerOf(source)) return across(source)
  if (to === 'interconnect') return across(source)
  if (to === 'midplane') return [...toBus(source), { x: MIDPLANE.x + MIDPLANE.width / 2, y: busPoint(source).y }]
  return undefined
}

function intoCore(port: { readonly kind: PlugKind; readonly of: ControllerId }, controller: ControllerId): readonly Point[] {
  const plug = plugPosition(port.kind, port.of, controller)
  const railX = leftRailX(controller)
  return [plug, { x: railX, y: plug.y }, { x: railX, y: backboneY(controller) }, corePoint(controller)]
}

function toBus(controller: ControllerId): readonly Point[] {
  const bus = busPoint(controller)
  return [corePoint(controller), { x: INTERCONNECT_X, y: backboneY(controller) }, { x: INTERCONNECT_X, y: bus.y }, bus]
}

function toDrive(controller: ControllerId, drive: Box | undefined): readonly Point[] | undefined {
  if (drive === undefined) return undefined
  const led = driveLedPoint(drive)
  const x = MIDPLANE.x + MIDPLANE.width / 2
  const columnGap = { x: drive.x - 6, y: led.y }
  return [...toBus(controller), { x, y: busPoint(controller).y }, { x, y: led.y }, columnGap, led]
}

function across(from: ControllerId): readonly Point[] {
  const to = peerOf(from)
  return [corePoint(from), { x: INTERCONNECT_X, y: backboneY(from) }, { x: INTERCONNECT_X, y: backboneY(to) }, corePoint(to)]
}

function curve([from, first, second, to]: readonly [Point, Point, Point, Point]): readonly Point[] {
  return Array.from({ length: CURVE_STEPS + 1 }, (_, step) => {
    const t = step / CURVE_STEPS
    const u = 1 - t
    const at = (axis: 'x' | 'y') => u ** 3 * from[axis] + 3 * u * u * t * first[axis] + 3 * u * t * t * second[axis] + t ** 3 * to[axis]
    return { x: at('x'), y: at('y') }
  })
}

function centre(place: Place, wiring: Wiring): Point {
  const port = portOf(place)
  if (port !== undefined) return plugPosition(port.kind, port.of, wiring.portalServedBy[port.of])
  const controller = controllerOf(place)
  if (controller !== undefined) return corePoint(controller)
  const drive = driveOf(place)
  const box = drive === undefined ? undefined : wiring.drives[drive]
  if (box !== undefined) return driveLedPoint(box)
  if (place === 'midplane') return { x: MIDPLANE.x + MIDPLANE.width / 2, y: MIDPLANE.y + MIDPLANE.height / 2 }
  if (place === 'interconnect') return { x: INTERCONNECT_X, y: (CONTROLLERS.a.y + CONTROLLERS.b.y + CONTROLLERS.a.height) / 2 }
  return { x: HOST.x + HOST.width / 2, y: HOST.y + HOST.height / 2 }
}

export function portOf(place: Place): { readonly kind: PlugKind; readonly of: ControllerId } | undefined {
  if (place === 'portal-a' || place === 'portal-b') return { kind: 'portal', of: place === 'portal-a' ? 'a' : 'b' }
  if (place === 'management-a' || place === 'management-b') return { kind: 'management', of: place === 'management-a' ? 'a' : 'b' }
  return undefined
}

export function controllerOf(place: Place): ControllerId | undefined {
  if (place === 'controller-a') return 'a'
  return place === 'controller-b' ? 'b' : undefined
}

export function driveOf(place: Place): number | undefined {
  return place.startsWith('drive-') ? Number(place.slice('drive-'.length)) : undefined
}

function reversed(points: readonly Point[] | undefined): readonly Point[] | undefined {
  return points === undefined ? undefined : [...points].reverse()
}

function measured(points: readonly Point[]): Route {
  const lengths = [0]
  for (let index = 1; index < points.length; index++) {
    const from = points[index - 1]
    const to = points[index]
    const step = from === undefined || to === undefined ? 0 : Math.hypot(to.x - from.x, to.y - from.y)
    lengths.push((lengths[index - 1] ?? 0) + step)
  }
  return { points, lengths, length: lengths.at(-1) ?? 0 }
}
