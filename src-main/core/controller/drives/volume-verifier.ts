import type { ArrayState } from '../../../contract/array-state'
import type { VolumeMap } from '../../mapping/volume-map'
import { stripeCountOf, stripesFrom } from '../../mapping/volume-stripes'
import type { GroupIo } from '../../raid/group-io'
import { ownershipOf, withVerified } from '../state/array-changes'
import type { ServedVolume } from '../volumes/served-volume'
import { StripeWalk, type BatchOutcome, type StripeBatch, type StripeJob, type WalkPace, type WalkParts } from './stripe-walk'

const PACE: WalkPace = { batchStripes: 4, restMs: 10, checkpointStripes: 512, retryMs: 1000 }

/**
 * Makes copies and parity agree with the data again where a controller may have died in the middle of stripe updates that nobody
 * has a record of (`unverifiedFrom`). The owner of each volume does this in the background, one volume at a time.
 */
export class VolumeVerifier {
  readonly #parts: WalkParts
  readonly #walk: StripeWalk

  constructor(parts: WalkParts) {
    this.#parts = parts
    this.#walk = new StripeWalk(parts, PACE, (state) => this.#find(state))
  }

  /** Call when ownership or claims may have changed. */
  review(): void {
    this.#walk.review()
  }

  #find(state: ArrayState): StripeJob | undefined {
    const { volumes } = this.#parts
    for (const { volumeId, unverifiedFrom } of state.ownership) {
      const volume = volumes.volume(volumeId)
      if (unverifiedFrom === undefined || volume?.place === undefined) continue
      const job = new Verification(this.#parts, { volume, map: volume.place.io.map, fromStripe: unverifiedFrom })
      if (!job.isMine(state)) continue
      job.tellBegun()
      return job
    }
    return undefined
  }
}

/** Verifies one volume. Its stripes are numbered through all of its slices. */
export class Verification implements StripeJob {
  readonly fromStripe: number
  readonly endStripe: number
  readonly #parts: WalkParts
  readonly #volume: ServedVolume
  readonly #map: VolumeMap<GroupIo>
  readonly #epoch: number
  #repaired = 0
  #unreadable = 0

  constructor(parts: WalkParts, of: { readonly volume: ServedVolume; readonly map: VolumeMap<GroupIo>; readonly fromStripe: number }) {
    this.#parts = parts
    this.#volume = of.volume
    this.#map = of.map
    this.#epoch = of.volume.ownership.epoch
    this.fromStripe = of.fromStripe
    this.endStripe = stripeCountOf(of.map)
  }

  isMine(state: ArrayState): boolean {
    const { self, volumes } = this.#parts
    const { volumeId, ownership, claimedEpoch } = this.#volume
    const inState = ownershipOf(state, volumeId)
    return (
      volumes.volume(volumeId) === this.#volume &&
      ownership.owner === self &&
      [ownership.epoch, claimedEpoch, inState?.epoch].every((epoch) => epoch === this.#epoch) &&
      inState?.unverifiedFrom !== undefined &&
      this.#parts.standing.isServing
    )
  }

  visit({ firstStripe, stripeCount }: StripeBatch, done: (outcome: BatchOutcome) => void): void {
    const stripes = stripesFrom(this.#map, firstStripe)
    const count = Math.min(stripeCount, stripes.stripeCount)
    const repair = { slot: this.#volume.volumeId, epoch: this.#epoch }
    stripes.group.verify({ firstStripe: stripes.firstStripe, stripeCount: count, repair }, (outcome) => {
      // A newer owner continues from the last checkpoint; where there is no room, this one does so later.
      if (!outcome.ok) return done(outcome.fault === 'no-space' ? 'failed' : 'lost')
      const { repaired, unreadable, inconsistent } = outcome.value
      this.#repaired += repaired.length
      this.#unreadable += unreadable.length + inconsistent.length
      if (count < stripeCount) this.visit({ firstStripe: firstStripe + count, stripeCount: stripeCount - count }, done)
      else done('good')
    })
  }

  /** Nothing to do: the commit of the checkpoint flushes the same drives. */
  secure(done: (isSecured: boolean) => void): void {
    done(true)
  }

  withDone(state: ArrayState, beforeStripe: number): ArrayState {
    return withVerified(state, this.#volume.volumeId, beforeStripe === this.endStripe ? undefined : beforeStripe)
  }

  tellBegun(): void {
    const { trace, self, log } = this.#parts
    const { volumeId, name } = this.#volume
    const data = { volumeId, firstStripe: this.fromStripe, endStripe: this.endStripe }
    trace.record({ place: `controller-${self}`, kind: 'volume.verification-started', data })
    const why = `A controller may have died in the middle of writes to volume "${name}", and its NVRAM no longer counts.`
    log.add('warning', `${why} The copies and parity of the volume are being verified.`)
  }

  ended(): void {
    const { trace, self, log } = this.#parts
    const { volumeId, name } = this.#volume
    const repaired = this.#repaired
    const unreadable = this.#unreadable
    trace.record({ place: `controller-${self}`, kind: 'volume.verified', data: { volumeId, repaired, unreadable } })
    log.add(
      'information',
      `The copies and parity of volume "${name}" are verified. ${repaired} stripes were corrected to match their data.`,
    )
    if (unreadable === 0) return
    log.add('warning', `${unreadable} stripes of volume "${name}" could not be verified, because a drive is missing or cannot read them.`)
  }
}
