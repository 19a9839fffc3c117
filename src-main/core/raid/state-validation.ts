import type { ArrayState, FailedMember } from '../../contract/array-state'
import type { ArrayConfiguration } from '../../contract/configuration'
import { LIMITS } from '../../contract/limits'
import { isOfAllRegistrants, isSameNexus, type UnitReservations } from '../../contract/reservations'
import { layoutOf } from './geometry'
import { validateConfiguration } from './validation'

/** No lab gets so far. What is stored in 32 bits, and what is added to these, stays exact. */
const LAST = { epoch: 2 ** 30, generation: 2 ** 52 } as const

/**
 * What makes no sense in a well-formed state, as a sentence; undefined if all is well. Nobody commits such a state, but a checksum is no
 * proof of who wrote it: on it, two volumes might write the same blocks, or the controllers end at each start.
 */
export function problemOfState(state: ArrayState): string | undefined {
  const valid = validateConfiguration(state.configuration)
  if (!valid.ok) return valid.error.message
  return problemOfNumbers(state) ?? problemOfOwners(state) ?? problemOfFailedMembers(state) ?? problemOfReservations(state)
}

function problemOfNumbers({ generation, serviceEpoch, mirrorEpoch = 0, epochFloor = 0, ownership }: ArrayState): string | undefined {
  const highest = Math.max(serviceEpoch, mirrorEpoch, epochFloor, ...ownership.map(({ epoch }) => epoch))
  if (highest >= LAST.epoch || generation >= LAST.generation) return 'Its epochs or generations are used up.'
  if (mirrorEpoch > serviceEpoch) return `The mirror is of epoch ${mirrorEpoch}, which nobody has claimed.`
  return undefined
}

function problemOfOwners({ configuration: { volumes }, ownership }: ArrayState): string | undefined {
  const odd = volumes.find(({ id }) => ownership.filter(({ volumeId }) => volumeId === id).length !== 1)
  if (odd !== undefined) return `Volume "${odd.name}" does not have exactly one owner.`
  if (ownership.length !== volumes.length) return 'A volume that does not exist has an owner.'
  const late = ownership.find(({ epoch, logEpoch = 0 }) => logEpoch > epoch)
  if (late !== undefined) return `The log of volume ${late.volumeId} begins in epoch ${late.logEpoch}, after that of its owner.`
  return undefined
}

function problemOfFailedMembers({ configuration, failedMembers = [] }: ArrayState): string | undefined {
  for (const member of failedMembers) {
    const { groupId, drive } = member
    if (failedMembers.some((other) => other !== member && other.groupId === groupId && other.drive === drive))
      return `Drive ${drive} has failed twice in group ${groupId}.`
    const problem = problemOfFailedMember(configuration, member)
    if (problem !== undefined) return problem
  }
  return undefined
}

function problemOfFailedMember({ groups }: ArrayConfiguration, { groupId, drive, rebuild }: FailedMember): string | undefined {
  const group = groups.find(({ id }) => id === groupId)
  if (group?.sections.some((section) => section.drive === drive) !== true)
    return `Drive ${drive} has failed in group ${groupId}, but they do not both exist.`
  const { stripeCount } = layoutOf(group)
  const odd = rebuild?.parts.find(({ fromStripe, endStripe }) => fromStripe > endStripe || endStripe > stripeCount)
  return odd === undefined
    ? undefined
    : `Drive ${drive} is being rebuilt from stripe ${odd.fromStripe} to ${odd.endStripe} of ${stripeCount} stripes.`
}

function problemOfReservations({ configuration, reservations = [] }: ArrayState): string | undefined {
  const count = reservations.reduce((sum, { registrations }) => sum + registrations.length, 0)
  if (count > LIMITS.registrations) return `${count} nexuses are registered, more than ${LIMITS.registrations}.`
  for (const unit of reservations) {
    const { volumeId } = unit
    if (!configuration.volumes.some(({ id }) => id === volumeId)) return `Volume ${volumeId} is reserved, but it does not exist.`
    if (reservations.some((other) => other !== unit && other.volumeId === volumeId)) return `Volume ${volumeId} is reserved twice.`
    const problem = problemOfUnit(unit)
    if (problem !== undefined) return problem
  }
  return undefined
}

function problemOfUnit({ volumeId, registrations, reservation }: UnitReservations): string | undefined {
  const odd = registrations.find((one, index) => registrations.slice(0, index).some((other) => isSameNexus(one, other)))
  if (odd !== undefined) return `${odd.initiatorPort} is registered twice with volume ${volumeId}.`
  if (reservation === undefined) return undefined
  const { type, holder } = reservation
  if (isOfAllRegistrants(type) !== (holder === undefined))
    return `The reservation of volume ${volumeId} is of type ${type} ${holder === undefined ? 'without' : 'with'} a holder.`
  const isHeld = registrations.some((one) => holder === undefined || isSameNexus(one, holder))
  return isHeld ? undefined : `The holder of the reservation of volume ${volumeId} is not registered.`
}
