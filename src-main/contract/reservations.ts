import * as v from 'valibot'
import { LIMITS } from './limits'

/** Who may use a logical unit, as both controllers agree on it and as it stands on the drives (SPC-4 5.12). */

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/**
 * An I_T nexus: an initiator port and the target port that it uses. The target port is the address of a controller, wherever it is
 * served from. So a registration through A's address says nothing about B's, and holds at A's address after B has taken it over.
 */
export const nexusNameSchema = v.object({
  /** iSCSI initiator port name: "iqn…,i,0x<isid>". */
  initiatorPort: v.pipe(v.string(), v.maxLength(LIMITS.initiatorPortLength)),
  portalGroup: v.picklist([1, 2]),
})
export type NexusName = v.InferOutput<typeof nexusNameSchema>

export function isSameNexus(one: NexusName, other: NexusName): boolean {
  return one.portalGroup === other.portalGroup && one.initiatorPort === other.initiatorPort
}

/** TYPE codes (SPC-4 table 70). */
export const RESERVATION_TYPE = {
  writeExclusive: 1,
  exclusiveAccess: 3,
  writeExclusiveRegistrantsOnly: 5,
  exclusiveAccessRegistrantsOnly: 6,
  writeExclusiveAllRegistrants: 7,
  exclusiveAccessAllRegistrants: 8,
} as const
export type ReservationType = (typeof RESERVATION_TYPE)[keyof typeof RESERVATION_TYPE]

/** Every registered nexus holds such a reservation. */
export function isOfAllRegistrants(type: ReservationType): boolean {
  return type === RESERVATION_TYPE.writeExclusiveAllRegistrants || type === RESERVATION_TYPE.exclusiveAccessAllRegistrants
}

export const registrationSchema = v.object({
  ...nexusNameSchema.entries,
  /** Reservation key: 16 hex digits, never all zeros. */
  key: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
})
export type Registration = v.InferOutput<typeof registrationSchema>

export const unitReservationsSchema = v.object({
  volumeId: count,
  /** PRGENERATION: counts changes of registrations, in 32 bits. */
  generation: count,
  /** APTPL: registrations and the persistent reservation outlive a power loss of the whole pair. */
  outlivesPowerLoss: v.boolean(),
  registrations: v.pipe(v.array(registrationSchema), v.maxLength(LIMITS.registrationsOfUnit)),
  /** The persistent reservation. `holder` is absent where every registered nexus holds it. */
  reservation: v.optional(v.object({ type: v.picklist(Object.values(RESERVATION_TYPE)), holder: v.optional(nexusNameSchema) })),
  /** The nexus that has reserved the unit with RESERVE(6) (SPC-2). */
  reservedBy: v.optional(nexusNameSchema),
})
export type UnitReservations = v.InferOutput<typeof unitReservationsSchema>

/** What a change of reservations tells an I_T nexus by a unit attention (SPC-4 5.12.11). */
export const RESERVATION_NEWS = ['reservations-preempted', 'reservations-released', 'registrations-preempted'] as const
export type ReservationNews = (typeof RESERVATION_NEWS)[number]

/** Whom the last change of reservations in the array concerned. Each controller tells those that are logged in there. */
export const reservationNoticeSchema = v.object({
  /** Grows with every notice. */
  serial: count,
  volumeId: count,
  news: v.pipe(v.array(v.object({ nexus: nexusNameSchema, kind: v.picklist(RESERVATION_NEWS) })), v.maxLength(LIMITS.registrationsOfUnit)),
})
export type ReservationNotice = v.InferOutput<typeof reservationNoticeSchema>
