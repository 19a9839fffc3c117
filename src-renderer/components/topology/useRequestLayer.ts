import { computed, onBeforeUnmount, onMounted, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { LIMITS } from '../../../src-main/contract/limits'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { createFlights, type Flight, type FlightWord } from './flights'
import { driveBoxes, STAGE } from './layout'
import type { StageShape } from './stage-shape'
import { isBurstOver, paint, eased, type Burst, type PaintColours } from './painter'
import { controllerOf, createRoutes, driveOf, pointOn } from './routes'
import { useReducedMotion } from '../../composables/useReducedMotion'
import { useScene } from '../../composables/useScene'
import { useSettingsStore } from '../../stores/settings'

const MAX_BURSTS = LIMITS.flightBursts
/** Events of one step or jump that are followed with the eye. */
const MAX_FOLLOWED = LIMITS.followedEvents

/** Between two drawings. Sixty a second look no better, and cost twice as much. */
const DRAW_EVERY_MS = 30

/** Keeps a canvas over the stage on which requests move. It draws only while something moves. */
export function useRequestLayer(canvas: Ref<HTMLCanvasElement | null>, shape: Ref<StageShape>) {
  const { t } = useI18n()
  const { lab, events: book, clock } = useScene()
  const settings = useSettingsStore()
  const flights = createFlights()
  const isReduced = useReducedMotion()
  let bursts: Burst[] = []
  let landed = new WeakSet<Flight>()
  let frame = 0
  let drawnAtMs = Number.NEGATIVE_INFINITY
  /** There are marks on the canvas, which have to go. */
  let isMarked = false

  const wiringKey = computed(() => {
    const now = lab.snapshot
    return now === undefined ? '' : `${now.drives.length}/${now.controllers.a.portalServedBy}/${now.controllers.b.portalServedBy}`
  })
  const routes = computed(() => {
    // The key changes when an address moves; the rest of a snapshot does not matter here.
    void wiringKey.value
    const now = lab.snapshot
    return createRoutes({
      portalServedBy: { a: now?.controllers.a.portalServedBy, b: now?.controllers.b.portalServedBy },
      drives: driveBoxes(now?.drives.length ?? 0, shape.value.width),
    })
  })
  const isShown = () => settings.settings.showRequests && !isReduced.value

  const stopEvents = book.onEvents((events, restarted) => {
    if (!isShown() || document.hidden) return
    if (restarted) forget()
    const follow = clock.isCloseUp()
    // A long jump shows only its last events.
    const fresh = restarted ? momentOf(events) : follow ? events.slice(-MAX_FOLLOWED) : events
    flights.learn(events.slice(0, events.length - fresh.length))
    flights.add(fresh, clock.nowMs(), follow)
    clock.runUntil(flights.restMs(clock.nowMs()))
    wake()
  })
  const stopClock = clock.onRun(wake)

  /** The last events up to the shown moment. */
  function momentOf(events: readonly TraceEvent[]): readonly TraceEvent[] {
    if (!clock.isCloseUp()) return []
    const last = events.at(-1)
    return last === undefined ? [] : events.slice(-MAX_FOLLOWED).filter((event) => event.timeMs === last.timeMs)
  }

  function wake(): void {
    if (frame === 0) frame = requestAnimationFrame(draw)
  }

  function forget(): void {
    flights.clear()
    bursts = []
    landed = new WeakSet()
    wake()
  }

  const wordOf = (word: FlightWord) => t(`flying.${word}`)
  let font = ''

  function draw(frameMs: number): void {
    frame = 0
    if (frameMs - drawnAtMs < DRAW_EVERY_MS) return wake()
    const element = canvas.value
    const context = element?.getContext('2d')
    if (element === null || context === null || context === undefined) return
    const nowMs = clock.nowMs()
    const flying = flights.at(nowMs).filter((flight) => !loseIfDead(flight, nowMs))
    bursts = [...bursts, ...arrivals(flying, nowMs)].filter((burst) => !isBurstOver(burst, nowMs)).slice(-MAX_BURSTS)
    const isMoving = flying.length > 0 || bursts.length > 0
    if (!isMoving && !isMarked) return
    drawnAtMs = frameMs
    isMarked = isMoving
    paint(context, {
      width: shape.value.width,
      flights: flying,
      bursts,
      wordOf,
      font,
      routeOf: routes.value,
      colours: coloursOf(element),
      nowMs,
    })
    if (clock.isRunning() && isMoving) wake()
  }

  /** Marks on their way into or out of a dead controller end where they are. */
  function loseIfDead(flight: Flight, nowMs: number): boolean {
    if (landed.has(flight)) return true
    const dead = [flight.from, flight.to].some((place) => {
      const id = controllerOf(place)
      return id !== undefined && lab.conditions?.[id] === 'down'
    })
    if (!dead) return false
    const share = (nowMs - flight.startMs) / flight.durationMs
    if (share > 0)
      bursts.push({ ...pointOn(routes.value(flight.from, flight.to), eased(share)), startMs: nowMs, kind: 'lost', hue: flight.hue })
    landed.add(flight)
    return true
  }

  function arrivals(flying: readonly Flight[], nowMs: number): Burst[] {
    const made: Burst[] = []
    for (const flight of flying) {
      const leftMs = flight.startMs + flight.durationMs - nowMs
      if (leftMs > 40 || driveOf(flight.to) === undefined || landed.has(flight)) continue
      landed.add(flight)
      made.push({ ...pointOn(routes.value(flight.from, flight.to), 1), startMs: nowMs, kind: 'arrived', hue: flight.hue })
    }
    return made
  }

  function fitAgain(): void {
    const context = canvas.value?.getContext('2d')
    if (canvas.value !== null && context !== null && context !== undefined) fit(canvas.value, context, shape.value.width)
    isMarked = true
    wake()
  }

  watch(() => shape.value.width, fitAgain)
  onMounted(() => {
    const observer = new ResizeObserver(fitAgain)
    if (canvas.value !== null) {
      observer.observe(canvas.value)
      font = `650 13px ${getComputedStyle(canvas.value).getPropertyValue('--sans').trim()}`
    }
    onBeforeUnmount(() => observer.disconnect())
  })
  /** What is on its way does not arrive any more. */
  watch(isShown, (shown) => {
    if (!shown) forget()
  })
  onBeforeUnmount(() => {
    stopEvents()
    stopClock()
    cancelAnimationFrame(frame)
  })

  return { counts: flights.counts, isReduced }
}

/** Backing pixels follow the element's size; the transform is that of the picture under it (xMidYMid meet). */
function fit(element: HTMLCanvasElement, context: CanvasRenderingContext2D, stageWidth: number): void {
  const { clientWidth, clientHeight } = element
  const density = window.devicePixelRatio
  const width = Math.round(clientWidth * density)
  const height = Math.round(clientHeight * density)
  if (element.width !== width || element.height !== height) {
    element.width = width
    element.height = height
  }
  const scale = Math.min(clientWidth / stageWidth, clientHeight / STAGE.height)
  const left = (clientWidth - stageWidth * scale) / 2
  const top = (clientHeight - STAGE.height * scale) / 2
  context.setTransform(scale * density, 0, 0, scale * density, left * density, top * density)
}

let coloursFor = ''
let colours: PaintColours | undefined

/** Reading computed styles costs a layout, and they change only with the theme. */
function coloursOf(element: HTMLElement): PaintColours {
  const theme = document.documentElement.dataset['theme'] ?? ''
  if (colours === undefined || coloursFor !== theme) {
    const style = getComputedStyle(element)
    const read = (name: string) => style.getPropertyValue(name).trim()
    colours = { a: read('--a'), b: read('--b'), neutral: read('--text'), bad: read('--bad'), ground: read('--ink') }
    coloursFor = theme
  }
  return colours
}
