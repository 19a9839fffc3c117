import { present } from '../../base/assert'
import { ok, type Result } from '../../base/result'
import { BLOCK_BYTES } from '../../base/units'
import type { ArrayState } from '../../contract/array-state'
import type { RaidGroup, Volume } from '../../contract/configuration'
import type { ControllerId } from '../../contract/controller-id'
import type { JsonObject } from '../../contract/json'
import type { ServiceError } from '../../contract/service-request'
import { ownershipOf } from '../controller/state/array-changes'
import { refusal } from './refusal'
import { countersOf, type RequestParts } from './request-parts'

/** Parts of answers that several requests share. */

export function needState({ self, store, standing }: Pick<RequestParts, 'self' | 'store' | 'standing'>): Result<ArrayState, ServiceError> {
  const { state } = store
  if (state !== undefined) return ok(state)
  const reason = standing.reason ?? 'it is starting'
  return refusal('unavailable', `Controller ${self.toUpperCase()} is not serving yet: ${reason}. Send the request again in a moment.`)
}

/** A rebuild relies on which blocks belonged to which volume when it began. */
export function beingRebuilt({ name }: RaidGroup, field: string): ServiceError {
  const message = `A drive of RAID group "${name}" is being rebuilt (list-operations). Wait until that is done.`
  return { code: 'not-possible-now', message, field }
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

export function controllerView(parts: RequestParts, id: ControllerId): JsonObject {
  const { self, standing, session } = parts
  const { state } = parts.store
  const volumes = state?.ownership.filter(({ owner }) => owner === id).map(({ volumeId }) => volumeId) ?? []
  const serviceOwner = state?.serviceOwner === id
  if (id === self) {
    const { phase, reason, portals } = standing
    const counters = { ...countersOf(parts) }
    return { id, present: true, state: phase, reason: reason ?? null, portals: [...portals], volumes, serviceOwner, counters }
  }
  const { peerIsPresent, peerIsMember } = standing
  const phase = !peerIsPresent ? 'down' : (session.heard?.phase ?? 'unreachable')
  const portals = peerIsMember && !standing.portals.includes(id) ? [id] : []
  const silenceMs = session.isEstablished ? session.silenceMs() : null
  return { id, present: peerIsPresent, state: phase, reason: null, portals, volumes, serviceOwner, silenceMs }
}
