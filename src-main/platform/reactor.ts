import { performance } from 'node:perf_hooks'
import { LIMITS } from '../contract/limits'
import type { TurnPort } from '../core/ports'

/**
 * Every event enters the core through `turn`. Completions of synchronous work (drives) are put off with `defer` and run
 * in the same turn, after the call that started them has returned: no port calls back from inside the call, and no
 * completion waits for another round of the event loop. When nothing is left to run, the core gets its `turnPort`: it
 * writes what the turn has logged. Completions of that belong to the turn as well. What is put off with `atTurnEnd` comes
 * last: sockets and the interconnect send what the turn has gathered, so nothing leaves ahead of the log.
 */

/** Most turns have fewer completions, and need not know the time. */
const LOOK_AT_CLOCK_EVERY = 8

export class Reactor {
  readonly turnPort: TurnPort = {
    atEnd: (run) => this.#commitLater(run),
    next: (run) => void setImmediate(() => this.turn(run)),
  }
  #deferred: (() => void)[] = []
  #running: (() => void)[] = []
  #next = 0
  #commits: (() => void)[] = []
  #atEnd: (() => void)[] = []
  #inTurn = false
  #turns = 0
  #continuing = false

  /** How many turns have ended. */
  get turns(): number {
    return this.#turns
  }

  /**
   * Runs one event to its end. Called inside a turn, it just runs it. After an error the thread must end: what the turn had
   * not logged yet must not be followed by what it would have sent.
   */
  turn(run: () => void): void {
    if (this.#inTurn) {
      run()
      return
    }
    this.#inTurn = true
    run()
    this.#drain()
    while (this.#commits.length > 0) {
      this.#commit()
      this.#drain()
    }
    this.#endTurn()
  }

  /** Runs after the current call has returned, still in this turn where the bound allows. */
  defer(run: () => void): void {
    this.#deferred.push(run)
    if (!this.#inTurn) this.#continueLater()
  }

  /** Runs when the turn is over. Outside a turn: in the next one, which is started. */
  atTurnEnd(run: () => void): void {
    this.#atEnd.push(run)
    if (!this.#inTurn) this.#continueLater()
  }

  #drain(): void {
    let endMs = Infinity
    for (let count = 0; count < LIMITS.completionsPerTurn; count++) {
      if (count % LOOK_AT_CLOCK_EVERY === LOOK_AT_CLOCK_EVERY - 1) {
        const nowMs = performance.now()
        if (nowMs >= endMs) break
        endMs = Math.min(endMs, nowMs + LIMITS.completionsMs)
      }
      if (this.#next === this.#running.length) {
        if (this.#deferred.length === 0) return
        const emptied = this.#running
        emptied.length = 0
        this.#running = this.#deferred
        this.#deferred = emptied
        this.#next = 0
      }
      this.#running[this.#next++]?.()
    }
    if (this.#next < this.#running.length || this.#deferred.length > 0) this.#continueLater()
  }

  #commitLater(run: () => void): void {
    this.#commits.push(run)
    if (!this.#inTurn) this.#continueLater()
  }

  #commit(): void {
    const commits = this.#commits
    this.#commits = []
    for (const run of commits) run()
  }

  #endTurn(): void {
    for (const run of this.#atEnd) run()
    this.#atEnd.length = 0
    this.#inTurn = false
    this.#turns++
  }

  #continueLater(): void {
    if (this.#continuing) return
    this.#continuing = true
    setImmediate(() => {
      this.#continuing = false
      this.turn(() => undefined)
    })
  }
}
