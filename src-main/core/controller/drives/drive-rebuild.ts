import type { ArrayState, FailedMember, RebuildPart } from '../../../contract/array-state'
import type { ServiceError } from '../../../contract/service-request'
import type { WriteClaim } from '../../ports'
import type { GroupIo } from '../../raid/group-io'
import type { ControllerTimings } from '../peer/timings'
import { rebuildClaimOf, withoutRebuild, withRebuilt } from '../state/rebuild-changes'
import { StripeWalk, type BatchOutcome, type StripeBatch, type StripeJob, type WalkParts } from './stripe-walk'

/**
 * Rebuilds failed drives in the background. Each controller rebuilds the stripes of its own volumes, and the service owner those
 * that belong to no volume. The array state records the progress, so the next owner of a volume continues from there.
 */
export class DriveRebuild {
  readonly #parts: WalkParts
  readonly #walk: StripeWalk

  constructor(parts: WalkParts & { readonly timings: Pick<ControllerTimings, 'rebuild'> }) {
    this.#parts = parts
    this.#walk = new StripeWalk(parts, parts.timings.rebuild, (state) => this.#find(state))
  }

  /** Call when ownership, claims, or what has to be rebuilt may have changed. */
  review(): void {
    this.#walk.review()
  }

  #find(state: ArrayState): StripeJob | undefined {
    for (const member of state.failedMembers ?? []) {
      for (const part of member.rebuild?.parts ?? []) {
        const claim = claimFor(this.#parts, state, part)
        const group = this.#parts.volumes.group(member.groupId)
        if (claim !== undefined && group !== undefined) return new RebuildJob(this.#parts, { member, part, claim, group })
      }
    }
    return undefined
  }

  installed(state: ArrayState, previous: ArrayState | undefined): void {
    if (previous === undefined) return
    const { self, trace, log } = this.#parts
    const before = previous.failedMembers ?? []
    const now = state.failedMembers ?? []
    const tell = (kind: RebuildNews, { groupId, drive }: FailedMember, what: string): void => {
      const name = state.configuration.groups.find(({ id }) => id === groupId)?.name ?? String(groupId)
      trace.record({ place: `controller-${self}`, kind, to: `drive-${drive}`, data: { drive, groupId } })
      log.add(kind === 'drive.rebuild-ended' ? 'error' : 'information', `Drive ${drive} in group "${name}" ${what}.`)
    }
    for (const member of now) {
      const earlier = before.find((one) => isSame(one, member))
      const isBegun = member.rebuild !== undefined && earlier?.rebuild?.operation !== member.rebuild.operation
      const isGivenUp = member.rebuild === undefined && earlier?.rebuild !== undefined
      if (isBegun) tell('drive.rebuild-started', member, 'is being rebuilt from the other drives')
      else if (isGivenUp) tell('drive.rebuild-ended', member, 'could not be rebuilt and stays out')
    }
    for (const member of before) if (!now.some((one) => isSame(one, member))) tell('drive.rebuilt', member, 'is rebuilt and in use again')
  }
}

type RebuildNews = 'drive.rebuild-started' | 'drive.rebuild-ended' | 'drive.rebuilt'

interface RebuiltPart {
  readonly member: FailedMember
  readonly part: RebuildPart
  readonly claim: WriteClaim
  readonly group: GroupIo
}

/** Rebuilds one part of what a drive lacks in one group: stripes of a volume, or stripes that belong to none. */
class RebuildJob implements StripeJob {
  readonly #parts: WalkParts
  readonly #rebuilt: RebuiltPart

  constructor(parts: WalkParts, rebuilt: RebuiltPart) {
    this.#parts = parts
    this.#rebuilt = rebuilt
  }

  get fromStripe(): number {
    return this.#rebuilt.part.fromStripe
  }

  get endStripe(): number {
    return this.#rebuilt.part.endStripe
  }

  /** The same request still rebuilds the drive, and this controller's claim has not changed. */
  isMine(state: ArrayState): boolean {
    const { member, part, claim } = this.#rebuilt
    const now = state.failedMembers?.find((one) => isSame(one, member))
    return now?.rebuild?.operation === member.rebuild?.operation && claimFor(this.#parts, state, part)?.epoch === claim.epoch
  }

  visit(batch: StripeBatch, done: (outcome: BatchOutcome) => void): void {
    const { part, group } = this.#rebuilt
    const intents = this.#parts.volumes.volume(part.slot)?.place?.io.intents
    if (intents === undefined) this.#rebuild(batch, done)
    else intents.beforeRebuild(group, batch, (fault) => (fault === undefined ? this.#rebuild(batch, done) : done('failed')))
  }

  #rebuild(batch: StripeBatch, done: (outcome: BatchOutcome) => void): void {
    const { member, claim, group } = this.#rebuilt
    group.rebuild({ drive: member.drive, ...batch, claim }, (fault) => {
      if (fault === undefined) done('good')
      else if (fault === 'source-lost') done({ giveUp: (state) => withoutRebuild(state, member, sourceLost(member)) })
      // A newer owner continues, the drive failed again and is about to be recorded, or it has no room now.
      else done('failed')
    })
  }

  /** Flushes first: even after a crash of the machine, the drive must have everything that the state says is rebuilt. */
  secure(done: (isSecured: boolean) => void): void {
    this.#rebuilt.group.flush({}, (flushed) => done(flushed.ok))
  }

  withDone(state: ArrayState, beforeStripe: number): ArrayState {
    return withRebuilt(state, this.#rebuilt.member, { endStripe: this.endStripe, fromStripe: beforeStripe })
  }
}

/** Undefined unless this controller may rebuild the part now. */
function claimFor(parts: WalkParts, state: ArrayState, part: RebuildPart): WriteClaim | undefined {
  const { owner, epoch } = rebuildClaimOf(state, part)
  const volume = parts.volumes.volume(part.slot)
  if (owner !== parts.self || !parts.standing.isServing) return undefined
  return volume !== undefined && (volume.claimedEpoch !== epoch || volume.isMoving) ? undefined : { slot: part.slot, epoch }
}

function isSame(one: FailedMember, other: FailedMember): boolean {
  return one.groupId === other.groupId && one.drive === other.drive
}

function sourceLost({ drive, groupId }: FailedMember): ServiceError {
  const why = 'because another drive has failed too or has unreadable sectors'
  const message = `Part of drive ${drive} in group ${groupId} cannot be computed, ${why}. The drive stays out.`
  return { code: 'not-possible-now', message }
}
