import { isSameNexus, RESERVATION_TYPE, type NexusName, type ReservationType, type UnitReservations } from '../../../contract/reservations'

/**
 * How a command goes with reservations (SPC-4 table 66, SBC-3 table 14, SPC-2 table 10):
 * - `always`: allowed, or it decides for itself
 * - `unless-reserved`: allowed with every persistent reservation, but not while another nexus has reserved the unit (SPC-2)
 * - `persistent-reserve`: not while anybody has reserved the unit (SPC-2)
 * - `read`: conflicts with exclusive access of others; `write`: also with write exclusive
 */
export type ReservationRule = 'always' | 'unless-reserved' | 'persistent-reserve' | 'read' | 'write'

const { writeExclusive, exclusiveAccess, writeExclusiveRegistrantsOnly, writeExclusiveAllRegistrants } = RESERVATION_TYPE

/** Every registered nexus may do what the holder may. */
export function includesRegistrants(type: ReservationType): boolean {
  return type !== writeExclusive && type !== exclusiveAccess
}

function letsOthersRead(type: ReservationType): boolean {
  return type === writeExclusive || type === writeExclusiveRegistrantsOnly || type === writeExclusiveAllRegistrants
}

export function isRegistered({ registrations }: UnitReservations, nexus: NexusName): boolean {
  return registrations.some((one) => isSameNexus(one, nexus))
}

/** A holder, or one to whom the persistent reservation leaves what the holder may do. */
export function sharesReservation(unit: UnitReservations, nexus: NexusName): boolean {
  const { reservation } = unit
  if (reservation === undefined) return false
  if (includesRegistrants(reservation.type)) return isRegistered(unit, nexus)
  return reservation.holder !== undefined && isSameNexus(reservation.holder, nexus)
}

/** Whether a command of this nexus ends with RESERVATION CONFLICT. */
export function conflicts(unit: UnitReservations, nexus: NexusName, rule: ReservationRule): boolean {
  const { reservation, reservedBy } = unit
  if (rule === 'always') return false
  if (reservedBy !== undefined && (rule === 'persistent-reserve' || !isSameNexus(reservedBy, nexus))) return true
  if (reservation === undefined || (rule !== 'read' && rule !== 'write')) return false
  if (rule === 'read' && letsOthersRead(reservation.type)) return false
  return !sharesReservation(unit, nexus)
}
