import type { ArrayState, FailedMember, RebuildPart } from '../../../contract/array-state'
import type { RaidGroup } from '../../../contract/configuration'
import type { ControllerId } from '../../../contract/controller-id'
import type { ServiceError } from '../../../contract/service-request'
import { positionOf } from '../../raid/election'
import { layoutOf, survivesOneMore } from '../../raid/geometry'
import type { RebuiltDrive } from '../../raid/members'
import { freeSlices, isInGroup, sliceBlocks, slicesOf } from '../../raid/space'
import { failedDrivesOf, ownershipOf, withFailedMembers } from './array-changes'
import { operationOf, withOperation, withOperationChanged } from './operation-changes'
import { SERVICE_SLOT } from './state-drives'

/** Pure changes of the array state that bring a failed drive back into use. */

export const REBUILD_DRIVE = 'rebuild-drive'

interface Member {
  readonly groupId: number
  readonly drive: number
}

/** Drives of a group that are being rebuilt, with what each lacks and the claims under which it is written. */
export function rebuiltDrivesOf(state: ArrayState, groupId: number): RebuiltDrive[] {
  return (state.failedMembers ?? []).flatMap(({ groupId: of, drive, rebuild }) => {
    if (of !== groupId || rebuild === undefined) return []
    return [{ drive, missing: rebuild.parts.map((part) => ({ ...part, epoch: rebuildClaimOf(state, part).epoch })) }]
  })
}

/** The owner of a volume rebuilds its stripes; the service owner rebuilds the rest. */
export function rebuildClaimOf(state: ArrayState, { slot }: RebuildPart): { readonly owner: ControllerId; readonly epoch: number } {
  const ownership = ownershipOf(state, slot)
  return slot === SERVICE_SLOT || ownership === undefined ? { owner: state.serviceOwner, epoch: state.serviceEpoch } : ownership
}

/**
 * Begins the rebuild of a drive in all its groups. It may be a different drive by now, so groups that still used it treat it as
 * failed too, if they can do without it.
 */
export function withRebuildBegun(
  before: ArrayState,
  { drive, operation, server }: { readonly drive: number; readonly operation: string; readonly server: ControllerId },
): ArrayState {
  const state = withFailedMembers(
    before,
    before.configuration.groups
      .filter(({ sections }) => sections.some((section) => section.drive === drive))
      .map(({ id }) => ({ groupId: id, drive })),
  )
  const groups = state.configuration.groups.filter(({ id }) => failedDrivesOf(state, id).includes(drive))
  // Moving one of these volumes would delay the moment when its group can lose a drive again.
  const critical = groups.filter((group) => !survivesOneMore(layoutOf(group), failedDrivesOf(state, group.id)))
  const volumes = state.configuration.volumes.filter((volume) => critical.some(({ id }) => isInGroup(volume, id))).map(({ id }) => id)
  let total = 0
  const failedMembers = (state.failedMembers ?? []).map((member) => {
    const group = groups.find(({ id }) => id === member.groupId)
    if (member.drive !== drive || group === undefined) return member
    const parts = partsOf(state, group)
    total += parts.reduce((sum, { fromStripe, endStripe }) => sum + endStripe - fromStripe, 0)
    return { ...member, rebuild: { operation, parts } }
  })
  const about = { controller: server, volumes, drive, progress: { done: 0, total } }
  const begun = {
    id: operation,
    name: REBUILD_DRIVE,
    digest: '',
    state: 'running' as const,
    server,
    incarnation: 0,
    ...about,
    ...(volumes.length > 0 ? { critical: true } : {}),
  }
  return withOperation(withNothingStored({ ...state, failedMembers }, drive), begun)
}

/** Whatever it had stored, another drive may be in its place now. */
function withNothingStored(state: ArrayState, drive: number): ArrayState {
  const { storedGenerations } = state
  if (storedGenerations === undefined) return state
  const position = positionOf(state, drive)
  return { ...state, storedGenerations: storedGenerations.map((generation, at) => (at === position ? 0 : generation)) }
}

export function isBeingRebuilt(state: ArrayState, groupId: number): boolean {
  return state.failedMembers?.some((member) => member.groupId === groupId && member.rebuild !== undefined) === true
}

/** Records the stripes of a part before `fromStripe` as rebuilt. After the last part, the drive is in use like any other. */
export function withRebuilt(
  state: ArrayState,
  { groupId, drive }: Member,
  rebuilt: { readonly endStripe: number; readonly fromStripe: number },
): ArrayState {
  const member = memberOf(state, { groupId, drive })
  const done = member?.rebuild?.parts.find(({ endStripe }) => endStripe === rebuilt.endStripe)
  if (member?.rebuild === undefined || done === undefined) return state
  const parts = member.rebuild.parts
    .map((part) => (part === done ? { ...part, fromStripe: rebuilt.fromStripe } : part))
    .filter(({ fromStripe, endStripe }) => fromStripe < endStripe)
  const { operation } = member.rebuild
  const others = (state.failedMembers ?? []).filter((other) => other !== member)
  const failedMembers = parts.length === 0 ? others : [...others, { ...member, rebuild: { operation, parts } }]
  const isOver = failedMembers.every(({ rebuild }) => rebuild?.operation !== operation)
  return withProgress({ ...state, failedMembers }, operation, { stripeCount: rebuilt.fromStripe - done.fromStripe, isOver })
}

/** An operation that failed in one group stays failed, although the rebuild continues in the others. */
function withProgress(
  state: ArrayState,
  id: string,
  { stripeCount, isOver }: { readonly stripeCount: number; readonly isOver: boolean },
): ArrayState {
  const operation = operationOf(state, id)
  if (operation === undefined) return state
  const { progress } = operation
  return withOperationChanged(state, id, {
    ...(progress === undefined ? {} : { progress: { ...progress, done: progress.done + stripeCount } }),
    ...(isOver && operation.state === 'running' ? { state: 'done' as const } : {}),
  })
}

/** Groups do without these drives from now on, if they can. A rebuild of one of them has failed. */
export function withoutMembers(state: ArrayState, members: readonly Member[], why: (drive: number) => ServiceError): ArrayState {
  return members.reduce((changed, member) => withoutRebuild(changed, member, why(member.drive)), withFailedMembers(state, members))
}

/** The drive stays out, including the stripes already rebuilt, because it misses writes again from now on. */
export function withoutRebuild(state: ArrayState, { groupId, drive }: Member, error: ServiceError): ArrayState {
  const member = memberOf(state, { groupId, drive })
  if (member?.rebuild === undefined) return state
  const { rebuild, ...failed } = member
  const failedMembers = (state.failedMembers ?? []).map((other) => (other === member ? failed : other))
  return withOperationChanged({ ...state, failedMembers }, rebuild.operation, { state: 'failed', error })
}

function memberOf(state: ArrayState, { groupId, drive }: Member): FailedMember | undefined {
  return state.failedMembers?.find((member) => member.groupId === groupId && member.drive === drive)
}

function partsOf(state: ArrayState, group: RaidGroup): RebuildPart[] {
  const layout = layoutOf(group)
  const { volumes } = state.configuration
  const part = (slot: number, firstBlock: number, blockCount: number): RebuildPart => ({
    slot,
    fromStripe: firstBlock / layout.stripeBlocks,
    endStripe: (firstBlock + blockCount) / layout.stripeBlocks,
  })
  return [
    ...volumes.flatMap((volume) =>
      slicesOf(volume).flatMap(({ groupId, firstBlock, blockCount }) => {
        return groupId === group.id ? [part(volume.id, firstBlock, sliceBlocks(layout, blockCount))] : []
      }),
    ),
    ...freeSlices(layout, volumes).map(({ firstBlock, blockCount }) => part(SERVICE_SLOT, firstBlock, blockCount)),
  ].sort((one, other) => one.fromStripe - other.fromStripe)
}
