import type { ArrayState } from '../../../contract/array-state'
import type { WriteIntents } from '../../mapping/write-intents'
import type { ControllerTimings } from '../peer/timings'
import { ownershipOf, withVerified } from '../state/array-changes'
import type { ServedVolume } from '../volumes/served-volume'
import { StripeWalk, type BatchOutcome, type StripeBatch, type StripeJob, type WalkParts } from './stripe-walk'

/**
 * Settles what is in doubt: stripes in which a controller may have died in the middle of updates that nobody has a record of
 * (`unverified`). The write-intent map says which ones. Hosts settle those that they touch. The owner of each volume settles the
 * others in the background, one volume at a time.
 */
export class VolumeVerifier {
  readonly #parts: WalkParts
  readonly #walk: StripeWalk
  /** The doubtful stripes of a volume, as the map had them when its owner in this epoch asked. */
  #asked: { readonly volume: ServedVolume; readonly epoch: number; readonly stripes: readonly number[] | undefined } | undefined

  constructor(parts: WalkParts & { readonly timings: Pick<ControllerTimings, 'verification'> }) {
    this.#parts = parts
    this.#walk = new StripeWalk(parts, parts.timings.verification, (state) => this.#find(state))
  }

  /** Call when ownership or claims may have changed. */
  review(): void {
    this.#walk.review()
  }

  #find(state: ArrayState): StripeJob | undefined {
    const { volumes } = this.#parts
    for (const { volumeId, unverified } of state.ownership) {
      const volume = volumes.volume(volumeId)
      const intents = volume?.place?.io.intents
      if (unverified === undefined || volume === undefined || intents === undefined) continue
      if (!isVerifiable(this.#parts, volume, state, volume.ownership.epoch)) continue
      const stripes = this.#stripesOf(volume, intents, unverified.from)
      if (stripes === undefined) return undefined
      this.#asked = undefined
      return new Verification(this.#parts, { volume, intents, stripes })
    }
    return undefined
  }

  /** Undefined until the map is read. */
  #stripesOf(volume: ServedVolume, intents: WriteIntents, fromStripe: number): readonly number[] | undefined {
    const { epoch } = volume.ownership
    if (this.#asked?.volume === volume && this.#asked.epoch === epoch) return this.#asked.stripes
    const asked = { volume, epoch, stripes: undefined }
    this.#asked = asked
    this.#parts.clock.after(0, () =>
      intents.doubtfulStripes(fromStripe, (stripes) => {
        if (this.#asked !== asked) return
        this.#asked = { volume, epoch, stripes }
        this.review()
      }),
    )
    return undefined
  }
}

function isVerifiable({ self, volumes, standing }: WalkParts, volume: ServedVolume, state: ArrayState, jobEpoch: number): boolean {
  const { volumeId, ownership, claimedEpoch } = volume
  const inState = ownershipOf(state, volumeId)
  return (
    volumes.volume(volumeId) === volume &&
    ownership.owner === self &&
    [ownership.epoch, claimedEpoch, inState?.epoch].every((epoch) => epoch === jobEpoch) &&
    inState?.unverified !== undefined &&
    standing.isServing
  )
}

/** Settles the doubtful stripes of one volume. Its stripes are numbered through all of its slices; the walk counts these alone. */
export class Verification implements StripeJob {
  readonly fromStripe = 0
  readonly endStripe: number
  readonly #parts: WalkParts
  readonly #volume: ServedVolume
  readonly #intents: WriteIntents
  readonly #stripes: readonly number[]
  readonly #epoch: number

  constructor(
    parts: WalkParts,
    of: { readonly volume: ServedVolume; readonly intents: WriteIntents; readonly stripes: readonly number[] },
  ) {
    this.#parts = parts
    this.#volume = of.volume
    this.#intents = of.intents
    this.#stripes = of.stripes
    this.#epoch = of.volume.ownership.epoch
    this.endStripe = of.stripes.length
    this.#tellBegun()
  }

  isMine(state: ArrayState): boolean {
    return isVerifiable(this.#parts, this.#volume, state, this.#epoch)
  }

  visit({ firstStripe, stripeCount }: StripeBatch, done: (outcome: BatchOutcome) => void): void {
    const stripes = this.#stripes.slice(firstStripe, firstStripe + stripeCount)
    const next = (index: number): void => {
      const stripe = stripes[index]
      if (stripe === undefined) return done('good')
      this.#intents.settle({ firstStripe: stripe, stripeCount: 1 }, (fault) => {
        if (fault === undefined) next(index + 1)
        // A newer owner continues from the map; or too many drives are gone, and may come back.
        else done(fault === 'stale-epoch' ? 'lost' : 'failed')
      })
    }
    next(0)
  }

  /** Nothing to do: the map on the drives says what is settled. */
  secure(done: (isSecured: boolean) => void): void {
    done(true)
  }

  withDone(state: ArrayState, beforeStripe: number): ArrayState {
    return withVerified(state, this.#volume.volumeId, this.#stripes[beforeStripe])
  }

  #tellBegun(): void {
    const { trace, self, log } = this.#parts
    const { volumeId, name } = this.#volume
    const data = { volumeId, stripes: this.#stripes.length }
    trace.record({ place: `controller-${self}`, kind: 'volume.verification-started', data })
    if (this.endStripe === 0) return
    const why = `A controller may have died in the middle of writes to volume "${name}", and its NVRAM no longer counts.`
    log.add('warning', `${why} The write-intent map leaves ${this.#stripes.length} stripes in doubt. They are being verified.`)
  }

  ended(): void {
    const { trace, self, log } = this.#parts
    const { volumeId, name } = this.#volume
    trace.record({ place: `controller-${self}`, kind: 'volume.verified', data: { volumeId, stripes: this.#stripes.length } })
    if (this.endStripe === 0) return
    log.add(
      'information',
      `Volume "${name}" is verified: in its ${this.#stripes.length} stripes in doubt, copies and parity match the data.`,
    )
  }
}
