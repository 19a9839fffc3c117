import { failure, ok, type Result } from '../../../base/result'
import type { ArrayState } from '../../../contract/array-state'
import type { Volume } from '../../../contract/configuration'
import { LIMITS } from '../../../contract/limits'
import type { UnitReservations } from '../../../contract/reservations'
import type { ServiceError } from '../../../contract/service-request'
import type { ReservationChange, VolumeFault, VolumeOutcome } from '../../scsi/device'
import { withReservations } from '../state/array-changes'
import type { Committer } from '../state/committer'

export type ChangeReservations = (unit: UnitReservations) => ReservationChange | undefined

const DONE: VolumeOutcome<undefined> = { ok: true, value: undefined }
const GONE: ServiceError = { code: 'not-possible-now', message: 'The volume is deleted.' }
const TOO_MANY: ServiceError = { code: 'no-space', message: 'There are too many registrations.' }

/**
 * Reservations are a part of the array state: committed on a majority of the drives and known to both controllers before their host is
 * answered. So a survivor knows all that was answered, whoever died. A change that does not commit must never come to count, or a
 * host would believe in a reservation that it has lost.
 */
export function commitReservations(
  committer: Pick<Committer, 'commitOrOverwrite'>,
  { id, serial }: Pick<Volume, 'id' | 'serial'>,
  change: ChangeReservations,
  done: (outcome: VolumeOutcome<undefined>) => void,
): void {
  committer.commitOrOverwrite(
    (state) => changedState(state, { id, serial }, change),
    undefined,
    (outcome) => done(outcome.ok ? DONE : { ok: false, fault: faultOf(outcome.error) }),
  )
}

function changedState(
  state: ArrayState,
  { id, serial }: Pick<Volume, 'id' | 'serial'>,
  change: ChangeReservations,
): Result<ArrayState, ServiceError> {
  if (!state.configuration.volumes.some((volume) => volume.id === id && volume.serial === serial)) return failure(GONE)
  const before = reservationsOf(state, id) ?? { volumeId: id, generation: 0, outlivesPowerLoss: false, registrations: [] }
  const changed = change(before)
  if (changed === undefined) return ok(state)
  const next = withReservations(state, id, changed.unit)
  const registrations = (next.reservations ?? []).reduce((sum, unit) => sum + unit.registrations.length, 0)
  if (registrations > LIMITS.registrations && changed.unit.registrations.length > before.registrations.length) return failure(TOO_MANY)
  if (changed.news.length === 0) return ok(next)
  const serialOfNotice = (state.reservationNotice?.serial ?? 0) + 1
  return ok({ ...next, reservationNotice: { serial: serialOfNotice, volumeId: id, news: [...changed.news] } })
}

export function reservationsOf({ reservations }: ArrayState, volumeId: number): UnitReservations | undefined {
  return reservations?.find((unit) => unit.volumeId === volumeId)
}

function faultOf({ code }: ServiceError): VolumeFault {
  if (code === 'no-space') return 'no-space'
  return code === 'busy' || code === 'conflict' ? 'busy' : 'transitioning'
}
