import { ok } from '../../../base/result'
import type { ArrayState } from '../../../contract/array-state'
import type { JsonObject } from '../../../contract/json'
import { occupantOf, type Occupant } from '../../mapping/occupancy'
import { integerParameter } from '../parameters'
import { refusal } from '../refusal'
import { monitoringRequest } from '../request'
import { needState } from '../views'

export const locateDriveBlock = monitoringRequest({
  name: 'locate-drive-block',
  summary: 'What a block of a drive holds: data of a volume, a copy, parity, a superblock, or nothing.',
  parameters: {
    drive: integerParameter({ minimum: 0 }, 'The drive, by its index.'),
    block: integerParameter(
      { minimum: 0, maximum: Number.MAX_SAFE_INTEGER, unit: 'block' },
      'The block of the drive. Blocks have 512 bytes and start at 0.',
    ),
  },
  look(parts, { drive, block }) {
    const state = needState(parts)
    if (!state.ok) return state
    const entry = state.value.configuration.drives.find(({ index }) => index === drive)
    if (entry === undefined) {
      const last = state.value.configuration.drives.length - 1
      return refusal('not-found', `There is no drive ${drive}. The drives are 0 to ${last}.`, 'drive')
    }
    if (block >= entry.blockCount) {
      return refusal('bad-parameter', `Drive ${drive} has blocks 0 to ${entry.blockCount - 1}; ${block} is beyond its end.`, 'block')
    }
    return ok({ drive, block, ...occupantView(state.value, occupantOf(state.value.configuration, drive, block)) })
  },
})

function occupantView({ configuration }: ArrayState, occupant: Occupant): JsonObject {
  const groupName = (id: number): string | null => configuration.groups.find((group) => group.id === id)?.name ?? null
  const volumeName = (id: number | undefined): string | null => configuration.volumes.find((volume) => volume.id === id)?.name ?? null
  switch (occupant.kind) {
    case 'superblock':
    case 'free':
      return { kind: occupant.kind }
    case 'spare':
      return { kind: occupant.kind, group: groupName(occupant.groupId), member: occupant.member }
    case 'data':
    case 'mirror': {
      const { kind, groupId, member, groupBlock, volume } = occupant
      const of = { volume: volumeName(volume?.volumeId), volumeBlock: volume?.block ?? null }
      return { kind, group: groupName(groupId), member, groupBlock, ...of }
    }
    case 'parity': {
      const { kind, groupId, member, groupBlock, blockCount, volumeId } = occupant
      return { kind, group: groupName(groupId), member, groupBlock, coversBlocks: blockCount, volume: volumeName(volumeId) }
    }
  }
}
