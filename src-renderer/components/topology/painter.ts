import type { ControllerId } from '../../../src-main/contract/controller-id'
import type { Place } from '../../../src-main/contract/trace'
import type { Flight, FlightShape, FlightWord } from './flights'
import { STAGE, type Point } from './layout'
import { pointOn, type Route } from './routes'

export interface PaintColours {
  readonly a: string
  readonly b: string
  readonly neutral: string
  readonly bad: string
  readonly ground: string
}

/** A short mark where something arrived or was lost. */
export interface Burst extends Point {
  readonly startMs: number
  readonly kind: 'arrived' | 'lost'
  readonly hue: ControllerId | undefined
}

const BURST_MS = 420
const SIZE = 4.6

export interface PaintScene {
  /** Of the picture. */
  readonly width: number
  readonly flights: readonly Flight[]
  readonly bursts: readonly Burst[]
  /** What a word is in the language of the window. */
  readonly wordOf: (word: FlightWord) => string
  readonly font: string
  readonly routeOf: (from: Place, to: Place) => Route
  readonly colours: PaintColours
  readonly nowMs: number
}

/** Clears and draws one frame. The context is scaled so that stage coordinates are its units. */
export function paint(context: CanvasRenderingContext2D, scene: PaintScene): void {
  context.clearRect(0, 0, scene.width, STAGE.height)
  for (const burst of scene.bursts) paintBurst(context, burst, scene)
  for (const flight of scene.flights) {
    const share = (scene.nowMs - flight.startMs) / flight.durationMs
    if (share < 0) continue
    const route = scene.routeOf(flight.from, flight.to)
    paintTail(context, { flight, route, share, colours: scene.colours })
    paintShape(context, {
      shape: flight.shape,
      at: pointOn(route, eased(share)),
      colour: colourOf(flight, scene.colours),
      ground: scene.colours.ground,
    })
  }
  // Words lie over all marks.
  context.font = scene.font
  const taken: WordBox[] = []
  for (const flight of scene.flights) {
    const share = (scene.nowMs - flight.startMs) / flight.durationMs
    if (share < 0 || flight.word === undefined) continue
    const word = scene.wordOf(flight.word)
    const box = placeWord(pointOn(scene.routeOf(flight.from, flight.to), eased(share)), context.measureText(word).width + 12, taken)
    taken.push(box)
    paintWord(context, word, box, scene.colours)
  }
}

/** Its upper left corner. */
export interface WordBox extends Point {
  readonly width: number
}

const WORD_HEIGHT = 20

/** To the left of its mark, or else to the right, above, or below, wherever it covers no other label. */
export function placeWord({ x, y }: Point, width: number, taken: readonly WordBox[]): WordBox {
  const beside = y - WORD_HEIGHT / 2
  const left = { x: x - width - 13, y: beside, width }
  const boxes = [
    left,
    { x: x + 13, y: beside, width },
    { x: x - width / 2, y: beside - 23, width },
    { x: x - width / 2, y: beside + 23, width },
  ]
  return boxes.find((box) => taken.every((other) => !isOver(box, other))) ?? left
}

function isOver(one: WordBox, other: WordBox): boolean {
  return one.x < other.x + other.width && other.x < one.x + one.width && Math.abs(one.y - other.y) < WORD_HEIGHT
}

export function eased(share: number): number {
  return share < 0.5 ? 2 * share * share : 1 - (-2 * share + 2) ** 2 / 2
}

export function isBurstOver(burst: Burst, nowMs: number): boolean {
  return nowMs - burst.startMs > BURST_MS
}

function colourOf(flight: Flight, colours: PaintColours): string {
  if (flight.shape === 'reset') return colours.bad
  return flight.hue === undefined ? colours.neutral : colours[flight.hue]
}

function paintTail(context: CanvasRenderingContext2D, mark: { flight: Flight; route: Route; share: number; colours: PaintColours }): void {
  const head = eased(mark.share)
  const tail = Math.max(0, head - 20 / Math.max(40, mark.route.length))
  const from = pointOn(mark.route, tail)
  const to = pointOn(mark.route, head)
  context.strokeStyle = colourOf(mark.flight, mark.colours)
  context.globalAlpha = mark.flight.shape === 'answer' ? 0.18 : 0.38
  context.lineWidth = 2.4
  context.lineCap = 'round'
  context.beginPath()
  context.moveTo(from.x, from.y)
  context.lineTo(to.x, to.y)
  context.stroke()
  context.globalAlpha = 1
}

function paintWord(context: CanvasRenderingContext2D, word: string, { x, y, width }: WordBox, colours: PaintColours): void {
  context.fillStyle = colours.ground
  context.strokeStyle = colours.neutral
  context.lineWidth = 1
  context.beginPath()
  context.roundRect(x, y, width, WORD_HEIGHT, 5)
  context.fill()
  context.stroke()
  context.fillStyle = colours.neutral
  context.textBaseline = 'middle'
  context.fillText(word, x + 6, y + WORD_HEIGHT / 2 + 0.5)
}

/**
 * Read: disc. Write: square. Service request: diamond. Forwarded: triangle. Mirrored: two squares, the second hollow.
 * Service ownership: hollow diamond. Answer: small ring. Reset: bar.
 */
function paintShape(context: CanvasRenderingContext2D, mark: { shape: FlightShape; at: Point; colour: string; ground: string }): void {
  const { at, colour, ground } = mark
  context.fillStyle = colour
  context.strokeStyle = ground
  context.lineWidth = 1.5
  context.beginPath()
  switch (mark.shape) {
    case 'read':
      context.arc(at.x, at.y, SIZE, 0, Math.PI * 2)
      break
    case 'write':
      context.rect(at.x - SIZE + 0.4, at.y - SIZE + 0.4, SIZE * 2 - 0.8, SIZE * 2 - 0.8)
      break
    case 'service':
      polygon(context, at, [
        [0, -7.5],
        [7.5, 0],
        [0, 7.5],
        [-7.5, 0],
      ])
      break
    case 'forwarded':
      polygon(context, at, [
        [0, -6.6],
        [6.4, 4.8],
        [-6.4, 4.8],
      ])
      break
    case 'mirrored':
      context.rect(at.x - 6.5, at.y - 3, 6, 6)
      context.fill()
      context.stroke()
      context.beginPath()
      context.rect(at.x + 1, at.y - 3, 6, 6)
      hollow(context, mark)
      break
    case 'ownership':
      polygon(context, at, [
        [0, -8],
        [8, 0],
        [0, 8],
        [-8, 0],
      ])
      hollow(context, mark)
      break
    case 'answer':
      context.arc(at.x, at.y, 3, 0, Math.PI * 2)
      hollow(context, mark)
      break
    case 'reset':
      context.rect(at.x - 7, at.y - 2.5, 14, 5)
      break
  }
  context.fill()
  context.stroke()
}

function hollow(context: CanvasRenderingContext2D, { colour, ground }: { colour: string; ground: string }): void {
  context.fillStyle = ground
  context.strokeStyle = colour
  context.lineWidth = 1.8
}

function polygon(context: CanvasRenderingContext2D, at: Point, corners: readonly (readonly [number, number])[]): void {
  for (const [dx, dy] of corners) context.lineTo(at.x + dx, at.y + dy)
  context.closePath()
}

function paintBurst(context: CanvasRenderingContext2D, burst: Burst, scene: PaintScene): void {
  const share = (scene.nowMs - burst.startMs) / BURST_MS
  if (share < 0 || share > 1) return
  context.globalAlpha = 1 - share
  context.strokeStyle =
    burst.kind === 'lost' ? scene.colours.bad : burst.hue === undefined ? scene.colours.neutral : scene.colours[burst.hue]
  context.lineWidth = 1.8
  context.beginPath()
  if (burst.kind === 'arrived') context.arc(burst.x, burst.y, 4 + share * 9, 0, Math.PI * 2)
  else {
    const reach = 3 + share * 6
    context.moveTo(burst.x - reach, burst.y - reach)
    context.lineTo(burst.x + reach, burst.y + reach)
    context.moveTo(burst.x + reach, burst.y - reach)
    context.lineTo(burst.x - reach, burst.y + reach)
  }
  context.stroke()
  context.globalAlpha = 1
}
