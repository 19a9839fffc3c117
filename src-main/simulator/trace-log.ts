import type { TraceEvent, TraceId } from '../contract/trace'
import type { ClockPort, TracePort } from '../core/ports'
import { RunningHash } from './running-hash'

const WRITER_STRIDE = 2 ** 40
/** Ids from here on are of asides. */
const ASIDE_FROM = 2 * WRITER_STRIDE
const KEPT_EVENTS = 20_000

export type TracedEvent = Parameters<TracePort['record']>[0]

/**
 * Takes all trace events of a world. Keeps the newest and a running hash over all of them: two runs of one seed are the
 * same run exactly when their hashes agree.
 *
 * *Asides* are only for viewers. They and everything they cause are not part of the run: no checker sees them, and the hash and all
 * other ids are the same with and without them.
 */
export class TraceLog {
  readonly #clock: ClockPort
  readonly #events: TraceEvent[] = []
  readonly #listeners: ((event: TraceEvent) => void)[] = []
  readonly #asideListeners: ((event: TraceEvent) => void)[] = []
  #sequence = 0
  #asides = 0
  #count = 0
  readonly #hash = new RunningHash()

  constructor(clock: ClockPort) {
    this.#clock = clock
  }

  get count(): number {
    return this.#count
  }

  /** 16 hex digits. */
  get hash(): string {
    return this.#hash.value
  }

  /** The newest events, the oldest of them first. */
  get events(): readonly TraceEvent[] {
    return this.#events
  }

  onEvent(listener: (event: TraceEvent) => void): void {
    this.#listeners.push(listener)
  }

  get isLookedOn(): boolean {
    return this.#asideListeners.length > 0
  }

  onAside(listener: (event: TraceEvent) => void): void {
    this.#asideListeners.push(listener)
  }

  /** Records an aside. An event that names it as its cause is one too. */
  aside(event: TracedEvent): TraceId {
    const id: TraceId = ASIDE_FROM + ++this.#asides
    for (const listener of this.#asideListeners) listener({ ...event, id, timeMs: this.#clock.nowMs() } as TraceEvent)
    return id
  }

  /** A port for one writer. */
  port(): TracePort {
    return {
      admit: () => true,
      record: (event) => {
        if (event.cause !== undefined && event.cause > ASIDE_FROM) return this.aside(event)
        const id: TraceId = WRITER_STRIDE + ++this.#sequence
        this.#take({ ...event, id, timeMs: this.#clock.nowMs() } as TraceEvent)
        return id
      },
    }
  }

  /** For what is not traced but must be the same in every run of a seed. */
  mix(text: string): void {
    this.#hash.mix(text)
  }

  mixNumber(value: number): void {
    this.#hash.mixNumber(value)
  }

  #take(event: TraceEvent): void {
    this.#count++
    this.#events.push(event)
    if (this.#events.length > KEPT_EVENTS) this.#events.splice(0, KEPT_EVENTS / 2)
    this.mix(
      `${event.timeMs}|${event.place}|${event.kind}|${event.request ?? ''}|${event.cause ?? ''}|${JSON.stringify(event.data ?? null)}`,
    )
    for (const listener of this.#listeners) listener(event)
  }
}
