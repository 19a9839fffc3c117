import type { ArrayState } from '../../contract/array-state'
import type { Volume } from '../../contract/configuration'
import type { ControllerId } from '../../contract/controller-id'
import type { TracePort } from '../ports'

type States = readonly [state: ArrayState, previous: ArrayState | undefined]

interface StateTraceParts {
  readonly self: ControllerId
  readonly trace: TracePort
}

/** Records what a new state changes for this controller. */
export function traceState(parts: StateTraceParts, ...states: States): void {
  traceServiceOwner(parts, ...states)
  tracePolicy(parts, ...states)
  traceVolumes(parts, ...states)
  traceVolumeOwners(parts, ...states)
}

/** Traces that this controller became the service owner, or is the owner in another epoch. */
function traceServiceOwner({ self, trace }: StateTraceParts, ...[state, previous]: States): void {
  const { serviceOwner, serviceEpoch } = state
  if (serviceOwner !== self || previous?.serviceEpoch === serviceEpoch) return
  trace.record({ place: `controller-${self}`, kind: 'service.owner-changed', data: { owner: serviceOwner, epoch: serviceEpoch } })
}

function tracePolicy({ self, trace }: StateTraceParts, ...[{ cachePolicy }, previous]: States): void {
  if (previous === undefined || previous.cachePolicy === cachePolicy) return
  trace.record({ place: `controller-${self}`, kind: 'cache.policy-changed', data: { policy: cachePolicy ?? 'write-through' } })
}

/**
 * Traces volumes that were created and deleted, at the service owner only. A new volume may have the number of a deleted one, but
 * never its serial.
 */
function traceVolumes({ self, trace }: StateTraceParts, ...[state, previous]: States): void {
  if (previous === undefined || state.serviceOwner !== self) return
  const place = `controller-${self}` as const
  for (const { id: volumeId, name } of lackedBy(state, previous)) trace.record({ place, kind: 'volume.deleted', data: { volumeId, name } })
  for (const { id: volumeId, name } of lackedBy(previous, state)) trace.record({ place, kind: 'volume.created', data: { volumeId, name } })
}

/** The volumes of `other` that `state` does not have. */
function lackedBy(state: ArrayState, other: ArrayState): readonly Volume[] {
  const serials = new Set(state.configuration.volumes.map(({ serial }) => serial))
  return other.configuration.volumes.filter(({ serial }) => !serials.has(serial))
}

/** Traces each volume that this controller now owns, or owns in another epoch. */
function traceVolumeOwners({ self, trace }: StateTraceParts, ...[{ ownership }, previous]: States): void {
  for (const { volumeId, owner, epoch } of ownership) {
    const before = previous?.ownership.find((one) => one.volumeId === volumeId)
    if (owner !== self || before?.epoch === epoch) continue
    trace.record({ place: `controller-${self}`, kind: 'volume.owner-changed', data: { volumeId, owner, epoch } })
  }
}
