import { failure, ok, type Result } from '../../../base/result'
import { BLOCK_BYTES, MIB } from '../../../base/units'
import type { ArrayState } from '../../../contract/array-state'
import { LIMITS } from '../../../contract/limits'
import type { ServiceError } from '../../../contract/service-request'
import { withVolume } from '../../controller/state/array-changes'
import { isBeingRebuilt } from '../../controller/state/rebuild-changes'
import { layoutOf } from '../../raid/geometry'
import { largestFreeSlice, placeVolume } from '../../raid/space'
import { controllerParameter, findGroup, integerParameter, nameParameter, optional, referenceParameter } from '../parameters'
import { refusal } from '../refusal'
import { configurationRequest } from '../request'
import { beingRebuilt, volumeView } from '../views'

const MAX_MEGABYTES = LIMITS.volumeMegabytes
const BLOCKS_PER_MEGABYTE = MIB / BLOCK_BYTES
const IN_BLOCKS = { minimum: 1, maximum: MAX_MEGABYTES * BLOCKS_PER_MEGABYTE, unit: 'block' }

export const createVolume = configurationRequest({
  name: 'create-volume',
  summary: 'Creates a volume in the free space of a RAID group. It has no LUN yet (map-lun).',
  parameters: {
    name: nameParameter('Its name, which must be unique.'),
    group: referenceParameter('The RAID group, by name or number.'),
    megabytes: optional(integerParameter({ minimum: 1, maximum: MAX_MEGABYTES, unit: 'MiB' }, 'Its size in MiB. Use this or "blocks".')),
    blocks: optional(integerParameter(IN_BLOCKS, 'Its size in blocks of 512 bytes. Use this or "megabytes".')),
    preferredOwner: optional(controllerParameter('The controller that should own it. The default is a.')),
  },
  change(state, { name, group: reference, megabytes, blocks, preferredOwner = 'a' }, parts) {
    const size = sizeOf(megabytes, blocks)
    if (!size.ok) return size
    const group = findGroup(state, reference)
    if (!group.ok) return group
    const { volumes } = state.configuration
    if (volumes.some((volume) => volume.name === name)) {
      return refusal('already-exists', `There is already a volume named "${name}". Choose another name.`, 'name')
    }
    if (isBeingRebuilt(state, group.value.id)) return failure(beingRebuilt(group.value, 'group'))
    const layout = layoutOf(group.value)
    const firstBlock = placeVolume(layout, volumes, size.value)
    if (firstBlock === undefined) {
      const largest = largestFreeSlice(layout, volumes)
      const message =
        `Group "${group.value.name}" has no room for ${size.value} blocks. ` +
        `The largest volume that fits has ${largest} blocks (${Math.floor(largest / BLOCKS_PER_MEGABYTE)} MiB).`
      return refusal('no-space', message, blocks === undefined ? 'megabytes' : 'blocks')
    }
    const id = freeId(state)
    if (id === undefined) return refusal('no-space', `There are already ${LIMITS.volumes} volumes, which is the limit. Delete one first.`)
    const volume = { id, serial: parts.newSerial(), name, groupId: group.value.id, firstBlock, blockCount: size.value, preferredOwner }
    const next = withVolume(state, volume, parts.claimEpoch(id))
    return ok({ state: next, result: volumeView(next, volume) })
  },
})

function sizeOf(megabytes: number | undefined, blocks: number | undefined): Result<number, ServiceError> {
  if (megabytes !== undefined && blocks !== undefined) {
    return refusal('bad-parameter', 'Give the size in "megabytes" or in "blocks", not both.', 'blocks')
  }
  const size = blocks ?? (megabytes === undefined ? undefined : megabytes * BLOCKS_PER_MEGABYTE)
  return size === undefined ? refusal('bad-parameter', 'The size is missing: give "megabytes" or "blocks".', 'megabytes') : ok(size)
}

function freeId(state: ArrayState): number | undefined {
  for (let id = 0; id < LIMITS.volumes; id++) if (!state.configuration.volumes.some((volume) => volume.id === id)) return id
  return undefined
}
