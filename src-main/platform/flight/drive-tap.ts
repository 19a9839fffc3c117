import type { DriveOutcome } from '../../contract/flight'
import type { WriteClaim } from '../../core/ports'
import type { FlightLog } from './flight-log'

/**
 * Records each access to a drive, with what became of it. The drive tells of an access when it is over: a wrapper around each callback
 * would take longer than the record.
 */
export class DriveTap {
  readonly #log: FlightLog
  readonly #drive: number

  constructor(log: FlightLog, drive: number) {
    this.#log = log
    this.#drive = drive
  }

  /** When an access that is asked for now was asked for. */
  askedAtMs(): number {
    return this.#log.recently()
  }

  read(block: number, into: Uint8Array, outcome: DriveOutcome, startedAtMs: number): void {
    const hash = outcome === 'good' ? this.#log.hashOfOne(into, this.#log.recently()) : undefined
    this.#log.drive('read', { drive: this.#drive, block, outcome, startedAtMs, byteCount: into.length, hash, claim: undefined })
  }

  write(block: number, from: readonly Uint8Array[], claim: WriteClaim, outcome: DriveOutcome, startedAtMs: number): void {
    let byteCount = 0
    for (const { length } of from) byteCount += length
    const hash = this.#log.hashOf(from, byteCount, this.#log.recently())
    this.#log.drive('write', { drive: this.#drive, block, outcome, startedAtMs, byteCount, hash, claim })
  }

  flush(outcome: DriveOutcome, startedAtMs: number): void {
    this.#log.drive('flush', { drive: this.#drive, block: 0, outcome, startedAtMs, byteCount: 0, hash: undefined, claim: undefined })
  }
}
