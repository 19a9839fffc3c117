import type { ConnectionHandler, TurnPort } from '../../src-main/core/ports'

/** Turns that end when the test says so. Unless it holds them, the next ones follow each event at once. */
export class ManualTurns implements TurnPort {
  isHolding = false
  /** How many began after the event that asked for them. */
  count = 0
  #ends: (() => void)[] = []
  #next: (() => void)[] = []

  atEnd(run: () => void): void {
    this.#ends.push(run)
  }

  next(run: () => void): void {
    this.#next.push(run)
  }

  /** Goes on turn by turn until nothing is left to do. */
  settle(): void {
    while (!this.isHolding && this.step());
  }

  /** One more turn. False if none was asked for. */
  step(): boolean {
    const due = this.#next.splice(0)
    if (due.length > 0) this.count++
    for (const run of due) run()
    while (this.#ends.length > 0) for (const run of this.#ends.splice(0)) run()
    return due.length > 0
  }

  around(handler: ConnectionHandler): ConnectionHandler {
    const settled = <A extends readonly unknown[]>(run: (...given: A) => void) => {
      return (...given: A) => {
        run(...given)
        this.settle()
      }
    }
    return {
      onData: settled((bytes: Uint8Array) => handler.onData(bytes)),
      onDrained: settled(() => handler.onDrained()),
      onClosed: settled(() => handler.onClosed()),
    }
  }
}
