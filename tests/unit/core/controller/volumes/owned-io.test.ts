import { expect, it } from 'vitest'
import type { VolumeIo } from '../../../../../src-main/core/mapping/volume-io'
import type { WriteIntents } from '../../../../../src-main/core/mapping/write-intents'
import { OwnedIo, type OwnedIoParts } from '../../../../../src-main/core/controller/volumes/owned-io'

it('the marks of the owner before stay until the volume is served, which is after the replay', () => {
  const told: Parameters<WriteIntents['assigned']>[1][] = []
  const io = { intents: { assigned: (_, standing) => told.push(standing) } as Pick<WriteIntents, 'assigned'> } as VolumeIo
  const mine = { volumeId: 0, owner: 'a', epoch: 4 } as const
  const owned = new OwnedIo({ self: 'a' } as OwnedIoParts, { volumeId: 0, owner: 'b', epoch: 3 }, io)
  owned.update(mine, false)
  owned.update(mine, true)
  expect(told).toEqual([
    { isOwned: true, isServed: false },
    { isOwned: true, isServed: true },
  ])
})
