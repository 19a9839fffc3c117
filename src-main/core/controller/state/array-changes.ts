import { assert } from '../../../base/assert'
import type { ArrayState, CompletedRequest, FailedMember, MovedBy, VolumeOwnership } from '../../../contract/array-state'
import type { Volume } from '../../../contract/configuration'
import type { ControllerId } from '../../../contract/controller-id'
import type { UnitReservations } from '../../../contract/reservations'
import { configuredMap } from '../../mapping/configured-map'
import { layoutOf, survivesWithout } from '../../raid/geometry'
import { withoutOldResults } from './expired-ids'

/** Pure changes of the array state. */

/**
 * The epoch of a new claim: newer than the current one, even for A and odd for B. So the two controllers never hold the same
 * epoch of a slot, whatever each knew when it chose.
 */
export function nextEpoch(standing: number, claimer: ControllerId): number {
  const epoch = standing + 1
  return epoch % 2 === (claimer === 'a' ? 0 : 1) ? epoch : epoch + 1
}

export function ownershipOf(state: ArrayState, volumeId: number): VolumeOwnership | undefined {
  return state.ownership.find((ownership) => ownership.volumeId === volumeId)
}

/** `claimEpoch` gives the epoch that the midplane now holds for a slot. */
export function withOwner(
  state: ArrayState,
  change: {
    readonly volumeId: number
    readonly owner: ControllerId
    readonly by?: MovedBy | undefined
    readonly claimEpoch: (slot: number) => number
  },
): ArrayState {
  const ownership = state.ownership.map((standing) => {
    if (standing.volumeId !== change.volumeId) return standing
    const epoch = nextEpoch(Math.max(standing.epoch, change.claimEpoch(standing.volumeId)), change.owner)
    const moved = { ...restOf(standing), owner: change.owner, epoch }
    return change.by === undefined ? moved : { ...moved, movedBy: change.by }
  })
  return { ...state, ownership }
}

/** Adds a volume in its first epoch. The claim table, which starts empty, may not know the epochs of deleted volumes. */
export function withVolume(state: ArrayState, volume: Volume, claimEpoch: number): ArrayState {
  const epoch = nextEpoch(Math.max(claimEpoch, state.epochFloor ?? 0), volume.preferredOwner)
  return {
    ...state,
    configuration: { ...state.configuration, volumes: [...state.configuration.volumes, volume] },
    ownership: [...state.ownership, { volumeId: volume.id, owner: volume.preferredOwner, epoch }],
  }
}

export function withoutVolume(state: ArrayState, volumeId: number): ArrayState {
  return {
    ...withReservations(state, volumeId, undefined),
    configuration: { ...state.configuration, volumes: state.configuration.volumes.filter(({ id }) => id !== volumeId) },
    ownership: state.ownership.filter((standing) => standing.volumeId !== volumeId),
    epochFloor: Math.max(state.epochFloor ?? 0, ownershipOf(state, volumeId)?.epoch ?? 0),
  }
}

/** Replaces the reservations of a volume. Undefined: it has none. */
export function withReservations(state: ArrayState, volumeId: number, unit: UnitReservations | undefined): ArrayState {
  const others = (state.reservations ?? []).filter((other) => other.volumeId !== volumeId)
  if (unit === undefined && others.length === (state.reservations ?? []).length) return state
  return { ...state, reservations: unit === undefined ? others : [...others, unit] }
}

/**
 * What is left of reservations when no controller was up: persistent ones with APTPL, and their registrations (SPC-4 5.12.5). The
 * generation begins anew. Incarnations may, too, so the ids of changes that were made say nothing any more.
 */
export function afterPowerLoss({ reservationChanges: _, ...state }: ArrayState): ArrayState {
  if (state.reservations === undefined) return state
  const reservations = state.reservations.flatMap(({ reservedBy: _, ...unit }) =>
    unit.outlivesPowerLoss && unit.registrations.length > 0 ? [{ ...unit, generation: 0 }] : [],
  )
  return { ...state, reservations }
}

/** The parts of an entry that a change of ownership keeps. */
export function restOf({ volumeId, unverified }: VolumeOwnership): Pick<VolumeOwnership, 'volumeId' | 'unverified'> {
  return unverified === undefined ? { volumeId } : { volumeId, unverified }
}

/** The other controller becomes the service owner. */
export function withServiceOwner(state: ArrayState, change: { readonly owner: ControllerId; readonly claimEpoch: number }): ArrayState {
  return { ...state, serviceOwner: change.owner, serviceEpoch: nextEpoch(Math.max(state.serviceEpoch, change.claimEpoch), change.owner) }
}

/** Labs older than the arbiter have none in their state. */
export function arbiterOf(state: ArrayState): ControllerId {
  return state.arbiter ?? state.serviceOwner
}

/** Merges `more` into the entry of one volume. */
export function withOwnership(state: ArrayState, volumeId: number, more: Partial<VolumeOwnership>): ArrayState {
  return { ...state, ownership: state.ownership.map((standing) => (standing.volumeId === volumeId ? { ...standing, ...more } : standing)) }
}

/**
 * Nobody has the log of what was written to a volume before its epoch, so the stripes that were marked then are in doubt. Without
 * copies and parity, nothing can be.
 */
export function withDoubt(state: ArrayState, volumeId: number): ArrayState {
  const since = ownershipOf(state, volumeId)?.epoch
  return since === undefined || !hasRedundancy(state, volumeId) ? state : withOwnership(state, volumeId, { unverified: { from: 0, since } })
}

function hasRedundancy({ configuration }: ArrayState, volumeId: number): boolean {
  const volume = configuration.volumes.find(({ id }) => id === volumeId)
  return volume !== undefined && configuredMap(configuration, volume).groups.some(({ layout }) => layout.redundancy > 0)
}

/** Records that nothing before stripe `from` of a volume is in doubt any more. Undefined: nothing at all is. */
export function withVerified(state: ArrayState, volumeId: number, from: number | undefined): ArrayState {
  return {
    ...state,
    ownership: state.ownership.map((standing) => {
      const { unverified, ...rest } = standing
      if (standing.volumeId !== volumeId || unverified === undefined) return standing
      return from === undefined ? rest : { ...rest, unverified: { ...unverified, from } }
    }),
  }
}

/** The drives that are recorded as failed in a group. */
export function failedDrivesOf(state: ArrayState, groupId: number): number[] {
  return (state.failedMembers ?? []).filter((member) => member.groupId === groupId).map(({ drive }) => drive)
}

/** Records suspected drives as failed, except those that have failed already and those that their group cannot do without. */
export function withFailedMembers(state: ArrayState, suspected: readonly Pick<FailedMember, 'groupId' | 'drive'>[]): ArrayState {
  let changed = state
  for (const { groupId, drive } of suspected) {
    const group = changed.configuration.groups.find(({ id }) => id === groupId)
    const failed = failedDrivesOf(changed, groupId)
    if (group === undefined || failed.includes(drive) || !survivesWithout(layoutOf(group), [...failed, drive])) continue
    changed = { ...changed, failedMembers: [...(changed.failedMembers ?? []), { groupId, drive, afterGeneration: state.generation }] }
  }
  return changed
}

/** Every use that the groups make of these drives. */
export function membersOn({ configuration }: ArrayState, drives: ReadonlySet<number>): Pick<FailedMember, 'groupId' | 'drive'>[] {
  return configuration.groups.flatMap((group) =>
    layoutOf(group).sections.flatMap(({ drive }) => (drives.has(drive) ? [{ groupId: group.id, drive }] : [])),
  )
}

export function withCompleted(state: ArrayState, completed: CompletedRequest): ArrayState {
  return withoutOldResults({ ...state, completedRequests: [...state.completedRequests, completed] })
}

/** Asserts what must hold between a state and the one that replaces it. */
export function assertFollows(next: ArrayState, previous: ArrayState | undefined): void {
  const { configuration, ownership } = next
  assert(ownership.length === configuration.volumes.length, 'every volume has one owner')
  for (const volume of configuration.volumes) {
    assert(ownership.filter(({ volumeId }) => volumeId === volume.id).length === 1, () => `volume ${volume.id} has exactly one owner`)
  }
  if (previous === undefined) return
  assert(next.generation > previous.generation, () => `generation ${next.generation} after ${previous.generation}`)
  assert(next.serviceEpoch >= previous.serviceEpoch, () => `service epoch ${next.serviceEpoch} after ${previous.serviceEpoch}`)
  assert(next.serviceOwner === previous.serviceOwner || next.serviceEpoch > previous.serviceEpoch, 'a new service owner has a new epoch')
  for (const { groupId, drive, rebuild } of previous.failedMembers ?? []) {
    if (rebuild !== undefined) continue
    assert(failedDrivesOf(next, groupId).includes(drive), () => `drive ${drive} of group ${groupId} had failed and is in use again`)
  }
  for (const after of ownership) {
    const before = ownershipOf(previous, after.volumeId)
    const serial = serialOf(next, after.volumeId)
    if (before === undefined || serialOf(previous, after.volumeId) !== serial) {
      assert(
        after.epoch > (previous.epochFloor ?? 0),
        () => `new volume ${after.volumeId} in epoch ${after.epoch}, which one that was deleted may have had`,
      )
      continue
    }
    assert(after.epoch >= before.epoch, () => `epoch ${after.epoch} of volume ${after.volumeId} after ${before.epoch}`)
    assert(after.owner === before.owner || after.epoch > before.epoch, () => `volume ${after.volumeId} changed owner without a new epoch`)
  }
}

function serialOf(state: ArrayState, volumeId: number): string | undefined {
  return state.configuration.volumes.find(({ id }) => id === volumeId)?.serial
}
