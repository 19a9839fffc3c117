import type { ControllerId } from '../../../src-main/contract/controller-id'

/** The picture's own coordinates; the stage scales them to the room there is. */
export const STAGE = { width: 1022, height: 452 } as const
/** Where there is less room across: the shelf of the drives is narrower, and has one column. */
export const NARROW_STAGE_WIDTH = 908
export const ONE_COLUMN_DRIVES = 8

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Box extends Point {
  readonly width: number
  readonly height: number
}

/** As a transform of SVG: where the origin is moved to. */
export function placedAt({ x, y }: Point, right = 0, down = 0): string {
  return `translate(${x + right} ${y + down})`
}

/** As a style, for what is seen moving from place to place. */
export function movedTo({ x, y }: Point): { readonly transform: string } {
  return { transform: `translate(${x}px, ${y}px)` }
}

export const HOST: Box = { x: 6, y: 58, width: 168, height: 336 }

export const CONTROLLERS: Readonly<Record<ControllerId, Box>> = {
  a: { x: 308, y: 3, width: 386, height: 206 },
  b: { x: 308, y: 243, width: 386, height: 206 },
}

export const MIDPLANE: Box = { x: 722, y: 3, width: 28, height: 446 }

const SHELF: Box = { x: 774, y: 3, width: 242, height: 446 }

/** The trace inside a controller that requests follow: from its left rail to its right rail. */
export const BACKBONE = 49
const RAIL_INSET = 14
export const INTERCONNECT_X = CONTROLLERS.a.x + CONTROLLERS.a.width - 22

export type PlugKind = 'portal' | 'management'

/**
 * Where ports sit on the left edge of the controller that serves them, from above. A port of the peer takes the lower places. The
 * portal, which has a label, is always the outer one, as seen from the host: no other wire goes over the label.
 */
const PLUG_OFFSETS = { own: [62, 92], adopted: [128, 158] } as const

export const HOST_PORTS: Readonly<Record<`${PlugKind}-${ControllerId}`, Point>> = {
  'portal-a': { x: 174, y: 180 },
  'management-a': { x: 174, y: 206 },
  'management-b': { x: 174, y: 234 },
  'portal-b': { x: 174, y: 260 },
}

/** `servedBy` undefined: nobody listens there, and the port stays at its own controller. */
export function plugPosition(kind: PlugKind, of: ControllerId, servedBy: ControllerId | undefined): Point {
  const at = servedBy ?? of
  const [upper, lower] = PLUG_OFFSETS[at === of ? 'own' : 'adopted']
  const isUpper = (kind === 'portal') === (at === 'a')
  return { x: CONTROLLERS[at].x, y: CONTROLLERS[at].y + (isUpper ? upper : lower) }
}

export function linkPath(kind: PlugKind, of: ControllerId, servedBy: ControllerId | undefined): readonly [Point, Point, Point, Point] {
  const from = HOST_PORTS[`${kind}-${of}`]
  const plug = plugPosition(kind, of, servedBy)
  const to = { x: plug.x - 9, y: plug.y }
  const reach = 66
  return [from, { x: from.x + reach, y: from.y }, { x: to.x - reach, y: to.y }, to]
}

export function cubicPath([from, first, second, to]: readonly [Point, Point, Point, Point]): string {
  return `M ${from.x} ${from.y} C ${first.x} ${first.y} ${second.x} ${second.y} ${to.x} ${to.y}`
}

export function backboneY(id: ControllerId): number {
  return CONTROLLERS[id].y + BACKBONE
}

export function corePoint(id: ControllerId): Point {
  return { x: CONTROLLERS[id].x + CONTROLLERS[id].width / 2, y: backboneY(id) }
}

export function leftRailX(id: ControllerId): number {
  return CONTROLLERS[id].x + RAIL_INSET
}

/** Where a controller's drive bus leaves it for the midplane. */
export function busPoint(id: ControllerId): Point {
  const box = CONTROLLERS[id]
  return { x: box.x + box.width, y: box.y + 118 }
}

export const VOLUME_CHIP = { width: 164, height: 34 } as const
const CHIP_COLUMNS = 2
export const CHIPS_SHOWN = 4

/** The place of the n-th volume inside its owner. */
export function chipPosition(owner: ControllerId, index: number): Point {
  const box = CONTROLLERS[owner]
  return {
    x: box.x + 28 + (index % CHIP_COLUMNS) * (VOLUME_CHIP.width + 6),
    y: box.y + 55 + Math.floor(index / CHIP_COLUMNS) * (VOLUME_CHIP.height + 3),
  }
}

/** One column up to eight drives, then two: a name has room in each. */
export function driveBoxes(count: number, stageWidth: number = STAGE.width): readonly Box[] {
  const columns = count <= ONE_COLUMN_DRIVES ? 1 : 2
  const rows = Math.max(1, Math.ceil(count / columns))
  const gap = rows > 8 ? 5 : 7
  const width = (SHELF.width - (STAGE.width - stageWidth) - gap * (columns - 1)) / columns
  const height = Math.min(76, (SHELF.height - gap * (rows - 1)) / rows)
  const top = SHELF.y + (SHELF.height - (height * rows + gap * (rows - 1))) / 2
  return Array.from({ length: count }, (_, index) => ({
    x: SHELF.x + Math.floor(index / rows) * (width + gap),
    y: top + (index % rows) * (height + gap),
    width,
    height,
  }))
}

export function driveLedPoint(box: Box): Point {
  return { x: box.x + 15, y: box.y + Math.min(19, box.height * 0.34) }
}
