import { isSameNexus, type NexusName, type Registration, type ReservationNews, type UnitReservations } from '../../../contract/reservations'
import type { ReservationChange } from '../device'
import { includesRegistrants } from './access'

/** What a request to change reservations comes to. `refused` has sense data. */
export type Verdict =
  | ({ readonly kind: 'changed'; readonly preempted?: readonly NexusName[] } & ReservationChange)
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'refused'; readonly sense: Uint8Array }

export const CONFLICT: Verdict = { kind: 'conflict' }
export const UNCHANGED: Verdict = { kind: 'unchanged' }

/** A reservation key that means that there is none. */
export const NO_KEY = '0000000000000000'

export function registrationOf({ registrations }: UnitReservations, nexus: NexusName): Registration | undefined {
  return registrations.find((one) => isSameNexus(one, nexus))
}

/** With PRGENERATION counted up (SPC-4 6.15.2). */
export function counted(unit: UnitReservations): UnitReservations {
  return { ...unit, generation: (unit.generation + 1) >>> 0 }
}

export function withoutReservation({ reservation: _, ...unit }: UnitReservations): UnitReservations {
  return unit
}

export function withRegistration(unit: UnitReservations, { initiatorPort, portalGroup }: NexusName, key: string): UnitReservations {
  const nexus = { initiatorPort, portalGroup }
  const isThere = registrationOf(unit, nexus) !== undefined
  const registration = { ...nexus, key }
  return {
    ...unit,
    registrations: isThere
      ? unit.registrations.map((one) => (isSameNexus(one, nexus) ? registration : one))
      : [...unit.registrations, registration],
  }
}

export function newsTo(nexuses: readonly NexusName[], kind: ReservationNews, by: NexusName): ReservationChange['news'] {
  return nexuses
    .filter((nexus) => !isSameNexus(nexus, by))
    .map(({ initiatorPort, portalGroup }) => ({ nexus: { initiatorPort, portalGroup }, kind }))
}

/**
 * Takes registrations away. A persistent reservation goes with its holder, or with the last of all registrants; if it was for
 * registrants, those that are left are told (SPC-4 5.12.11.1).
 */
export function withoutRegistrations(unit: UnitReservations, gone: readonly NexusName[], by: NexusName): ReservationChange {
  const left = { ...unit, registrations: unit.registrations.filter((one) => !gone.some((nexus) => isSameNexus(one, nexus))) }
  const { reservation } = unit
  if (reservation === undefined) return { unit: left, news: [] }
  const { holder } = reservation
  const isHeld = holder === undefined ? left.registrations.length > 0 : registrationOf(left, holder) !== undefined
  if (isHeld) return { unit: left, news: [] }
  const news = includesRegistrants(reservation.type) ? newsTo(left.registrations, 'reservations-released', by) : []
  return { unit: withoutReservation(left), news }
}
