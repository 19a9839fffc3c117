import type { Prng } from '../base/prng'
import type { ControllerId } from '../contract/controller-id'
import type { ClockPort, Timer, TurnPort } from '../core/ports'

/** The longest that a turn with several events stays open. */
const MAX_TURN_MS = 0.1
/** The share of turns that stay open, of those with something to do at their end. */
const LONG_TURN_SHARE = 0.5
/** The share of deaths in the middle of a turn that come while the NVRAM is written. */
const DEATH_IN_WRITE_SHARE = 0.5
/** The most bytes of a write that is cut short. */
const MAX_LAST_BYTES = 8192

/** Unwinds the core when its controller dies in the middle of a write, so that nothing after the write happens. */
class DiedInWrite extends Error {}

/**
 * One incarnation of a controller, from its start to its exit. All events reach it through `deliver`. If it hangs, they pile up.
 * If it is dead, it never sees them.
 *
 * An event begins a turn. If the core has something to do at its end, the turn may stay open for more events, as in a thread
 * whose socket holds several commands. A controller that dies in the middle of a turn never reaches its end, or dies there while
 * it writes its NVRAM.
 */
export class Incarnation {
  readonly controller: ControllerId
  readonly number: number
  readonly #clock: ClockPort
  #state: 'running' | 'hung' | 'dead' | 'exited' = 'running'
  #pile: (() => void)[] = []
  /** What every event costs it, in milliseconds. */
  #eventMs = 0
  #freeAtMs = 0
  readonly #exitListeners: (() => void)[] = []
  readonly #random: Prng
  /** What is due at the end of the turn. */
  #ends: (() => void)[] = []
  #isLongTurn = false
  /** Bytes of NVRAM that it can still write. */
  #lastBytes = Infinity
  #diedInWrite: (() => void) | undefined
  #hangCount = 0
  #hangsForGood = false
  #hung: (hasEnded: () => boolean) => void = () => undefined
  /** It has claimed or joined. */
  servingLine = false

  readonly turn: TurnPort = {
    atEnd: (run) => {
      this.#ends.push(run)
      if (this.#ends.length === 1) this.#openTurn()
    },
    next: (run) => void this.after(0, run),
  }

  constructor(controller: ControllerId, number: number, { clock, random }: { readonly clock: ClockPort; readonly random: Prng }) {
    this.controller = controller
    this.number = number
    this.#clock = clock
    this.#random = random
  }

  get state(): 'running' | 'hung' | 'dead' | 'exited' {
    return this.#state
  }

  /** Until then it may still act, or one of its writes may still land. */
  get hasExited(): boolean {
    return this.#state === 'exited'
  }

  get isAlive(): boolean {
    return this.#state === 'running' || this.#state === 'hung'
  }

  /** Its events take time, or some that did are still waiting. */
  get isSlow(): boolean {
    return this.#freeAtMs > 0
  }

  deliver(event: () => void): void {
    if (!this.isAlive) return
    if (this.#freeAtMs === 0) {
      this.#arrive(event)
      return
    }
    const nowMs = this.#clock.nowMs()
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + this.#eventMs
    this.#clock.after(this.#freeAtMs - nowMs, () => this.#arrive(event))
  }

  /** From now on each event takes this long, one at a time. 0: back to full speed, once the waiting events are done. */
  setEventCost(eventMs: number): void {
    this.#eventMs = eventMs
    this.#freeAtMs = Math.max(this.#freeAtMs, this.#clock.nowMs())
    if (eventMs === 0) this.#clock.after(this.#freeAtMs - this.#clock.nowMs(), () => this.#caughtUp())
  }

  after(delayMs: number, event: () => void): Timer {
    return this.#clock.after(delayMs, () => this.deliver(event))
  }

  /** With `forGood`, nothing but a reset ends it. */
  hang(forGood = false): void {
    if (this.#state !== 'running') return
    this.#state = 'hung'
    this.#hangsForGood = forGood
    const hang = ++this.#hangCount
    this.#hung(() => this.#state !== 'hung' || this.#hangCount !== hang)
  }

  /** The listener gets every hang, with a function that says whether this hang has ended. */
  onHang(listener: (hasEnded: () => boolean) => void): void {
    this.#hung = listener
  }

  /** Ends a hang. Everything that piled up arrives at once. */
  resume(): void {
    if (this.#state !== 'hung' || this.#hangsForGood) return
    this.#state = 'running'
    const pile = this.#pile
    this.#pile = []
    for (const event of pile) this.deliver(event)
  }

  /** Makes it die in the middle of its next NVRAM write. The rest of that write never lands. */
  dieInNextWrite(died: () => void): void {
    if (this.#state !== 'running') return
    this.#lastBytes = this.#random.below(MAX_LAST_BYTES)
    this.#diedInWrite = died
  }

  /** How many bytes of an NVRAM write land. If not all of them do, `diesNow` must follow. */
  landingBytes(byteCount: number): number {
    const landing = Math.min(byteCount, this.#lastBytes)
    this.#lastBytes -= landing
    return landing
  }

  diesNow(): never {
    throw new DiedInWrite(`controller ${this.controller} dies in the middle of a write`)
  }

  #openTurn(): void {
    this.#isLongTurn = this.#random.chance(LONG_TURN_SHARE)
    if (this.#isLongTurn) this.#clock.after(this.#random.fraction() * MAX_TURN_MS, () => this.#arrive(() => (this.#isLongTurn = false)))
  }

  #arrive(event: () => void): void {
    if (this.#state === 'hung') this.#pile.push(event)
    if (this.#state !== 'running') return
    const isAlive = this.#survives(() => {
      event()
      if (!this.#isLongTurn) this.#endTurn()
    })
    if (isAlive) return
    // It never comes to the end of its turn. What it was about to write is gone from the core, so the end would not miss it.
    this.#ends = []
    this.#diedInWrite?.()
  }

  #endTurn(): void {
    while (this.#ends.length > 0) for (const run of this.#ends.splice(0)) run()
  }

  /** False if it died on the way. */
  #survives(run: () => void): boolean {
    try {
      run()
      return true
    } catch (error) {
      if (!(error instanceof DiedInWrite)) throw error
      return false
    }
  }

  #caughtUp(): void {
    if (this.#eventMs > 0) return
    if (this.#freeAtMs <= this.#clock.nowMs()) this.#freeAtMs = 0
    else this.#clock.after(this.#freeAtMs - this.#clock.nowMs(), () => this.#caughtUp())
  }

  /** From now on it does nothing. Its writes in flight may still land until it has exited. */
  die(): void {
    if (!this.isAlive) return
    if (this.#state === 'running' && this.#ends.length > 0 && this.#random.chance(DEATH_IN_WRITE_SHARE)) {
      this.#lastBytes = this.#random.below(MAX_LAST_BYTES)
      this.#survives(() => this.#endTurn())
    }
    this.#state = 'dead'
    this.#pile = []
    this.#ends = []
  }

  exit(): void {
    if (this.#state === 'exited') return
    this.#state = 'exited'
    for (const listener of this.#exitListeners) listener()
  }

  onExit(listener: () => void): void {
    this.#exitListeners.push(listener)
  }
}
