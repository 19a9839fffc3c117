import { ok } from '../../../base/result'
import type { ArrayState, FailedMember, RebuildPart } from '../../../contract/array-state'
import type { ServiceError } from '../../../contract/service-request'
import type { WriteClaim } from '../../ports'
import type { GroupIo } from '../../raid/group-io'
import type { BackgroundParts } from './background-parts'
import { rebuildClaimOf, withoutRebuild, withRebuilt } from '../state/rebuild-changes'

/** Stripes at a time, and the rest between: hosts come first. */
const BATCH_STRIPES = 4
const REST_MS = 5
/** Whoever goes on after this controller begins here: as often as commits are worth it. */
const CHECKPOINT_STRIPES = 256
const RETRY_MS = 200

interface Run {
  readonly groupId: number
  readonly drive: number
  readonly operation: string
  readonly part: RebuildPart
  readonly claim: WriteClaim
  readonly group: GroupIo
  nextStripe: number
  checkpoint: number
}

/**
 * Brings to a drive what it lacks, in the background: each controller the stripes of its own volumes, the service owner those
 * that belong to none. The array state says how far that is, so that whoever gets a volume goes on there.
 */
export class DriveRebuild {
  readonly #parts: BackgroundParts
  #run: Run | undefined

  constructor(parts: BackgroundParts) {
    this.#parts = parts
  }

  /** Ownership, claims or what is to be rebuilt may have changed. */
  review(): void {
    const { state } = this.#parts.store
    if (this.#run !== undefined || state === undefined || !this.#parts.isServing()) return
    for (const member of state.failedMembers ?? []) {
      const part = member.rebuild?.parts.find((one) => this.#claimFor(state, one) !== undefined)
      if (part !== undefined) return this.#begin(state, member, part)
    }
  }

  /** Undefined where the part is not this controller's. */
  #claimFor(state: ArrayState, part: RebuildPart): WriteClaim | undefined {
    const { self, volumes } = this.#parts
    const { owner, epoch } = rebuildClaimOf(state, part)
    const volume = volumes.volume(part.slot)
    if (owner !== self || !this.#parts.isServing()) return undefined
    return volume !== undefined && (volume.claimedEpoch !== epoch || volume.isMoving) ? undefined : { slot: part.slot, epoch }
  }

  #begin(state: ArrayState, { groupId, drive, rebuild }: FailedMember, part: RebuildPart): void {
    const group = this.#parts.volumes.group(groupId)
    const claim = this.#claimFor(state, part)
    if (group === undefined || claim === undefined || rebuild === undefined) return
    const run: Run = { groupId, drive, operation: rebuild.operation, part, claim, group, nextStripe: part.fromStripe, checkpoint: part.fromStripe }
    this.#run = run
    this.#parts.clock.after(0, () => this.#step(run))
  }

  #step(run: Run): void {
    if (!this.#isStill(run)) return this.#end(0)
    if (run.nextStripe >= run.part.endStripe) return this.#checkpoint(run, () => this.#end(0))
    const { group, drive, claim } = run
    const stripeCount = Math.min(BATCH_STRIPES, run.part.endStripe - run.nextStripe)
    group.rebuild({ drive, firstStripe: run.nextStripe, stripeCount, claim }, (fault) => {
      if (fault === undefined) this.#goOn(run, stripeCount)
      else if (fault === 'source-lost') this.#fail(run, sourceLost(drive, group.layout.groupId))
      // The volume's next owner goes on, or the drive's new failure is put on record.
      else this.#end(RETRY_MS)
    })
  }

  /** The drive is still to be rebuilt by the same request, and these stripes by this controller under the same claim. */
  #isStill({ groupId, drive, operation, part, claim }: Run, state = this.#parts.store.state): boolean {
    const member = state?.failedMembers?.find((one) => one.groupId === groupId && one.drive === drive)
    const now = state === undefined || member?.rebuild?.operation !== operation ? undefined : this.#claimFor(state, part)
    return now?.epoch === claim.epoch
  }

  #goOn(run: Run, stripeCount: number): void {
    run.nextStripe += stripeCount
    const then = (): void => void this.#parts.clock.after(REST_MS, () => this.#step(run))
    if (run.nextStripe - run.checkpoint >= CHECKPOINT_STRIPES && run.nextStripe < run.part.endStripe) this.#checkpoint(run, then)
    else then()
  }

  /** On stable storage first: what the state says of the drive must be true after a crash, too. */
  #checkpoint(run: Run, then: () => void): void {
    const { groupId, drive, part, group } = run
    const fromStripe = run.nextStripe
    group.flush({}, (flushed) => {
      if (!flushed.ok) return this.#end(RETRY_MS)
      const change = (state: ArrayState): ArrayState => (this.#isStill(run, state) ? withRebuilt(state, { groupId, drive }, { endStripe: part.endStripe, fromStripe }) : state)
      this.#parts.committer.commit((state) => ok(change(state)), undefined, (outcome) => {
        if (!outcome.ok) return this.#end(RETRY_MS)
        run.checkpoint = fromStripe
        then()
      })
    })
  }

  #fail(run: Run, error: ServiceError): void {
    const { groupId, drive } = run
    this.#parts.committer.commit((state) => ok(this.#isStill(run, state) ? withoutRebuild(state, { groupId, drive }, error) : state), undefined, () => this.#end(RETRY_MS))
  }

  #end(reviewAfterMs: number): void {
    this.#run = undefined
    this.#parts.clock.after(reviewAfterMs, () => this.review())
  }

  installed(state: ArrayState, previous: ArrayState | undefined): void {
    if (previous === undefined) return
    const { self, trace, log } = this.#parts
    const before = previous.failedMembers ?? []
    const now = state.failedMembers ?? []
    const tell = (kind: 'drive.rebuild-started' | 'drive.rebuild-ended' | 'drive.rebuilt', { groupId, drive }: FailedMember, what: string): void => {
      const name = state.configuration.groups.find(({ id }) => id === groupId)?.name ?? String(groupId)
      trace.record({ place: `controller-${self}`, kind, to: `drive-${drive}`, data: { drive, groupId } })
      log.add(kind === 'drive.rebuild-ended' ? 'error' : 'information', `Drive ${drive} in group "${name}" ${what}.`)
    }
    for (const member of now) {
      const earlier = before.find((one) => isSame(one, member))
      if (member.rebuild !== undefined && earlier?.rebuild?.operation !== member.rebuild.operation) tell('drive.rebuild-started', member, 'is being rebuilt from the other drives')
      else if (member.rebuild === undefined && earlier?.rebuild !== undefined) tell('drive.rebuild-ended', member, 'could not be rebuilt and stays out')
    }
    for (const member of before) if (!now.some((one) => isSame(one, member))) tell('drive.rebuilt', member, 'is rebuilt and in use again')
  }
}

function isSame(one: FailedMember, other: FailedMember): boolean {
  return one.groupId === other.groupId && one.drive === other.drive
}

function sourceLost(drive: number, groupId: number): ServiceError {
  return { code: 'not-possible-now', message: `Part of drive ${drive} in group ${groupId} cannot be computed, because another drive has failed too or has unreadable sectors. The drive stays out.` }
}
