import { present } from '../base/assert'
import { failure, ok, type Result } from '../base/result'
import type { LabError } from '../contract/lab-error'
import {
  NO_SIMULATION,
  SIMULATION_BOUNDS,
  type PlayerOrder,
  type RecordingPlace,
  type SimulationMoment,
  type SimulationOutline,
  type SimulationPush,
  type SimulationState,
} from '../contract/simulation'
import { Comparing } from './comparing'
import type { EventTimes } from './event-times'
import type { GoesOn, PlayableRun } from './playable-run'
import { RecordedRun } from './recorded-run'

const { maxEventsKept } = SIMULATION_BOUNDS
/** Real time between two states while the player is running. */
const PUSH_EVERY_MS = 33

type Outcome = Result<null, LabError>
type OrderOf<N extends PlayerOrder['order']> = Extract<PlayerOrder, { readonly order: N }>

/** Where runs come from. The error is a sentence. */
export interface RunOpener {
  seed(seed: Omit<OrderOf<'open'>, 'order'>): Result<PlayableRun, string>
  recording(place: RecordingPlace): Result<PlayableRun, string>
}

export interface ShownRun {
  readonly run: PlayableRun
  readonly outline: SimulationOutline
  readonly atMs: number
}

/**
 * Carries out what a person asks of the player, in pieces. Real time comes in with `turn`, and everything to show goes out as
 * pushes.
 */
export class Player {
  readonly #push: (push: SimulationPush) => void
  readonly #opener: RunOpener
  readonly #comparing: Comparing
  #run: PlayableRun | undefined
  #isPlaying = false
  #speed = 1
  /** Where playing ends, if that is before the end of the run. */
  #untilMs: number | undefined
  /** The virtual time that is shown, from that of the shown event up to that of the next. */
  #shownMs = 0
  /** Real time at which `#shownMs` was reached; undefined: at the next turn. */
  #shownAtMs: number | undefined
  /** Where a step or a seek goes. */
  #target: SimulationMoment | undefined
  /** The event that is shown first, and at which speed it plays from there; undefined: not by itself. */
  #openAt = 0
  #openSpeed: number | undefined
  #pushedAtMs = Number.NEGATIVE_INFINITY

  constructor(push: (push: SimulationPush) => void, opener: RunOpener) {
    this.#push = push
    this.#opener = opener
    this.#comparing = new Comparing(push)
  }

  /** An order that makes no sense changes nothing. */
  order(order: PlayerOrder): Outcome {
    if (order.order === 'open') return this.#openIf(this.#opener.seed(order), order.at)
    if (order.order === 'open-recording') return this.#openIf(this.#opener.recording(order))
    if (order.order === 'open-given') return this.#openIf(RecordedRun.openGiven(order))
    if (order.order === 'close') return this.#close()
    const outline = this.#run?.outline
    if (this.#run === undefined) return notNow('No run is open.')
    if (outline === undefined) return notNow('The first pass through the run is still going on.')
    switch (order.order) {
      case 'play':
        return this.#play(order, outline)
      case 'pause':
        return this.#pause()
      case 'step':
        return this.#step(order, outline)
      case 'seek':
        return this.#seek(order, outline)
      case 'seek-time':
        return this.#seekTime(order, outline)
      case 'seek-trace':
        return this.#seekTrace(order)
      case 'story':
        return this.#story(order)
      case 'flight':
        return this.#flight(order)
      case 'compare':
        return this.#compare(this.#run, order)
      case 'align':
        return this.#comparing.align(order)
      case 'swap':
        return this.#swap(order)
      case 'end-comparison':
        this.#comparing.end()
        return ok(null)
    }
  }

  /** Real milliseconds until it wants its next turn, or undefined when it waits for an order. `realMs`: now. */
  turn(realMs: number, goesOn: GoesOn): number | undefined {
    const waitMs = this.#turnOfRun(realMs, goesOn)
    return this.#comparing.turn(realMs, goesOn) ? 0 : waitMs
  }

  #turnOfRun(realMs: number, goesOn: GoesOn): number | undefined {
    const run = this.#run
    if (run === undefined) return undefined
    if (run.outline === undefined) return this.#survey(run, realMs, goesOn)
    if (this.#target !== undefined) return this.#go(run, this.#target, goesOn)
    if (this.#isPlaying) return this.#goOn(run, run.outline, realMs, goesOn)
    return run.prepare(goesOn) ? undefined : 0
  }

  /** The run that is open, once its first pass is done, and the time that is shown of it. */
  get shown(): ShownRun | undefined {
    const outline = this.#run?.outline
    return this.#run === undefined || outline === undefined ? undefined : { run: this.#run, outline, atMs: this.state.now.atMs }
  }

  get state(): SimulationState {
    const run = this.#run
    if (run === undefined) return NO_SIMULATION
    const { source, outline, surveyed, event } = run
    const shared = { run: source, scanned: surveyed, speed: this.#speed }
    if (outline === undefined) return { phase: 'scanning', ...shared, now: NO_SIMULATION.now }
    const atMs = this.#target === undefined ? this.#shownMs : this.#times.at(event)
    const lab = run.snapshot(atMs)
    const phase = this.#isPlaying ? 'playing' : event === outline.end.event && this.#target === undefined ? 'ended' : 'paused'
    return {
      phase,
      ...shared,
      now: { event, atMs },
      eventAtMs: this.#times.at(event),
      ...(lab === undefined ? {} : { lab }),
    }
  }

  #openIf(opened: Result<PlayableRun, string>, at?: number): Outcome {
    return opened.ok ? this.open(opened.value, { at }) : failure({ code: 'failed', message: opened.error })
  }

  /** Shows a run at an event, or at its beginning, and plays it from there if it is said at which speed. */
  open(run: PlayableRun, { at = 0, speed }: { readonly at?: number | undefined; readonly speed?: number | undefined }): Outcome {
    this.#openAt = at
    this.#openSpeed = speed
    this.#rest()
    this.#comparing.end()
    this.#run = run
    this.#push({ type: 'events', restart: true, events: [] })
    this.#pushState()
    return ok(null)
  }

  #close(): Outcome {
    this.#rest()
    this.#comparing.end()
    this.#run = undefined
    this.#pushState()
    return ok(null)
  }

  /** At the end, it plays from the beginning again. */
  #play({ speed, untilMs }: OrderOf<'play'>, { start, end }: SimulationOutline): Outcome {
    this.#playOn(speed, untilMs)
    if (this.#goal.event === end.event) this.#target = start
    this.#pushState()
    return ok(null)
  }

  #pause(): Outcome {
    this.#isPlaying = false
    this.#pushState()
    return ok(null)
  }

  /** Stops at the first and at the last event. */
  #step({ events }: OrderOf<'step'>, outline: SimulationOutline): Outcome {
    return this.#aim(Math.min(Math.max(this.#goal.event + events, 0), outline.end.event))
  }

  #seek({ event }: OrderOf<'seek'>, { end }: SimulationOutline): Outcome {
    if (event > end.event) return failure({ code: 'bad-command', message: `The run ends with event ${end.event}.`, field: 'event' })
    return this.#aim(event)
  }

  #seekTime({ atMs }: OrderOf<'seek-time'>, { start, end }: SimulationOutline): Outcome {
    if (atMs < start.atMs) return failure({ code: 'bad-command', message: `The run begins at ${start.atMs} ms.`, field: 'atMs' })
    if (atMs > end.atMs) return failure({ code: 'bad-command', message: `The run ends at ${end.atMs} ms.`, field: 'atMs' })
    return this.#aim(this.#times.lastUntil(atMs), atMs)
  }

  #seekTrace({ id }: OrderOf<'seek-trace'>): Outcome {
    const event = this.#run?.eventOf?.(id)
    return event === undefined ? noSuchEvent(id) : this.#aim(event)
  }

  #story({ id }: OrderOf<'story'>): Outcome {
    const events = this.#run?.requestEvents?.(id) ?? []
    if (events.length === 0) return noSuchEvent(id)
    this.#push({ type: 'story', id, events })
    return ok(null)
  }

  #flight({ atMs, kinds }: OrderOf<'flight'>): Outcome {
    const flight = this.#run?.flight
    if (flight === undefined) return notNow('A simulated pair has no flight recorder.')
    this.#push({ type: 'flight', flight: flight.around(atMs, kinds) })
    return ok(null)
  }

  #compare(run: PlayableRun, { with: other }: OrderOf<'compare'>): Outcome {
    const opened = this.#openBeside(other)
    if (!opened.ok) return failure({ code: 'failed', message: opened.error })
    this.#comparing.begin(run, opened.value)
    return ok(null)
  }

  #openBeside(other: OrderOf<'compare'>['with']): Result<PlayableRun, string> {
    if (other.kind === 'given') return RecordedRun.openGiven(other)
    return other.kind === 'seed' ? this.#opener.seed(other) : this.#opener.recording(other)
  }

  /** The two runs change places. */
  #swap({ event }: OrderOf<'swap'>): Outcome {
    const swapped = this.#comparing.swap(event)
    if (!swapped.ok) return swapped
    this.#rest()
    this.#run = swapped.value
    const { outline } = this.#run
    if (outline !== undefined) this.#push({ type: 'outline', outline })
    return this.#aim(event)
  }

  #aim(event: number, atMs: number = this.#timeOf(event)): Outcome {
    this.#isPlaying = false
    this.#target = { event, atMs }
    this.#pushState()
    return ok(null)
  }

  #rest(): void {
    this.#isPlaying = false
    this.#target = undefined
  }

  /** The moment that is shown, or the target on the way there. */
  get #goal(): SimulationMoment {
    return this.#target ?? { event: this.#run?.event ?? 0, atMs: this.#shownMs }
  }

  get #times(): EventTimes {
    return present(this.#run, 'a run').times
  }

  /** A run lasts somewhat longer than its last event, because its end is quiet. */
  #timeOf(event: number): number {
    const end = this.#run?.outline?.end
    return event === end?.event ? end.atMs : this.#times.at(event)
  }

  #survey(run: PlayableRun, realMs: number, goesOn: GoesOn): number | undefined {
    if (!run.survey(goesOn)) {
      this.#pushStateNowAndThen(realMs)
      return 0
    }
    const { outline } = run
    if (outline !== undefined) {
      this.#shownMs = outline.start.atMs
      this.#push({ type: 'outline', outline })
      const event = Math.min(this.#openAt, outline.end.event)
      if (event > 0) this.#target = { event, atMs: this.#timeOf(event) }
      if (this.#openSpeed !== undefined) this.#playOn(this.#openSpeed)
    }
    this.#pushState()
    return this.#target === undefined && !this.#isPlaying ? undefined : 0
  }

  #playOn(speed: number, untilMs?: number): void {
    this.#speed = speed
    this.#untilMs = untilMs
    this.#isPlaying = true
    this.#shownAtMs = undefined
  }

  #go(run: PlayableRun, target: SimulationMoment, goesOn: GoesOn): number | undefined {
    if (!run.goTo(target.event, goesOn)) return 0
    this.#target = undefined
    this.#shownMs = target.atMs
    this.#shownAtMs = undefined
    this.#pushAll()
    return 0
  }

  /** Plays up to the current real time, or as far as it gets. Stops at a violation and at the end. */
  #goOn(run: PlayableRun, { end, violations }: SimulationOutline, realMs: number, goesOn: GoesOn): number | undefined {
    const untilMs = this.#untilMs ?? Number.POSITIVE_INFINITY
    const dueMs = Math.min(this.#shownMs + (realMs - (this.#shownAtMs ?? realMs)) * this.#speed, untilMs)
    this.#shownAtMs = realMs
    const stop = violations.find(({ event }) => event > run.event)?.event ?? end.event
    const event = Math.min(this.#times.lastUntil(dueMs), stop)
    const isThere = run.goTo(Math.max(event, run.event), goesOn)
    const isAtStop = run.event >= stop
    this.#isPlaying = !isAtStop && !(isThere && dueMs >= untilMs)
    if (isAtStop) this.#shownMs = this.#timeOf(stop)
    else this.#shownMs = isThere ? dueMs : this.#times.at(run.event)
    if (this.#isPlaying) this.#pushAllNowAndThen(realMs)
    else this.#pushAll()
    return this.#isPlaying ? (isThere ? PUSH_EVERY_MS : 0) : undefined
  }

  #pushAllNowAndThen(realMs: number): void {
    if (realMs - this.#pushedAtMs < PUSH_EVERY_MS - 1) return
    this.#pushedAtMs = realMs
    this.#pushAll()
  }

  #pushStateNowAndThen(realMs: number): void {
    if (realMs - this.#pushedAtMs < PUSH_EVERY_MS) return
    this.#pushedAtMs = realMs
    this.#pushState()
  }

  #pushAll(): void {
    const { restart, events } = this.#run?.takeUnshown() ?? { restart: false, events: [] }
    const isCut = events.length > maxEventsKept
    if (restart || events.length > 0) this.#push({ type: 'events', restart: restart || isCut, events: events.slice(-maxEventsKept) })
    this.#pushState()
  }

  #pushState(): void {
    this.#push({ type: 'state', state: this.state })
  }
}

function noSuchEvent(id: number): Outcome {
  return failure({ code: 'bad-command', message: `The run has no event ${id} in its trace.`, field: 'id' })
}

function notNow(message: string): Outcome {
  return failure({ code: 'not-possible-now', message })
}
