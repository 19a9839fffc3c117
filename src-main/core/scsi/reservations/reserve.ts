import {
  isOfAllRegistrants,
  isSameNexus,
  RESERVATION_TYPE,
  type NexusName,
  type ReservationType,
  type UnitReservations,
} from '../../../contract/reservations'
import { illegalRequest, invalidFieldInCdb, invalidFieldInParameterList } from '../sense'
import { ADDITIONAL_SENSE } from '../spec'
import { includesRegistrants, sharesReservation } from './access'
import {
  CONFLICT,
  counted,
  newsTo,
  NO_KEY,
  registrationOf,
  UNCHANGED,
  withoutRegistrations,
  withoutReservation,
  type Verdict,
} from './change'

export interface Reserving {
  readonly by: NexusName
  readonly key: string
  /** SCOPE and TYPE as the CDB has them. */
  readonly scopeAndType: number
}

const SCOPE_AND_TYPE_BYTE = 2
const SERVICE_KEY_BYTE = 8
const TYPES: readonly number[] = Object.values(RESERVATION_TYPE)

/** RESERVE (SPC-4 5.12.9). */
export function reserve(unit: UnitReservations, { by, key, scopeAndType }: Reserving): Verdict {
  if (registrationOf(unit, by)?.key !== key) return CONFLICT
  const type = typeOf(scopeAndType)
  if (type === undefined) return REFUSED_TYPE
  const { reservation } = unit
  if (reservation !== undefined) return reservation.type === type && isHolder(unit, by) ? UNCHANGED : CONFLICT
  return { kind: 'changed', unit: { ...unit, reservation: reservationOf(type, by) }, news: [] }
}

/** RELEASE (SPC-4 5.12.11.1.2). */
export function release(unit: UnitReservations, { by, key, scopeAndType }: Reserving): Verdict {
  if (registrationOf(unit, by)?.key !== key) return CONFLICT
  const { reservation, registrations } = unit
  if (reservation === undefined || !isHolder(unit, by)) return UNCHANGED
  if (typeOf(scopeAndType) !== reservation.type)
    return { kind: 'refused', sense: illegalRequest(ADDITIONAL_SENSE.invalidReleaseOfPersistentReservation) }
  const news = includesRegistrants(reservation.type) ? newsTo(registrations, 'reservations-released', by) : []
  return { kind: 'changed', unit: withoutReservation(unit), news }
}

/** CLEAR (SPC-4 5.12.11.1.4). */
export function clear(unit: UnitReservations, { by, key }: Reserving): Verdict {
  if (registrationOf(unit, by)?.key !== key) return CONFLICT
  const { registrations } = unit
  const cleared = counted({ ...withoutReservation(unit), registrations: [] })
  return { kind: 'changed', unit: cleared, news: newsTo(registrations, 'reservations-preempted', by) }
}

/** PREEMPT, and PREEMPT AND ABORT (SPC-4 5.12.11.2), which besides ends the tasks of `preempted`. */
export function preempt(unit: UnitReservations, request: Reserving & { readonly serviceKey: string }): Verdict {
  const { by, key, serviceKey } = request
  if (registrationOf(unit, by)?.key !== key) return CONFLICT
  const { reservation, registrations } = unit
  const isOfAll = reservation !== undefined && isOfAllRegistrants(reservation.type)
  if (serviceKey === NO_KEY && !isOfAll) return { kind: 'refused', sense: invalidFieldInParameterList({ byte: SERVICE_KEY_BYTE }) }
  const named = serviceKey === NO_KEY ? registrations : registrations.filter((one) => one.key === serviceKey)
  if (named.length === 0) return CONFLICT
  const { holder } = reservation ?? {}
  const takesReservation = isOfAll ? serviceKey === NO_KEY : named.some((one) => holder !== undefined && isSameNexus(one, holder))
  return takesReservation ? preemptReservation(unit, named, request) : preemptRegistrations(unit, named, by)
}

/** The nexus that asks takes the reservation over, and stays registered. */
function preemptReservation(unit: UnitReservations, named: readonly NexusName[], { by, scopeAndType }: Reserving): Verdict {
  const type = typeOf(scopeAndType)
  if (type === undefined) return REFUSED_TYPE
  const preempted = named.filter((nexus) => !isSameNexus(nexus, by))
  const registrations = unit.registrations.filter((one) => !preempted.some((nexus) => isSameNexus(nexus, one)))
  const hasChangedType = unit.reservation?.type !== type
  const news = [
    ...newsTo(preempted, 'registrations-preempted', by),
    ...(hasChangedType ? newsTo(registrations, 'reservations-released', by) : []),
  ]
  return { kind: 'changed', unit: { ...counted(unit), registrations, reservation: reservationOf(type, by) }, news, preempted }
}

function preemptRegistrations(unit: UnitReservations, named: readonly NexusName[], by: NexusName): Verdict {
  const left = withoutRegistrations(counted(unit), named, by)
  const preempted = named.filter((nexus) => !isSameNexus(nexus, by))
  return { kind: 'changed', unit: left.unit, news: [...newsTo(named, 'registrations-preempted', by), ...left.news], preempted }
}

/**
 * RESERVE(6) (SPC-2 7.21). Where nexuses are registered, those that share the persistent reservation are told that all is well, which
 * it is, and others conflict (SPC-4 5.12.3).
 */
export function reserveUnit(unit: UnitReservations, by: NexusName): Verdict {
  const { registrations, reservedBy } = unit
  if (registrations.length > 0) return sharesReservation(unit, by) ? UNCHANGED : CONFLICT
  if (reservedBy !== undefined) return isSameNexus(reservedBy, by) ? UNCHANGED : CONFLICT
  return { kind: 'changed', unit: { ...unit, reservedBy: nameOf(by) }, news: [] }
}

/** RELEASE(6) (SPC-2 7.16): of a unit that another nexus has reserved, it releases nothing. */
export function releaseUnit(unit: UnitReservations, by: NexusName): Verdict {
  if (unit.registrations.length > 0) return sharesReservation(unit, by) ? UNCHANGED : CONFLICT
  return unit.reservedBy !== undefined && isSameNexus(unit.reservedBy, by) ? endOfReserve(unit) : UNCHANGED
}

/** After a reset, or with its nexus. */
export function endOfReserve({ reservedBy: _, ...unit }: UnitReservations): Verdict & { readonly kind: 'changed' } {
  return { kind: 'changed', unit, news: [] }
}

const REFUSED_TYPE: Verdict = { kind: 'refused', sense: invalidFieldInCdb({ byte: SCOPE_AND_TYPE_BYTE }) }

/** Undefined: no type of a reservation of a whole logical unit. */
function typeOf(scopeAndType: number): ReservationType | undefined {
  return TYPES.includes(scopeAndType) ? (scopeAndType as ReservationType) : undefined
}

function reservationOf(type: ReservationType, by: NexusName): NonNullable<UnitReservations['reservation']> {
  return isOfAllRegistrants(type) ? { type } : { type, holder: nameOf(by) }
}

function nameOf({ initiatorPort, portalGroup }: NexusName): NexusName {
  return { initiatorPort, portalGroup }
}

/** `by` is registered. */
function isHolder({ reservation }: UnitReservations, by: NexusName): boolean {
  return reservation !== undefined && (reservation.holder === undefined || isSameNexus(reservation.holder, by))
}
