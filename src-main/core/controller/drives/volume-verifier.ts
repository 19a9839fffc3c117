import { stripesFrom } from '../../mapping/volume-stripes'
import { present } from '../../../base/assert'
import { ok } from '../../../base/result'
import type { ArrayState } from '../../../contract/array-state'
import type { VerificationReport } from '../../raid/scrub'
import { configuredMap } from '../../mapping/configured-map'
import { stripeCountOf } from '../../mapping/volume-stripes'
import { ownershipOf, withVerified } from '../state/array-changes'
import type { BackgroundParts } from './background-parts'
import type { ServedVolume } from '../volumes/served-volume'

/** Stripes at a time, and the rest between: hosts come first. */
const BATCH_STRIPES = 4
const REST_MS = 10
/** Whoever goes on after this controller begins here: as often as commits are worth it. */
const CHECKPOINT_STRIPES = 512
const RETRY_MS = 1000

interface Run {
  readonly volume: ServedVolume
  readonly epoch: number
  readonly endStripe: number
  nextStripe: number
  checkpoint: number
  repaired: number
  unreadable: number
}

/**
 * Makes copies and parity agree with the data again where a controller died in the middle of stripes that nobody has a
 * record of (`unverifiedFrom`): in the background, at the owner of the volume, one volume after the other.
 */
export class VolumeVerifier {
  readonly #parts: BackgroundParts
  #run: Run | undefined

  constructor(parts: BackgroundParts) {
    this.#parts = parts
  }

  /** Ownership or claims may have changed. */
  review(): void {
    const { state } = this.#parts.store
    if (this.#run !== undefined || state === undefined || !this.#parts.isServing()) return
    for (const { volumeId, unverifiedFrom } of state.ownership) {
      const volume = this.#parts.volumes.volume(volumeId)
      if (unverifiedFrom === undefined || volume === undefined || !this.#isServedHere(volume, volume.ownership.epoch)) continue
      this.#begin(state, volume, unverifiedFrom)
      return
    }
  }

  #begin(state: ArrayState, volume: ServedVolume, from: number): void {
    const { trace, self, log } = this.#parts
    const { volumeId } = volume
    const run: Run = { volume, epoch: volume.ownership.epoch, endStripe: stripesOf(state, volumeId), nextStripe: from, checkpoint: from, repaired: 0, unreadable: 0 }
    this.#run = run
    trace.record({ place: `controller-${self}`, kind: 'volume.verification-started', data: { volumeId, firstStripe: from, endStripe: run.endStripe } })
    log.add('warning', `A controller may have died in the middle of writes to volume "${volume.name}", and its NVRAM no longer counts. The copies and parity of the volume are being verified.`)
    this.#parts.clock.after(0, () => this.#step(run))
  }

  #isServedHere(volume: ServedVolume, epoch: number): boolean {
    return volume.ownership.owner === this.#parts.self && volume.ownership.epoch === epoch && volume.claimedEpoch === epoch && this.#parts.isServing()
  }

  #step(run: Run): void {
    const { volume } = run
    const { place } = volume
    if (place === undefined || this.#parts.volumes.volume(volume.volumeId) !== volume || !this.#isServedHere(volume, run.epoch)) {
      this.#end()
      return
    }
    if (run.nextStripe >= run.endStripe) {
      this.#verified(run)
      return
    }
    const { group, firstStripe, stripeCount: inSlice } = stripesFrom(place.io.map, run.nextStripe)
    const stripeCount = Math.min(BATCH_STRIPES, run.endStripe - run.nextStripe, inSlice)
    group.verify({ firstStripe, stripeCount, repair: place.claim }, (outcome) => {
      // The only fault is a newer owner, who finds in the state where to go on.
      if (!outcome.ok) this.#end()
      else this.#goOn(run, stripeCount, outcome.value)
    })
  }

  #goOn(run: Run, stripeCount: number, report: VerificationReport): void {
    run.nextStripe += stripeCount
    run.repaired += report.repaired.length
    run.unreadable += report.unreadable.length + report.inconsistent.length
    if (run.nextStripe - run.checkpoint >= CHECKPOINT_STRIPES) {
      run.checkpoint = run.nextStripe
      this.#commit(run, run.nextStripe, () => undefined)
    }
    this.#parts.clock.after(REST_MS, () => this.#step(run))
  }

  #verified(run: Run): void {
    this.#commit(run, undefined, (isCommitted) => {
      if (isCommitted) this.#tell(run)
      this.#end(isCommitted ? 0 : RETRY_MS)
    })
  }

  #commit(run: Run, from: number | undefined, done: (isCommitted: boolean) => void): void {
    const { volumeId } = run.volume
    this.#parts.committer.commit(
      (state) => {
        const ownership = ownershipOf(state, volumeId)
        return ok(ownership?.epoch === run.epoch && ownership.unverifiedFrom !== undefined ? withVerified(state, volumeId, from) : state)
      },
      undefined,
      (outcome) => done(outcome.ok),
    )
  }

  #tell({ volume, repaired, unreadable }: Run): void {
    const { trace, self, log } = this.#parts
    const { volumeId, name } = volume
    trace.record({ place: `controller-${self}`, kind: 'volume.verified', data: { volumeId, repaired, unreadable } })
    log.add('information', `The copies and parity of volume "${name}" are verified. ${repaired} stripes were corrected to match their data.`)
    if (unreadable > 0) log.add('warning', `${unreadable} stripes of volume "${name}" could not be verified, because a drive is missing or cannot read them.`)
  }

  #end(reviewAfterMs = 0): void {
    this.#run = undefined
    this.#parts.clock.after(reviewAfterMs, () => this.review())
  }
}

function stripesOf({ configuration }: ArrayState, volumeId: number): number {
  const volume = present(configuration.volumes.find(({ id }) => id === volumeId), `volume ${volumeId}`)
  return stripeCountOf(configuredMap(configuration, volume))
}
