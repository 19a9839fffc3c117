import { LAB_COMMANDS } from '../../contract/lab-api'
import { ACT_NAMES, type ActName } from '../format/acts'
import type { LiveExercise } from '../format/exercise'

/** What can be done to a pair that runs: what the window can do to it, and service requests. */
export const LIVE_ACTS: readonly ActName[] = ACT_NAMES.filter((name) => name in LAB_COMMANDS || name === 'request')

/** What no live lab can be or do: sentences. */
export function impossibleLive({ allowed }: Pick<LiveExercise, 'allowed'>): readonly string[] {
  const strange = [...new Set(allowed.map(({ act }) => act))].filter((act) => !LIVE_ACTS.includes(act))
  return strange.map((act) => `A live pair cannot do ${act}. It can do ${LIVE_ACTS.join(', ')}.`)
}
