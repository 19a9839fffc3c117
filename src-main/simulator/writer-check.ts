import type { ControllerId } from '../contract/controller-id'
import type { Place, TraceEvent } from '../contract/trace'
import { SERVICE_SLOT } from '../core/controller/state/state-drives'
import type { DriveWatcher, LandedWrite } from './virtual-drive'
import type { Incarnation } from './incarnation'
import type { TraceLog } from './trace-log'

/**
 * Watches every write as it reaches a drive. In one epoch of a slot, only one incarnation writes. Nobody writes a slot while
 * another incarnation has a write to it in flight that could still land. Between the detection and the fence of a takeover, the
 * survivor writes nothing for the dead controller. When the survivor reports a fence, the fenced incarnation has really exited.
 */
export class WriterCheck implements DriveWatcher {
  readonly violations: string[] = []
  writes = 0
  readonly #trace: TraceLog
  readonly #writerOfEpoch = new Map<number, Incarnation>()
  readonly #newestEpoch = new Map<number, number>()
  readonly #inFlight = new Map<number, Set<LandedWrite>>()
  /** Slots that a survivor may not write before its fence, by survivor. */
  readonly #beforeFence = new Map<string, ReadonlySet<number>>()
  readonly #landingListeners = new Set<(write: LandedWrite) => void>()
  readonly #violationListeners: ((sentence: string, place: Place) => void)[] = []
  readonly #lastWriter = new Map<number, Incarnation>()
  readonly #occupant: (controller: ControllerId) => Incarnation | undefined
  /** The incarnation of each controller that last became part of the pair: the one that a fence must have ended. */
  readonly #members = new Map<string, Incarnation | undefined>()

  constructor(trace: TraceLog, occupant: (controller: ControllerId) => Incarnation | undefined) {
    this.#trace = trace
    this.#occupant = occupant
    trace.onEvent((event) => this.#look(event))
  }

  /**
   * Claims start again from what the drives say. An epoch that is in no state on a drive may be reused, also after writes under it: a
   * controller that claims brings the state that stands to the drives that lack it, before it writes its own.
   */
  applicationKilled({ serviceEpoch }: { readonly serviceEpoch: number }): void {
    this.#newestEpoch.set(SERVICE_SLOT, Math.min(serviceEpoch, this.#newestEpoch.get(SERVICE_SLOT) ?? 0))
    this.#writerOfEpoch.clear()
    this.#beforeFence.clear()
    this.#inFlight.clear()
  }

  /** The drives have lost what nobody flushed: perhaps also the claim of an epoch that had only just begun. */
  powerLost(): void {
    this.#newestEpoch.clear()
  }

  /** Calls the listener as soon as a violation is found. */
  onViolation(listener: (sentence: string, place: Place) => void): void {
    this.#violationListeners.push(listener)
  }

  /** Calls the listener with every write as it lands, until the returned function is called. */
  onLanding(listener: (write: LandedWrite) => void): () => void {
    this.#landingListeners.add(listener)
    return () => this.#landingListeners.delete(listener)
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
    const place: Place = `drive-${write.drive}`
    const epochName = slot * 2 ** 40 + epoch
    const writer = this.#writerOfEpoch.get(epochName) ?? incarnation
    this.#writerOfEpoch.set(epochName, writer)
    if (writer !== incarnation)
      this.#violated(`${nameOf(incarnation)} and ${nameOf(writer)} both wrote slot ${slot} in epoch ${epoch}`, place)
    const newest = this.#newestEpoch.get(slot) ?? 0
    if (epoch < newest) this.#violated(`${nameOf(incarnation)} wrote slot ${slot} in epoch ${epoch} after epoch ${newest}`, place)
    this.#newestEpoch.set(slot, Math.max(newest, epoch))
    for (const other of this.#inFlight.get(slot) ?? []) {
      if (other.incarnation !== incarnation && !other.incarnation.hasExited && other.claim.epoch >= epoch) {
        this.#violated(`${nameOf(incarnation)} wrote slot ${slot} while ${nameOf(other.incarnation)} had a write of it in flight`, place)
      }
    }
    if (this.#beforeFence.get(incarnation.controller)?.has(slot) === true)
      this.#violated(`${nameOf(incarnation)} wrote slot ${slot} of its peer before the fence`, place)
    this.#lastWriter.set(slot, incarnation)
    for (const listener of this.#landingListeners) listener(write)
  }

  #look(event: TraceEvent): void {
    if (!event.place.startsWith('controller-')) return
    const survivor = event.place.slice('controller-'.length)
    if (event.kind === 'takeover.detected') {
      const slots = [...this.#lastWriter].filter(([, { controller }]) => controller !== survivor).map(([slot]) => slot)
      this.#beforeFence.set(survivor, new Set(slots))
    } else if (event.kind === 'volume.owner-changed') {
      this.#lastWriter.delete(Number(event.data?.['volumeId']))
    } else if (event.kind === 'service.owner-changed') {
      this.#lastWriter.delete(SERVICE_SLOT)
    } else if (event.kind === 'takeover.fenced') {
      this.#beforeFence.delete(survivor)
      const fenced = this.#members.get(survivor === 'a' ? 'b' : 'a')
      if (fenced?.hasExited === false)
        this.#violated(
          `controller ${survivor} took ${nameOf(fenced)} for fenced while it was ${fenced.state}`,
          `controller-${fenced.controller}`,
        )
    } else if (event.kind === 'controller.joined' || event.kind === 'controller.serving') {
      this.#members.set(survivor, this.#occupant(survivor === 'a' ? 'a' : 'b'))
    } else if (event.kind === 'controller.started') {
      this.#beforeFence.delete(survivor)
    }
  }

  #violated(sentence: string, place: Place): void {
    this.violations.push(sentence)
    this.#trace.mix(sentence)
    for (const listener of this.#violationListeners) listener(sentence, place)
  }
}

function nameOf({ controller, number }: Incarnation): string {
  return `controller ${controller} (start ${number})`
}
