import { failure, ok, type Result } from '../../../base/result'
import type { ArrayState } from '../../../contract/array-state'
import type { Volume } from '../../../contract/configuration'
import type { ControllerId } from '../../../contract/controller-id'
import { LIMITS } from '../../../contract/limits'
import type { UnitReservations } from '../../../contract/reservations'
import type { ServiceError } from '../../../contract/service-request'
import { encodeState, SUPERBLOCK_PAYLOAD_BYTES } from '../../raid/superblock'
import type { ReservationChange, VolumeFault, VolumeOutcome } from '../../scsi/device'
import { withReservations } from '../state/array-changes'
import type { Committer } from '../state/committer'

export type ChangeReservations = (unit: UnitReservations, elsewhere: number) => ReservationChange | undefined

const DONE: VolumeOutcome<undefined> = { ok: true, value: undefined }
const GONE: ServiceError = { code: 'not-possible-now', message: 'The volume is deleted.' }

export interface ReservationCommitsParts {
  readonly self: ControllerId
  readonly incarnation: number
  readonly committer: Pick<Committer, 'commitOrOverwrite'>
}

/**
 * Reservations are a part of the array state: committed on a majority of the drives and known to both controllers before their host is
 * answered. So a survivor knows all that was answered, whoever died. A change that does not commit must never come to count, or a
 * host would believe in a reservation that it has lost.
 *
 * A service owner may die when it has committed what the other controller proposed, and before it says so. The survivor then finds
 * the id of its change in the state. To make it again would answer differently: a nexus that has just registered with key 0 would
 * conflict. Only an id that this very call has chosen counts as found: incarnations begin anew in each run of the lab, so the state may
 * hold an equal one of long ago.
 */
export class ReservationCommits {
  readonly #parts: ReservationCommitsParts
  #count = 0

  constructor(parts: ReservationCommitsParts) {
    this.#parts = parts
  }

  commit(volume: Pick<Volume, 'id' | 'serial'>, change: ChangeReservations, done: (outcome: VolumeOutcome<undefined>) => void): void {
    const { self, committer } = this.#parts
    let id: string | undefined
    committer.commitOrOverwrite(
      (state) => {
        const found = state.reservationChanges?.[self]
        if (id !== undefined && id === found) return ok(state)
        id ??= this.#newId(found)
        return changedState(state, { volume, self, id }, change)
      },
      undefined,
      (outcome) => done(outcome.ok ? DONE : { ok: false, fault: faultOf(outcome.error) }),
    )
  }

  /** Not the one that is found in the state. */
  #newId(found: string | undefined): string {
    const id = `${this.#parts.incarnation}.${++this.#count}`
    return id === found ? this.#newId(found) : id
  }
}

function changedState(
  state: ArrayState,
  by: { readonly volume: Pick<Volume, 'id' | 'serial'>; readonly self: ControllerId; readonly id: string },
  change: ChangeReservations,
): Result<ArrayState, ServiceError> {
  const { id: volumeId, serial } = by.volume
  if (!state.configuration.volumes.some((volume) => volume.id === volumeId && volume.serial === serial)) return failure(GONE)
  const before = reservationsOf(state, volumeId) ?? { volumeId, generation: 0, outlivesPowerLoss: false, registrations: [] }
  const elsewhere = (state.reservations ?? []).reduce((sum, unit) => sum + (unit.volumeId === volumeId ? 0 : unit.registrations.length), 0)
  const changed = change(before, elsewhere)
  if (changed === undefined) return ok(state)
  const next = stateWith(state, changed, by)
  if (changed.unit.registrations.length <= before.registrations.length || leavesRoom(next)) return ok(next)
  // As if others had all registrations that there are: SCSI refuses what adds to them.
  const smaller = change(before, LIMITS.registrations)
  return ok(smaller === undefined ? state : stateWith(state, smaller, by))
}

function stateWith(
  state: ArrayState,
  { unit, news }: ReservationChange,
  { self, id }: { readonly self: ControllerId; readonly id: string },
): ArrayState {
  const { volumeId } = unit
  const next = { ...withReservations(state, volumeId, unit), reservationChanges: { ...state.reservationChanges, [self]: id } }
  if (news.length === 0) return next
  return { ...next, reservationNotice: { serial: (state.reservationNotice?.serial ?? 0) + 1, volumeId, news: [...news] } }
}

function leavesRoom(state: ArrayState): boolean {
  const encoded = encodeState(state)
  return encoded.ok && encoded.value.length <= SUPERBLOCK_PAYLOAD_BYTES - LIMITS.registrationsLeaveBytes
}

export function reservationsOf({ reservations }: ArrayState, volumeId: number): UnitReservations | undefined {
  return reservations?.find((unit) => unit.volumeId === volumeId)
}

function faultOf({ code }: ServiceError): VolumeFault {
  if (code === 'no-space') return 'no-space'
  return code === 'busy' || code === 'conflict' ? 'busy' : 'transitioning'
}
