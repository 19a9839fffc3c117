import { CONTROLLER_IDS, type ControllerId } from '../../src-main/contract/controller-id'
import { answersAt, type AddressKind } from '../../src-main/contract/pair-faults'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import { unansweredLuns } from './outage'

export interface Served {
  readonly luns: readonly number[]
  /** Whose portal and management address. */
  readonly addresses: readonly ControllerId[]
  /** Where only one of the two is, or both are at different places. */
  readonly single: readonly { readonly of: ControllerId; readonly kind: AddressKind }[]
}

/** Who answers for each LUN and each address, as the host and the portals find it, whatever the controllers say of themselves. */
export interface Serving {
  readonly a: Served
  readonly b: Served
  readonly nobody: Served
}

export function servingOf(snapshot: LabSnapshot): Serving {
  const luns = (snapshot.array?.configuration.luns ?? []).map(({ lun, volumeId }) => ({ lun, by: serverOfLun(snapshot, lun, volumeId) }))
  const servedBy = (server: ControllerId | undefined): Served => ({
    luns: luns.filter(({ by }) => by === server).map(({ lun }) => lun),
    addresses: CONTROLLER_IDS.filter((id) => isTogether(snapshot, id) && serverOfPortal(snapshot, id) === server),
    single: CONTROLLER_IDS.filter((id) => !isTogether(snapshot, id)).flatMap((of) => [
      ...(serverOfPortal(snapshot, of) === server ? [{ of, kind: 'portal' as const }] : []),
      ...(answersAt(snapshot.controllers, of, 'management') === server ? [{ of, kind: 'management' as const }] : []),
    ]),
  })
  return { a: servedBy('a'), b: servedBy('b'), nobody: servedBy(undefined) }
}

export function isNothing({ luns, addresses, single }: Served): boolean {
  return luns.length === 0 && addresses.length === 0 && single.length === 0
}

/** A portal that the host cannot reach is not served, whatever the controller says that has it. */
function serverOfPortal({ controllers, host }: LabSnapshot, id: ControllerId): ControllerId | undefined {
  const isOutOfReach = host?.paths.some(({ controller, state }) => controller === id && state === 'down') ?? false
  return isOutOfReach ? undefined : answersAt(controllers, id, 'portal')
}

/** Both addresses are opened and closed together, but a plug or another device may be in the way of one. */
function isTogether({ controllers }: LabSnapshot, id: ControllerId): boolean {
  return answersAt(controllers, id, 'portal') === answersAt(controllers, id, 'management')
}

/**
 * The host knows best: a LUN that leaves it waiting is served by nobody. Otherwise it is served by its owner, whichever path it
 * comes by. If the owner does not serve, it is served where its path ends, if the host has found that to be the best. Where no
 * host tells, it is the owner, if that serves.
 */
function serverOfLun(snapshot: LabSnapshot, lun: number, volumeId: number): ControllerId | undefined {
  const { host, controllers, array } = snapshot
  if (unansweredLuns(host).some((waiting) => waiting.lun === lun)) return undefined
  const owner = array?.ownership.find((entry) => entry.volumeId === volumeId)?.owner
  const serving =
    owner !== undefined && controllers[owner].state === 'running' && controllers[owner].phase === 'serving' ? owner : undefined
  // A host that has not connected yet, as at the start, tells nothing.
  if (host === undefined || host.paths.every(({ state }) => state === 'connecting')) return serving
  const path = pathOf(host.paths, lun)
  // A host with a path hears of a new LUN with the answer to its next command, and one without a workload sends none.
  if (path === undefined) return host.paths.some(({ state }) => state === 'up') ? serving : undefined
  const end = answersAt(controllers, path.controller, 'portal')
  // A host hears of a new owner with the answer to its next command only.
  return end && (serving ?? (path.isOptimized ? end : undefined))
}

function pathOf(
  paths: NonNullable<LabSnapshot['host']>['paths'],
  lun: number,
): { readonly controller: ControllerId; readonly isOptimized: boolean } | undefined {
  const known = paths.flatMap(({ controller, state, luns }) => {
    const entry = state === 'up' ? luns.find((one) => one.lun === lun) : undefined
    return entry === undefined ? [] : [{ controller, inUse: entry.inUse, isOptimized: entry.accessState === 'active-optimized' }]
  })
  return known.find(({ inUse }) => inUse) ?? known.find(({ isOptimized }) => isOptimized) ?? known[0]
}
