import { failure, ok, type Result } from '../../../base/result'
import type { ArrayState, VolumeOwnership } from '../../../contract/array-state'
import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { TraceId } from '../../../contract/trace'
import type { WriteCache } from '../../nvram/write-cache'
import type { MidplanePort } from '../../ports'
import { isNewer } from '../../raid/superblock'
import { nextEpoch, ownershipOf, withOwner, withOwnership, withVerified } from '../state/array-changes'
import type { ArrayStore } from '../state/array-store'
import type { Committer } from '../state/committer'
import { SERVICE_SLOT, type StateDrives } from '../state/state-drives'
import { unknownStripes } from './unknown-stripes'

/** - `superseded`: another controller claims too, and later: this one must not go on. */
export interface ClaimFailure {
  readonly code: 'superseded' | 'drives'
  readonly reason: string
}

export interface Claim {
  readonly state: ArrayState
  /** Volumes that this controller owns by it and did not before. */
  readonly volumes: readonly number[]
  readonly notes: readonly string[]
}

/** `keep`: the owner and its epoch stay as they are. */
export type ClaimPlan = (ownership: VolumeOwnership, state: ArrayState) => ControllerId | 'keep'

/**
 * Makes this controller the service owner and gives the volumes owners, in new epochs. For a controller that is alone,
 * or whose peer is fenced or waits to be told: nobody else writes superblocks meanwhile.
 *
 * The newest state on the drives is taken, since a commit of the peer may have reached them and not this controller.
 * Raising the claims in the midplane shuts out the older epochs at once. The superblocks are written before anything is
 * served, so before any write is acknowledged under the new epochs: whoever reads them next finds who may have written.
 */
export function makeClaim(parts: ClaimParts, options: ClaimOptions, done: (outcome: Result<Claim, ClaimFailure>) => void): void {
  newestState(parts, (newest) => {
    if (newest.ok) claimFrom(parts, { ...options, ...newest.value }, done)
    else done(newest)
  })
}

interface ClaimParts {
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
}

interface NewestState {
  readonly newest: ArrayState
  /** Drives that do not answer. */
  readonly silent: readonly number[]
  readonly notes: readonly string[]
}

/** What this controller knows already, unless a drive has something newer. */
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

function electedState(stateDrives: StateDrives, known: ArrayState | undefined, done: (found: Result<NewestState, ClaimFailure>) => void): void {
  stateDrives.read(known, (election) => {
    if (election === undefined) done(failure({ code: 'drives', reason: 'no drive has a superblock' }))
    else if (!election.quorum) done(failure({ code: 'drives', reason: `fewer than half of the drives can be read. ${election.notes.join(' ')}` }))
    else done(ok({ newest: known !== undefined && isNewer(known, election.state) ? known : election.state, silent: election.silent, notes: election.notes }))
  })
}

function claimFrom(
  { self, store, committer, midplane, cache }: ClaimParts,
  { newest, silent, notes, plan, cause }: ClaimOptions & NewestState,
  done: (outcome: Result<Claim, ClaimFailure>) => void,
): void {
  const { state, claimed } = claimedState(newest, { self, plan, silent, midplane, cache })
  if (!raiseAll(state, claimed, midplane)) {
    done(failure({ code: 'superseded', reason: 'the other controller has made a newer claim' }))
    return
  }
  committer.writeClaim(state, cause, (outcome) => {
    if (outcome === 'written') done(ok({ state: store.state ?? state, volumes: claimed, notes: [...notes, ...waitingVolumes(state, self)] }))
    else if (outcome === 'stale-epoch') done(failure({ code: 'superseded', reason: 'the other controller has made a newer claim' }))
    else done(failure({ code: 'drives', reason: 'fewer than half of the drives can be written' }))
  })
}

interface ClaimedStateOptions {
  readonly self: ControllerId
  readonly plan: ClaimPlan
  readonly silent: readonly number[]
  readonly midplane: MidplanePort
  readonly cache: WriteCache
}

/**
 * What this controller's NVRAM has and the drives may not have makes it the holder of the volume, and so its owner: only
 * it can replay that. What the peer holds stays the peer's, in a new epoch, so that its next incarnation has one of its own.
 */
function claimedState(newest: ArrayState, options: ClaimedStateOptions): { readonly state: ArrayState; readonly claimed: readonly number[] } {
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
  for (const volumeId of unknown.verifiable) state = withVerified(state, volumeId, 0)
  return { state, claimed }
}

/** Sentences for people about volumes that cannot be served without the peer. */
function waitingVolumes(state: ArrayState, self: ControllerId): string[] {
  return state.configuration.volumes
    .filter(({ id }) => ownershipOf(state, id)?.heldBy === peerOf(self))
    .map(({ name }) => `Volume "${name}" waits for controller ${peerOf(self).toUpperCase()}: only its NVRAM has all that was acknowledged. If it will never come back, the request discard-held-writes gives that up.`)
}

function raiseAll(state: ArrayState, claimed: readonly number[], midplane: MidplanePort): boolean {
  if (!midplane.raiseClaim({ slot: SERVICE_SLOT, epoch: state.serviceEpoch })) return false
  return state.ownership.every(({ volumeId, epoch }) => !claimed.includes(volumeId) || midplane.raiseClaim({ slot: volumeId, epoch }))
}
