import { failure, ok, type Result } from '../../../base/result'
import type { ArrayState, VolumeOwnership } from '../../../contract/array-state'
import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { ServiceError } from '../../../contract/service-request'
import type { TraceId } from '../../../contract/trace'
import type { WriteCache } from '../../nvram/write-cache'
import type { ClockPort, MidplanePort } from '../../ports'
import { isNewer } from '../../raid/superblock'
import type { PairStanding } from '../peer/standing'
import type { ControllerTimings } from '../peer/timings'
import { afterPowerLoss, membersOn, nextEpoch, ownershipOf, withDoubt, withOwner, withOwnership } from '../state/array-changes'
import type { ArrayStore } from '../state/array-store'
import type { Committer } from '../state/committer'
import { withoutMembers } from '../state/rebuild-changes'
import { SERVICE_SLOT, type StateDrives, type StateWriteOutcome } from '../state/state-drives'
import { tooFewReadable } from './first-step'
import type { ClaimStability } from '../volumes/claim-stability'
import { LOST_LOG, unknownStripes } from './unknown-stripes'

/** - `superseded`: the other controller has made a newer claim, so this one must stop. */
export interface ClaimFailure {
  readonly code: 'superseded' | 'drives'
  readonly reason: string
}

export interface Claim {
  readonly state: ArrayState
  /** Volumes that the claim gives to this controller in a new epoch. It may have owned some of them before. */
  readonly volumes: readonly number[]
  readonly notes: readonly string[]
}

/** `keep`: the owner and its epoch stay as they are. */
export type ClaimPlan = (ownership: VolumeOwnership, state: ArrayState) => ControllerId | 'keep'

/**
 * Makes this controller the service owner and gives the volumes owners in new epochs. The controller must be alone, or its peer
 * fenced or waiting for this claim, so that nobody else writes superblocks meanwhile.
 *
 * It starts from the newest state on the drives, because a commit of the peer may have reached them but not this controller.
 * Raising the claims in the midplane shuts out the older epochs at once. The superblocks are written before anything is served,
 * and so before any write is acknowledged under the new epochs: from them, the next reader learns who may have written.
 *
 * Example: Claims of A have even epochs, those of B odd ones. A owns volume 0 and the service requests, B owns volume 1. A
 * acknowledges a write to volume 0, begins to commit generation 18, and dies when one drive has it. B takes over:
 *
 *                      generation  service owner  mirror epoch  volume 0                            volume 1
 *     B knows              17       A, epoch 4         4        A, epoch 2                          B, epoch 3
 *     one drive has        18       A, epoch 4         4        A, epoch 2                          B, epoch 3
 *     B claims             19       B, epoch 5         5        B, epoch 3, held by B, log from 2   B, epoch 3
 *
 * 1. A first look at the drives shows generation 18, so B reads them in full and continues from 18, not from the 17 it knows.
 * 2. B's NVRAM counts for mirror epoch 4. B stamps it for both 4 and 5, so that it counts whether or not 19 reaches the drives.
 *    A's NVRAM keeps stamp 4: once 19 is committed, nothing in it counts.
 * 3. The mirror of A's log has the write, under epoch 2. So B becomes the holder of volume 0, and records from epoch 2 on count
 *    although its epoch is now 3. If B dies before the replay has written them to the drives, A finds "held by B" and waits for B
 *    instead of serving what is on the drives.
 * 4. The midplane raises the claim of volume 0 to 3 and that of the service to 5. It would refuse a late write of A. If A had
 *    restarted meanwhile and claimed 6, the raise to 5 would fail, and B would have to stop.
 * 5. B writes generation 19 under epoch 5. Volume 1 stays as it is, because nothing about it has to change.
 */
export function makeClaim(parts: ClaimParts, options: ClaimOptions, done: (outcome: Result<Claim, ClaimFailure>) => void): void {
  newestState(parts, (newest) => {
    if (newest.ok) claimFrom(parts, { ...options, ...newest.value }, done)
    else done(newest)
  })
}

/**
 * Flushes a claim, behind what is served under it already. While too few drives can do that, it tries again. What waits for it is
 * refused when it takes too long, or never will be.
 */
export function makeStable(parts: StabilityParts, state: ArrayState): void {
  const { stateDrives, committer, claimStability, clock, timings, standing } = parts
  const claim = claimStability.beingFlushed()
  const timer = clock.after(timings.holdMs, () => claim.overdue())
  const flush = (): void => {
    if (standing.isStopped) return claim.overdue()
    stateDrives.whenStable(state, { epoch: state.serviceEpoch, cause: undefined }, (outcome) => {
      if (outcome !== 'written') return void clock.after(timings.retryMs, flush)
      timer.cancel()
      claim.ended()
      committer.recordStored()
    })
  }
  flush()
}

interface StabilityParts extends Pick<ClaimParts, 'stateDrives'> {
  readonly committer: Pick<Committer, 'recordStored'>
  readonly claimStability: ClaimStability
  readonly clock: ClockPort
  readonly timings: Pick<ControllerTimings, 'retryMs' | 'holdMs'>
  readonly standing: Pick<PairStanding, 'isStopped'>
}

export interface ClaimParts {
  readonly self: ControllerId
  readonly store: ArrayStore
  readonly stateDrives: StateDrives
  readonly committer: Committer
  readonly midplane: MidplanePort
  readonly cache: WriteCache
}

interface ClaimOptions {
  readonly plan: ClaimPlan
  readonly cause: TraceId | undefined
  /** No controller was up: what need not outlive a power loss is over. */
  readonly isColdStart?: boolean
}

interface NewestState {
  readonly newest: ArrayState
  /** Drives that do not answer. */
  readonly silent: readonly number[]
  readonly notes: readonly string[]
}

/** The state that this controller knows, unless a drive may have a newer one. */
function newestState({ store, stateDrives }: ClaimParts, done: (found: Result<NewestState, ClaimFailure>) => void): void {
  const known = store.state
  if (known === undefined) {
    electedState(stateDrives, undefined, done)
    return
  }
  stateDrives.look(known, ({ isNewer, silent }) => {
    if (isNewer === false) done(ok({ newest: known, silent, notes: [] }))
    else electedState(stateDrives, known, done)
  })
}

function electedState(
  stateDrives: StateDrives,
  known: ArrayState | undefined,
  done: (found: Result<NewestState, ClaimFailure>) => void,
): void {
  stateDrives.read(known, (election) => {
    if (election === undefined) done(failure({ code: 'drives', reason: 'no drive has a superblock' }))
    else if (!election.quorum) done(failure({ code: 'drives', reason: tooFewReadable(election) }))
    else {
      const { state, silent, notes } = election
      done(ok({ newest: known !== undefined && isNewer(known, state) ? known : state, silent, notes }))
    }
  })
}

function claimFrom(parts: ClaimParts, from: ClaimOptions & NewestState, done: (outcome: Result<Claim, ClaimFailure>) => void): void {
  const { self, store, stateDrives, committer, midplane, cache } = parts
  const { newest, silent, notes, plan, cause, isColdStart = false } = from
  // A drive that is not what it was fails with the claim: before any data is read from it.
  const left = isColdStart ? afterPowerLoss(newest) : newest
  const trusted = withoutMembers(left, membersOn(newest, stateDrives.strangers), exchanged)
  const lost = cache.hasLostLog(newest) ? [LOST_LOG] : []
  const absent = [...silent, ...stateDrives.strangers]
  const { state, claimed, hasDoubt } = claimedState(trusted, { self, plan, silent: absent, midplane, cache })
  if (!raiseAll(state, claimed, midplane)) {
    done(failure({ code: 'superseded', reason: 'the other controller has made a newer claim' }))
    return
  }
  const end = (outcome: StateWriteOutcome): void => {
    if (outcome === 'written') {
      done(ok({ state: store.state ?? state, volumes: claimed, notes: [...notes, ...lost, ...waitingVolumes(state, self)] }))
    } else if (outcome === 'stale-epoch') done(failure({ code: 'superseded', reason: 'the other controller has made a newer claim' }))
    else done(failure({ code: 'drives', reason: 'fewer than half of the drives can be written' }))
  }
  const write = (): void => committer.writeClaim({ newest, state }, cause, end)
  if (!hasDoubt) return write()
  // A volume that only the peer can repair is served all the same if all drives answer. One may fail during the flush before the claim.
  stateDrives.whenStable(newest, { epoch: state.serviceEpoch, cause }, (stable) => {
    if (stable !== 'written') return end(stable)
    stateDrives.look(newest, (look) => {
      const isAsBefore = [...look.silent, ...stateDrives.strangers].every((drive) => absent.includes(drive))
      if (isAsBefore) write()
      else claimFrom(parts, { ...from, silent: look.silent }, done)
    })
  })
}

function exchanged(drive: number): ServiceError {
  const message = `Drive ${drive} was exchanged during its rebuild, or lost what was written to it. It stays out. Send a new request.`
  return { code: 'not-possible-now', message }
}

interface ClaimedStateOptions {
  readonly self: ControllerId
  readonly plan: ClaimPlan
  readonly silent: readonly number[]
  readonly midplane: MidplanePort
  readonly cache: WriteCache
}

/**
 * If this controller's NVRAM has data that the drives may lack, the controller becomes the holder of the volume, and so its
 * owner: only it can replay the data. A volume held by the peer stays the peer's, in a new epoch for its next incarnation.
 */
function claimedState(
  newest: ArrayState,
  options: ClaimedStateOptions,
): { readonly state: ArrayState; readonly claimed: readonly number[]; readonly hasDoubt: boolean } {
  const { self, plan, midplane, cache } = options
  const claimEpoch = (slot: number): number => midplane.claimEpoch(slot)
  const claimed: number[] = []
  const serviceEpoch = nextEpoch(Math.max(newest.serviceEpoch, claimEpoch(SERVICE_SLOT)), self)
  const unknown = unknownStripes(newest, options)
  const kept = cache.prepareClaim(newest, serviceEpoch)
  let state: ArrayState = { ...newest, serviceOwner: self, arbiter: self, serviceEpoch, mirrorEpoch: serviceEpoch }
  for (const ownership of newest.ownership) {
    const { volumeId } = ownership
    const holder = ownership.heldBy ?? (kept.has(volumeId) ? self : unknown.held.has(volumeId) ? peerOf(self) : undefined)
    const planned = plan(ownership, newest)
    const isKept = planned === 'keep' && (holder === undefined || holder === ownership.owner)
    const owner = holder ?? planned
    if (!isKept && owner !== 'keep') {
      state = withOwner(state, { volumeId, owner, claimEpoch })
      if (owner === self) claimed.push(volumeId)
    }
    if (holder === undefined) continue
    const logEpoch = ownership.logEpoch ?? ownership.epoch
    state = withOwnership(state, volumeId, isKept ? { heldBy: holder } : { heldBy: holder, logEpoch })
  }
  for (const volumeId of unknown.doubtful) state = withDoubt(state, volumeId)
  return { state, claimed, hasDoubt: unknown.doubtful.length > 0 }
}

/** Sentences for the event log about volumes that cannot be served without the peer. */
function waitingVolumes(state: ArrayState, self: ControllerId): string[] {
  return state.configuration.volumes
    .filter(({ id }) => ownershipOf(state, id)?.heldBy === peerOf(self))
    .map(
      ({ name }) =>
        `Volume "${name}" waits for controller ${peerOf(self).toUpperCase()}: only its NVRAM has all acknowledged writes. ` +
        'If that controller will never come back, discard them with discard-held-writes.',
    )
}

function raiseAll(state: ArrayState, claimed: readonly number[], midplane: MidplanePort): boolean {
  if (!midplane.raiseClaim({ slot: SERVICE_SLOT, epoch: state.serviceEpoch })) return false
  return state.ownership.every(({ volumeId, epoch }) => !claimed.includes(volumeId) || midplane.raiseClaim({ slot: volumeId, epoch }))
}
