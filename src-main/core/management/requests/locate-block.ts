import { ok } from '../../../base/result'
import { BLOCK_BYTES } from '../../../base/units'
import type { JsonObject } from '../../../contract/json'
import { configuredMap } from '../../mapping/configured-map'
import { locate, type DrivePlace } from '../../raid/geometry'
import { findVolume, integerParameter, referenceParameter } from '../parameters'
import { refusal } from '../refusal'
import { monitoringRequest } from '../request'
import { needState } from '../views'

export const locateBlock = monitoringRequest({
  name: 'locate-block',
  summary: 'Where a block of a volume is: its drive and position there, its copies, and the parity that covers it.',
  parameters: {
    volume: referenceParameter('The volume, by name or number.'),
    block: integerParameter(
      { minimum: 0, maximum: Number.MAX_SAFE_INTEGER, unit: 'block' },
      'The block of the volume. Blocks have 512 bytes and start at 0.',
    ),
  },
  look(parts, { volume: reference, block }) {
    const state = needState(parts)
    if (!state.ok) return state
    const volume = findVolume(state.value, reference)
    if (!volume.ok) return volume
    const { name, blockCount } = volume.value
    if (block >= blockCount) {
      return refusal('bad-parameter', `Volume "${name}" has blocks 0 to ${blockCount - 1}; ${block} is beyond its end.`, 'block')
    }
    const { group, shift } = configuredMap(state.value.configuration, volume.value).sliceAt(block)
    const placement = locate(group.layout, block + shift)
    const [parity, secondParity] = placement.parity.map(place)
    return ok({
      volume: name,
      block,
      group: group.entry.name,
      level: group.entry.level,
      stripe: placement.stripe,
      data: place(placement.data),
      copies: placement.copies.map(place),
      parity: parity ?? null,
      ...(secondParity === undefined ? {} : { secondParity }),
    })
  },
})

function place({ member, drive, block }: DrivePlace): JsonObject {
  return { drive, block, byteOffset: block * BLOCK_BYTES, member }
}
