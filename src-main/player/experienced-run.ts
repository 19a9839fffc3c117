import type { RunSource, SimulationOutline } from '../contract/simulation'
import type { LabSnapshot } from '../contract/snapshot'
import type { TraceEvent, TraceId } from '../contract/trace'
import type { EventTimes } from './event-times'
import type { GoesOn, PlayableRun, TracedRun, UnshownEvents } from './playable-run'
import type { RunReader } from './run-reader'
import { requestEvents } from './request-events'
import { ExperienceBook } from './run-experience'

/** Pictures tell what the hosts have measured. There is one after so many events. */
const EVENTS_A_LOOK = 256

/** Goes once more through a run after its first pass, and takes down what hosts experience. Keeps the events, for their stories. */
export class ExperiencedRun implements PlayableRun {
  readonly #inner: PlayableRun
  readonly #book: ExperienceBook
  readonly #events: TraceEvent[] = []
  #reader: RunReader | undefined
  #outline: SimulationOutline | undefined

  constructor(inner: PlayableRun, givenUpAfterMs: number) {
    this.#inner = inner
    this.#book = new ExperienceBook(givenUpAfterMs)
  }

  survey(goesOn: GoesOn): boolean {
    if (this.#outline !== undefined) return true
    if (!this.#inner.survey(goesOn)) return false
    const { outline } = this.#inner
    this.#reader ??= this.#inner.reader()
    if (outline === undefined || !this.#read(this.#reader, goesOn)) return false
    this.#outline = { ...outline, experience: this.#book.upTo({ fromMs: outline.start.atMs, toMs: outline.end.atMs }) }
    this.#reader = undefined
    return true
  }

  /** Both passes count the same. */
  get surveyed(): PlayableRun['surveyed'] {
    const { done, of } = this.#inner.surveyed
    if (this.#outline !== undefined) return { done: of, of }
    return { done: Math.floor((done + of * (this.#reader?.share ?? 0)) / 2), of }
  }

  get outline(): SimulationOutline | undefined {
    return this.#outline
  }

  get source(): RunSource {
    return this.#inner.source
  }

  get times(): EventTimes {
    return this.#inner.times
  }

  get event(): number {
    return this.#inner.event
  }

  snapshot(atMs: number): LabSnapshot | undefined {
    return this.#inner.snapshot(atMs)
  }

  goTo(event: number, goesOn: GoesOn): boolean {
    return this.#inner.goTo(event, goesOn)
  }

  prepare(goesOn: GoesOn): boolean {
    return this.#inner.prepare(goesOn)
  }

  takeUnshown(): UnshownEvents {
    return this.#inner.takeUnshown()
  }

  showAgain(): void {
    this.#inner.showAgain()
  }

  reader(): RunReader {
    return this.#inner.reader()
  }

  requestEvents(id: TraceId): readonly TraceEvent[] {
    return requestEvents(this.#events, id)
  }

  eventOf(id: TraceId): number | undefined {
    const event = this.#events.find((one) => one.id === id)
    return event && this.times.lastUntil(event.timeMs)
  }

  traced(): TracedRun {
    const events = this.#events
    return {
      events,
      momentOf: (index) => {
        const event = this.times.lastUntil(events[index]?.timeMs ?? 0)
        return { event, atMs: this.times.at(event) }
      },
    }
  }

  /** True once the whole run was seen. */
  #read(reader: RunReader, goesOn: GoesOn): boolean {
    const look = (): void => {
      if (reader.snapshot !== undefined) this.#book.look(reader.snapshot)
    }
    if (this.#events.length === 0) look()
    const isOver = reader.read((event, atMs) => {
      this.#book.take(event, { event: this.times.lastUntil(atMs), atMs })
      if (this.#events.push(event) % EVENTS_A_LOOK === 0) look()
    }, goesOn)
    if (isOver) look()
    return isOver
  }
}
