import type { ArrayState } from '../../contract/array-state'
import { validateConfiguration } from './validation'

/**
 * What makes no sense in a well-formed state, as a sentence; undefined if all is well. Nobody commits such a state, but a checksum is no
 * proof of who wrote it: on it, two volumes might write the same blocks.
 */
export function problemOfState({ configuration, ownership, failedMembers = [] }: ArrayState): string | undefined {
  const valid = validateConfiguration(configuration)
  if (!valid.ok) return valid.error.message
  const { drives, groups, volumes } = configuration
  const odd = volumes.find(({ id }) => ownership.filter(({ volumeId }) => volumeId === id).length !== 1)
  if (odd !== undefined) return `Volume "${odd.name}" does not have exactly one owner.`
  if (ownership.length !== volumes.length) return 'A volume that does not exist has an owner.'
  const stranger = failedMembers.find(
    ({ groupId, drive }) => !groups.some(({ id }) => id === groupId) || !drives.some(({ index }) => index === drive),
  )
  if (stranger !== undefined) return `Drive ${stranger.drive} has failed in group ${stranger.groupId}, but they do not both exist.`
  return undefined
}
