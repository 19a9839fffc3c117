import { present } from '../../base/assert'
import { failure, ok, type Result } from '../../base/result'
import { BLOCK_BYTES } from '../../base/units'
import type { ArrayState } from '../../contract/array-state'
import type { RaidGroup, Volume } from '../../contract/configuration'
import type { ControllerId } from '../../contract/controller-id'
import type { JsonObject } from '../../contract/json'
import type { ServiceError } from '../../contract/service-request'
import { ownershipOf } from '../controller/state/array-changes'
import type { ServiceContext } from './service-context'

/** What several requests answer with. */

export function needState({ state, self, reason }: ServiceContext): Result<ArrayState, ServiceError> {
  if (state !== undefined) return ok(state)
  return failure({ code: 'unavailable', message: `Controller ${self.toUpperCase()} does not serve yet: ${reason ?? 'it is starting'}. Send the request again in a moment.` })
}

/** A rebuild goes by what belonged to which volume when it began. */
export function beingRebuilt({ name }: RaidGroup, field: string): ServiceError {
  return { code: 'not-possible-now', message: `A drive of group "${name}" is being rebuilt (list-operations). Wait until that is done.`, field }
}

export function volumeView(state: ArrayState, volume: Volume): JsonObject {
  const { id, name, serial, groupId, firstBlock, blockCount, preferredOwner } = volume
  const { owner, epoch, heldBy } = present(ownershipOf(state, id), `owner of volume ${id}`)
  const group = state.configuration.groups.find((candidate) => candidate.id === groupId)
  const luns = state.configuration.luns.filter(({ volumeId }) => volumeId === id).map(({ lun }) => lun)
  return {
    id,
    name,
    serial,
    group: group?.name ?? null,
    level: group?.level ?? null,
    firstBlock,
    blockCount,
    bytes: blockCount * BLOCK_BYTES,
    preferredOwner,
    owner,
    epoch,
    heldBy: heldBy ?? null,
    luns,
  }
}

export function controllerView(context: ServiceContext, id: ControllerId): JsonObject {
  const volumes = context.state?.ownership.filter(({ owner }) => owner === id).map(({ volumeId }) => volumeId) ?? []
  const isServiceOwner = context.state?.serviceOwner === id
  if (id === context.self) {
    const { phase, reason, portals, counters } = context
    return { id, present: true, state: phase, reason: reason ?? null, portals: [...portals], volumes, serviceOwner: isServiceOwner, counters: { ...counters } }
  }
  const { peer, portals } = context
  const state = !peer.isPresent ? 'down' : (peer.phase ?? 'unreachable')
  const ownPortal = peer.isMember && !portals.includes(id) ? [id] : []
  return { id, present: peer.isPresent, state, reason: null, portals: ownPortal, volumes, serviceOwner: isServiceOwner, silenceMs: peer.silenceMs ?? null }
}
