import type { ArrayState } from '../contract/array-state'
import type { DriveEntry } from '../contract/configuration'
import { defaultConfiguration } from '../core/raid/default-configuration'
import { LabStartError } from '../platform/lab-start-error'

/** The state that stands on the drives of a new lab: each volume belongs to the controller that prefers it. */
export function defaultArrayState(options: {
  readonly arrayId: string
  readonly drives: readonly DriveEntry[]
  readonly serials: readonly [string, string]
}): ArrayState {
  const configuration = defaultConfiguration(options)
  if (!configuration.ok) throw new LabStartError(configuration.error.message)
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
