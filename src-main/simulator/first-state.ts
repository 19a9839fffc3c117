import type { ArrayState } from '../contract/array-state'
import { defaultConfiguration } from '../core/raid/default-configuration'
import type { DriveMedium } from './drive-medium'

/** The array state on the drives of a new world: the same array as in a new lab. */
export function firstState(media: readonly DriveMedium[]): ArrayState {
  const drives = media.map(({ index, blockCount }) => ({ index, id: `drive-${index}`, blockCount }))
  const configuration = defaultConfiguration({ arrayId: 'simulated-array', drives, serials: ['00000000000000a1', '00000000000000b1'] })
  if (!configuration.ok) throw new RangeError(configuration.error.message)
  return {
    generation: 1,
    configuration: configuration.value,
    ownership: configuration.value.volumes.map(({ id, preferredOwner }) => ({ volumeId: id, owner: preferredOwner, epoch: 1 })),
    serviceOwner: 'a',
    serviceEpoch: 1,
    dispatchScheme: 'serve-locally',
    automaticGiveback: true,
    completedRequests: [],
  }
}
