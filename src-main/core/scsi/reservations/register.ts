import { LIMITS } from '../../../contract/limits'
import { isOfAllRegistrants, isSameNexus, type NexusName, type UnitReservations } from '../../../contract/reservations'
import { illegalRequest, invalidFieldInCdb, invalidFieldInParameterList } from '../sense'
import { ADDITIONAL_SENSE } from '../spec'
import { CONFLICT, counted, NO_KEY, registrationOf, UNCHANGED, withoutRegistrations, withRegistration, type Verdict } from './change'

export interface Registering {
  readonly by: NexusName
  readonly key: string
  readonly serviceKey: string
  /** REGISTER AND IGNORE EXISTING KEY. */
  readonly ignoresKey: boolean
  readonly outlivesPowerLoss: boolean
  /** Nexuses that are registered along: of SPEC_I_PT and ALL_TG_PT. */
  readonly also: readonly NexusName[]
  readonly namesInitiatorPorts: boolean
  /** Registrations with other units. */
  readonly elsewhere: number
}

const SERVICE_KEY_BYTE = 8
const FLAGS_BYTE = 20
const SPEC_I_PT_BIT = 3
const TRANSPORT_IDS_BYTE = 28

/**
 * REGISTER, and REGISTER AND IGNORE EXISTING KEY (SPC-4 5.12.7). Each nexus is registered as if the same came by it, and none if one of
 * them conflicts. Whoever is not registered and asks for no key changes nothing. A port that is named must not be registered already.
 */
export function register(unit: UnitReservations, request: Registering): Verdict {
  const { by, key, serviceKey, ignoresKey, outlivesPowerLoss, also, namesInitiatorPorts } = request
  const own = registrationOf(unit, by)
  if (!ignoresKey && (own?.key ?? NO_KEY) !== key) return CONFLICT
  if (namesInitiatorPorts && (ignoresKey || own !== undefined))
    return { kind: 'refused', sense: invalidFieldInParameterList({ byte: FLAGS_BYTE, bit: SPEC_I_PT_BIT }) }
  if (own === undefined && serviceKey === NO_KEY && !ignoresKey) return UNCHANGED
  if (namesInitiatorPorts && also.some((nexus) => nexus.initiatorPort !== by.initiatorPort && registrationOf(unit, nexus) !== undefined))
    return { kind: 'refused', sense: invalidFieldInParameterList({ byte: TRANSPORT_IDS_BYTE }) }
  const others = also.filter((nexus) => serviceKey !== NO_KEY || registrationOf(unit, nexus) !== undefined)
  if (!ignoresKey && others.some((nexus) => (registrationOf(unit, nexus)?.key ?? NO_KEY) !== key)) return CONFLICT
  if (own === undefined && serviceKey === NO_KEY && others.length === 0) return UNCHANGED
  const nexuses = [by, ...others]
  const before = counted({ ...unit, outlivesPowerLoss })
  if (serviceKey === NO_KEY) return { kind: 'changed', ...withoutRegistrations(before, nexuses, by) }
  const after = nexuses.reduce((changed, nexus) => withRegistration(changed, nexus, serviceKey), before)
  return isTooMany(unit, after, request) ? TOO_MANY : { kind: 'changed', unit: after, news: [] }
}

function isTooMany(
  before: UnitReservations,
  { registrations: { length } }: UnitReservations,
  { elsewhere }: { readonly elsewhere: number },
): boolean {
  return length > before.registrations.length && (length > LIMITS.registrationsOfUnit || length + elsewhere > LIMITS.registrations)
}

const TOO_MANY: Verdict = { kind: 'refused', sense: illegalRequest(ADDITIONAL_SENSE.insufficientRegistrationResources) }

export interface Moving {
  readonly by: NexusName
  readonly key: string
  readonly serviceKey: string
  readonly to: NexusName
  /** UNREG: the nexus that moves it is not registered any more. */
  readonly unregisters: boolean
  readonly outlivesPowerLoss: boolean
  readonly elsewhere: number
}

/** REGISTER AND MOVE (SPC-4 5.12.8): only the one holder of a reservation can move it. */
export function registerAndMove(unit: UnitReservations, request: Moving): Verdict {
  const { by, key, serviceKey, to, unregisters, outlivesPowerLoss } = request
  const { reservation } = unit
  if (registrationOf(unit, by)?.key !== key) return CONFLICT
  if (reservation === undefined) return { kind: 'refused', sense: invalidFieldInCdb({ byte: SERVICE_ACTION_BYTE }) }
  if (isOfAllRegistrants(reservation.type) || reservation.holder === undefined || !isSameNexus(reservation.holder, by)) return CONFLICT
  if (serviceKey === NO_KEY) return { kind: 'refused', sense: invalidFieldInParameterList({ byte: SERVICE_KEY_BYTE }) }
  if (isSameNexus(to, by)) return { kind: 'refused', sense: invalidFieldInParameterList({ byte: MOVE_TRANSPORT_ID_BYTE }) }
  const holder = { initiatorPort: to.initiatorPort, portalGroup: to.portalGroup }
  const moved = withRegistration({ ...counted(unit), outlivesPowerLoss, reservation: { ...reservation, holder } }, to, serviceKey)
  const after = unregisters ? withoutRegistrations(moved, [by], by) : { unit: moved, news: [] }
  return isTooMany(unit, after.unit, request) ? TOO_MANY : { kind: 'changed', ...after }
}

const SERVICE_ACTION_BYTE = 1
const MOVE_TRANSPORT_ID_BYTE = 24
