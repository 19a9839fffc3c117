import { randomInt } from 'node:crypto'
import { failure, ok, type Result } from '../base/result'
import type { LabCommandName } from '../contract/lab-api'
import type { LabError } from '../contract/lab-error'
import { LIMITS } from '../contract/limits'
import type { LabSnapshot } from '../contract/snapshot'
import type { SurpriseReport } from '../contract/surprise'
import type { TraceEvent } from '../contract/trace'
import type { TracePort } from '../core/ports'
import { drawSurprise, type DrawnFault } from './surprise-draw'
import { withoutFault } from './surprise-mask'

type Outcome = Result<null, LabError>

export interface SurpriseParts {
  readonly driveCount: number
  readonly run: (name: LabCommandName, parameters: DrawnFault['parameters']) => Outcome
  readonly trace: TracePort
  /** On the trace clock. */
  readonly nowMs: () => number
  /** Something that the snapshot shows is different now. */
  readonly changed: () => void
}

interface Struck {
  readonly fault: DrawnFault
  /** What the midplane recorded in this time is the act itself. */
  readonly fromMs: number
  readonly toMs: number
}

/**
 * One fault at a time that was drawn from a seed and strikes after a drawn time. Until it is revealed, whoever watches the lab is given
 * its consequences, and not what was done. The recording has all of it.
 */
export class Surprise {
  readonly #parts: SurpriseParts
  #seed: number | undefined
  #timer: NodeJS.Timeout | undefined
  #struck: Struck | undefined
  #isRevealed = false

  constructor(parts: SurpriseParts) {
    this.#parts = parts
  }

  get report(): SurpriseReport | undefined {
    if (this.#seed === undefined) return undefined
    if (this.#struck === undefined) return { seed: this.#seed, state: 'armed' }
    const { command, parameters } = this.#struck.fault
    return { seed: this.#seed, ...(this.#isRevealed ? { state: 'revealed', what: { command, parameters } } : { state: 'struck' }) }
  }

  get isHidden(): boolean {
    return this.#seed !== undefined && !this.#isRevealed
  }

  arm(given: number | undefined): Outcome {
    if (this.isHidden) return notNow('There is a surprise already. Reveal it first (reveal-surprise), or make the lab whole.')
    const seed = given ?? randomInt(LIMITS.surpriseSeed + 1)
    const { delayMs, faults } = drawSurprise(seed, this.#parts.driveCount)
    this.#seed = seed
    this.#struck = undefined
    this.#isRevealed = false
    this.#timer = setTimeout(() => this.#strike(faults), delayMs)
    this.#parts.trace.record({ place: 'midplane', kind: 'lab.surprise-armed', data: { seed } })
    this.#parts.changed()
    return ok(null)
  }

  reveal(): Outcome {
    if (!this.isHidden) return notNow('There is no surprise to reveal.')
    if (this.#struck === undefined) return notNow('The surprise has not struck yet. Wait for it.')
    const { command, parameters } = this.#struck.fault
    this.#isRevealed = true
    this.#parts.trace.record({ place: 'midplane', kind: 'lab.surprise-revealed', data: { command, ...parameters } })
    this.#parts.changed()
    return ok(null)
  }

  /** Reveals it, or takes it back before it strikes: from here on what is missing can be told. */
  end(): Outcome {
    if (this.#struck !== undefined) return this.reveal()
    this.close()
    this.#seed = undefined
    this.#parts.changed()
    return ok(null)
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  /** As those may see it who watch the lab. */
  maskEvent(event: TraceEvent): TraceEvent {
    const { id, timeMs, place } = event
    if (this.#isRevealed || this.#struck === undefined || place !== 'midplane') return event
    const { fromMs, toMs } = this.#struck
    return timeMs >= fromMs && timeMs <= toMs ? { id, timeMs, place, kind: 'lab.surprise-struck' } : event
  }

  /** As those may see it who watch the lab. */
  maskSnapshot(snapshot: LabSnapshot): LabSnapshot {
    return this.#isRevealed || this.#struck === undefined ? snapshot : withoutFault(snapshot, this.#struck.fault, this.#struck.fromMs)
  }

  #strike(faults: readonly DrawnFault[]): void {
    const fromMs = this.#parts.nowMs()
    const fault = faults.find(({ command, parameters }) => this.#parts.run(command, parameters).ok)
    if (fault === undefined) this.#seed = undefined
    else this.#struck = { fault, fromMs, toMs: this.#parts.nowMs() }
    this.#parts.changed()
  }
}

function notNow(message: string): Result<never, LabError> {
  return failure({ code: 'not-possible-now', message })
}
