import { assert, present } from '../../src-main/base/assert'
import type { ClockPort, ConnectionHandler, ConnectionPort, NetworkPort, Timer, TracePort } from '../../src-main/core/ports'
import type { TraceEvent } from '../../src-main/contract/trace'

interface ClockEvent {
  readonly timeMs: number
  readonly sequence: number
  run: (() => void) | undefined
}

/** Time that passes only when a test says so. Events of the same moment run in the order in which they were asked for. */
export class VirtualClock implements ClockPort {
  #nowMs = 0
  #sequence = 0
  /** A binary heap. */
  readonly #events: ClockEvent[] = []

  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, run: () => void): Timer {
    assert(delayMs >= 0, `a delay of ${delayMs} ms`)
    const event: ClockEvent = { timeMs: this.#nowMs + delayMs, sequence: this.#sequence++, run }
    this.#push(event)
    return { cancel: () => (event.run = undefined) }
  }

  /** Runs everything that is due in the next `durationMs`. */
  run(durationMs: number): void {
    const untilMs = this.#nowMs + durationMs
    while (this.#isDue(untilMs)) this.#step()
    this.#nowMs = untilMs
  }

  /** Runs until the condition holds, at most `limitMs`; fails if it never does. */
  runUntil(condition: () => boolean, limitMs = 60_000): void {
    const untilMs = this.#nowMs + limitMs
    while (!condition()) {
      assert(this.#isDue(untilMs), `the condition does not hold after ${limitMs} ms of virtual time`)
      this.#step()
    }
  }

  #isDue(untilMs: number): boolean {
    const [first] = this.#events
    return first !== undefined && first.timeMs <= untilMs
  }

  #step(): void {
    const event = this.#pop()
    this.#nowMs = event.timeMs
    const { run } = event
    event.run = undefined
    run?.()
  }

  #push(event: ClockEvent): void {
    let index = this.#events.push(event) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.#isBefore(index, parent)) return
      this.#swap(index, parent)
      index = parent
    }
  }

  #pop(): ClockEvent {
    this.#swap(0, this.#events.length - 1)
    const event = present(this.#events.pop(), 'an event')
    for (let index = 0; ;) {
      let least = index
      for (const child of [2 * index + 1, 2 * index + 2]) if (child < this.#events.length && this.#isBefore(child, least)) least = child
      if (least === index) return event
      this.#swap(index, least)
      index = least
    }
  }

  #at(index: number): ClockEvent {
    return present(this.#events[index], 'an event')
  }

  #isBefore(a: number, b: number): boolean {
    const [first, second] = [this.#at(a), this.#at(b)]
    return first.timeMs < second.timeMs || (first.timeMs === second.timeMs && first.sequence < second.sequence)
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#at(a), this.#at(b)]
    this.#events[a] = second
    this.#events[b] = first
  }
}

type Acceptor = (connection: ConnectionPort) => ConnectionHandler

/** Connections inside the test's own time: bytes arrive in order after a delay, or not at all once the link is cut or silent. */
export class VirtualNetwork implements NetworkPort {
  readonly #clock: VirtualClock
  readonly #listeners = new Map<string, Acceptor>()
  readonly #links = new Set<Link>()
  readonly #silent = new Set<string>()
  delayMs = 0.05
  attempts = 0

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  listen(address: string, accept: Acceptor): void {
    this.#listeners.set(address, accept)
  }

  /** Refuses new connections there, and ends those that are. */
  close(address: string): void {
    this.#listeners.delete(address)
    for (const link of [...this.#links]) if (link.address === address) link.cut()
  }

  /** While it is silent, nothing that is sent to or from there arrives; after that it does, unless its sender has closed. */
  silence(address: string, silent: boolean): void {
    if (silent) this.#silent.add(address)
    else this.#silent.delete(address)
    if (!silent) for (const link of [...this.#links]) if (link.address === address) link.deliverHeld()
  }

  connect(address: { readonly host: string; readonly port: number }, outcome: Parameters<NetworkPort['connect']>[1]): void {
    this.attempts++
    const name = `${address.host}:${address.port}`
    this.#clock.after(this.delayMs, () => {
      const accept = this.#listeners.get(name)
      if (!accept) return outcome.failed('connection refused')
      const link = new Link(this.#clock, {
        address: name,
        delayMs: this.delayMs,
        isSilent: () => this.#silent.has(name),
        ended: () => this.#links.delete(link),
      })
      this.#links.add(link)
      link.near.handler = outcome.opened(link.near)
      link.far.handler = accept(link.far)
    })
  }
}

interface LinkOptions {
  readonly address: string
  readonly delayMs: number
  readonly isSilent: () => boolean
  readonly ended: () => void
}

class Link {
  readonly near: LinkEnd
  readonly far: LinkEnd
  readonly #clock: VirtualClock
  readonly #options: LinkOptions
  /** What the silence keeps. */
  #held: { readonly from: LinkEnd; readonly deliver: () => void }[] = []

  constructor(clock: VirtualClock, options: LinkOptions) {
    this.#clock = clock
    this.#options = options
    this.near = new LinkEnd(
      'target',
      (bytes) => this.#carry(this.near, () => this.far.receive(bytes)),
      () => this.#close(this.near, this.far),
    )
    this.far = new LinkEnd(
      'host',
      (bytes) => this.#carry(this.far, () => this.near.receive(bytes)),
      () => this.#close(this.far, this.near),
    )
  }

  get address(): string {
    return this.#options.address
  }

  cut(): void {
    this.#options.ended()
    for (const end of [this.near, this.far]) this.#clock.after(0, () => end.tellClosed())
  }

  deliverHeld(): void {
    for (const { deliver } of this.#held.splice(0)) this.#clock.after(this.#options.delayMs, deliver)
  }

  #carry(from: LinkEnd, deliver: () => void): void {
    if (this.#options.isSilent()) this.#held.push({ from, deliver })
    else this.#clock.after(this.#options.delayMs, deliver)
  }

  /** What was sent before the close arrives before it, but nothing that the silence still keeps. */
  #close(closer: LinkEnd, other: LinkEnd): void {
    this.#held = this.#held.filter((one) => one.from !== closer)
    this.#carry(closer, () => {
      this.#options.ended()
      other.tellClosed()
    })
    this.#clock.after(0, () => closer.tellClosed())
  }
}

class LinkEnd implements ConnectionPort {
  readonly remote: string
  readonly queuedBytes = 0
  handler: ConnectionHandler | undefined
  readonly #carry: (bytes: Uint8Array) => void
  readonly #close: () => void
  #open = true
  #paused = false
  #kept: Uint8Array[] = []

  constructor(remote: string, carry: (bytes: Uint8Array) => void, close: () => void) {
    this.remote = remote
    this.#carry = carry
    this.#close = close
  }

  send(chunks: readonly Uint8Array[]): void {
    if (!this.#open || chunks.length === 0) return
    // One piece, as a socket would give it, and copied, as a socket would do.
    let length = 0
    for (const chunk of chunks) length += chunk.length
    const bytes = new Uint8Array(length)
    let offset = 0
    for (const chunk of chunks) {
      bytes.set(chunk, offset)
      offset += chunk.length
    }
    this.#carry(bytes)
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    for (const bytes of this.#kept.splice(0)) this.handler?.onData(bytes)
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#close()
  }

  receive(bytes: Uint8Array): void {
    if (!this.#open) return
    if (this.#paused) this.#kept.push(bytes)
    else this.handler?.onData(bytes)
  }

  tellClosed(): void {
    if (this.handler === undefined) return
    const { handler } = this
    this.handler = undefined
    this.#open = false
    handler.onClosed()
  }
}

type RecordedEvent = Omit<TraceEvent, 'id' | 'timeMs'> & { readonly id: number }

/** Keeps every event. */
export class RecordedTrace implements TracePort {
  readonly events: RecordedEvent[] = []
  admits = true

  admit(): boolean {
    return this.admits
  }

  record(event: Parameters<TracePort['record']>[0]): number {
    const id = this.events.length + 1
    this.events.push({ ...(event as RecordedEvent), id })
    return id
  }

  kinds(kind: TraceEvent['kind']): readonly RecordedEvent[] {
    return this.events.filter((event) => event.kind === kind)
  }
}
