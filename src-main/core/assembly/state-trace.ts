import type { ArrayState } from '../../contract/array-state'
import type { ControllerId } from '../../contract/controller-id'
import type { TracePort } from '../ports'

interface Tracer {
  readonly self: ControllerId
  readonly trace: TracePort
}

/** The service requests are this controller's from here on, or in another epoch. */
export function traceServiceOwner({ self, trace }: Tracer, { serviceOwner, serviceEpoch }: ArrayState, previous: ArrayState | undefined): void {
  if (serviceOwner !== self || previous?.serviceEpoch === serviceEpoch) return
  trace.record({ place: `controller-${self}`, kind: 'service.owner-changed', data: { owner: serviceOwner, epoch: serviceEpoch } })
}

export function tracePolicy({ self, trace }: Tracer, { cachePolicy }: ArrayState, previous: ArrayState | undefined): void {
  if (previous === undefined || previous.cachePolicy === cachePolicy) return
  trace.record({ place: `controller-${self}`, kind: 'cache.policy-changed', data: { policy: cachePolicy ?? 'write-through' } })
}

/** Each volume that is this controller's from here on, or in another epoch. */
export function traceVolumeOwners({ self, trace }: Tracer, { ownership }: ArrayState, previous: ArrayState | undefined): void {
  for (const { volumeId, owner, epoch } of ownership) {
    const before = previous?.ownership.find((one) => one.volumeId === volumeId)
    if (owner !== self || before?.epoch === epoch) continue
    trace.record({ place: `controller-${self}`, kind: 'volume.owner-changed', data: { volumeId, owner, epoch } })
  }
}
