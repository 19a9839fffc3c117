import type { TraceEvent } from '../contract/trace'
import type { DriveWatcher, LandedWrite } from './virtual-drive'
import type { Incarnation } from './incarnation'
import type { TraceLog } from './trace-log'

/**
 * Watches every write as it reaches a drive. In one epoch of a slot only one incarnation writes; nobody writes a slot
 * while somebody else, who could still land one, has a write of it in flight; and between the detection and the fence of
 * a takeover the survivor writes nothing for the dead.
 */
export class WriterCheck implements DriveWatcher {
  readonly violations: string[] = []
  writes = 0
  readonly #trace: TraceLog
  readonly #writerOfEpoch = new Map<string, Incarnation>()
  readonly #newestEpoch = new Map<number, number>()
  readonly #inFlight = new Map<number, Set<LandedWrite>>()
  /** Slots that a survivor may not write before its fence, by survivor. */
  readonly #beforeFence = new Map<string, ReadonlySet<number>>()
  readonly #lastWriter = new Map<number, Incarnation>()

  constructor(trace: TraceLog) {
    this.#trace = trace
    trace.onEvent((event) => this.#look(event))
  }

  issued(write: LandedWrite): void {
    const { slot } = write.claim
    const writes = this.#inFlight.get(slot) ?? new Set()
    this.#inFlight.set(slot, writes)
    writes.add(write)
  }

  ended(write: LandedWrite): void {
    this.#inFlight.get(write.claim.slot)?.delete(write)
  }

  landed(write: LandedWrite): void {
    this.writes++
    const { incarnation, claim } = write
    const { slot, epoch } = claim
    const who = nameOf(incarnation)
    const epochName = `${slot}:${epoch}`
    const writer = this.#writerOfEpoch.get(epochName) ?? incarnation
    this.#writerOfEpoch.set(epochName, writer)
    if (writer !== incarnation) this.#violated(`${who} and ${nameOf(writer)} both wrote slot ${slot} in epoch ${epoch}`)
    const newest = this.#newestEpoch.get(slot) ?? 0
    if (epoch < newest) this.#violated(`${who} wrote slot ${slot} in epoch ${epoch} after epoch ${newest}`)
    this.#newestEpoch.set(slot, Math.max(newest, epoch))
    for (const other of this.#inFlight.get(slot) ?? []) {
      if (other.incarnation !== incarnation && !other.incarnation.hasExited && other.claim.epoch >= epoch) {
        this.#violated(`${who} wrote slot ${slot} while ${nameOf(other.incarnation)} had a write of it in flight`)
      }
    }
    if (this.#beforeFence.get(incarnation.controller)?.has(slot) === true) this.#violated(`${who} wrote slot ${slot} of its peer before the fence`)
    this.#lastWriter.set(slot, incarnation)
  }

  #look(event: TraceEvent): void {
    if (!event.place.startsWith('controller-')) return
    const survivor = event.place.slice('controller-'.length)
    if (event.kind === 'takeover.detected') {
      const slots = [...this.#lastWriter].filter(([, { controller }]) => controller !== survivor).map(([slot]) => slot)
      this.#beforeFence.set(survivor, new Set(slots))
    } else if (event.kind === 'volume.owner-changed') {
      this.#lastWriter.delete(Number(event.data?.['volumeId']))
    } else if (event.kind === 'takeover.fenced' || event.kind === 'controller.started') {
      this.#beforeFence.delete(survivor)
    }
  }

  #violated(sentence: string): void {
    this.violations.push(sentence)
    this.#trace.mix(sentence)
  }
}

function nameOf({ controller, number }: Incarnation): string {
  return `controller ${controller} (start ${number})`
}
