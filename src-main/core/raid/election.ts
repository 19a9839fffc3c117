import type { Result } from '../../base/result'
import type { ArrayState } from '../../contract/array-state'
import { isNewer, type Superblock, type SuperblockProblem } from './superblock'

/** What was found on one drive. */
export interface DriveSuperblock {
  readonly drive: number
  readonly found: Result<Superblock, SuperblockProblem>
  /** The newest generation that the first blocks of its slots claim, whole or not. */
  readonly claimed?: number | undefined
}

export interface Election {
  readonly state: ArrayState
  /** Drives that have exactly this state. */
  readonly standsOn: readonly number[]
  /** More than half of the drives of the configuration have it: it was committed. */
  readonly committed: boolean
  /** More than half of the drives of the configuration could be read: no commit can have been missed. */
  readonly quorum: boolean
  /** Drives that do not answer. */
  readonly silent: readonly number[]
  /**
   * Drives whose contents do not seem to be those that the array had on them. A drive may have been read before the peer wrote to
   * it, and the state that it is measured by after that. So `strangerOf` must say the same of what a second read finds.
   */
  readonly strangers: readonly Stranger[]
  /** Sentences for people about every drive that disagrees. */
  readonly notes: readonly string[]
}

/** A drive that is blank or foreign, or whose superblock is older than it must be. */
export interface Stranger {
  readonly drive: number
  /** The end of a sentence about the drive. */
  readonly reason: string
}

/** How many of `driveCount` drives are a majority. */
export function majorityOf(driveCount: number): number {
  return Math.floor(driveCount / 2) + 1
}

/**
 * Elects the state to use. A commit counts once a majority of the drives has it, so the newest state found on any drive is either
 * the last commit or a later one that was not finished. The later one is adopted too, because its requester may not have been
 * refused and may ask again. It must be written to all drives before anything else. Without `quorum`, the missing drives may have
 * a newer commit. Undefined if no drive has a superblock.
 */
export function electState(found: readonly DriveSuperblock[]): Election | undefined {
  const state = newestState(found)
  if (state === undefined) return undefined
  const needed = majorityOf(state.configuration.drives.length)
  const standsOn: number[] = []
  const notes: string[] = []
  let readable = 0
  for (const { drive, found: superblock } of found) {
    if (!superblock.ok) {
      notes.push(`Drive ${drive} ${PROBLEM_SENTENCES[superblock.error]}.`)
      continue
    }
    if (superblock.value.arrayId !== state.configuration.arrayId) {
      notes.push(`Drive ${drive} ${PROBLEM_SENTENCES['other-array']}.`)
      continue
    }
    readable++
    const { generation, serviceEpoch } = superblock.value.state
    if (generation === state.generation && serviceEpoch === state.serviceEpoch) standsOn.push(drive)
    else {
      const newest = `${state.generation} of epoch ${state.serviceEpoch}`
      notes.push(`Drive ${drive} has generation ${generation} of epoch ${serviceEpoch}; the newest is ${newest}.`)
    }
  }
  if (standsOn.length < needed) {
    notes.push(`Generation ${state.generation} stands on ${standsOn.length} of ${state.configuration.drives.length} drives; it is adopted.`)
  }
  const silent = found.filter(({ found: superblock }) => !superblock.ok && superblock.error === 'failed').map(({ drive }) => drive)
  const strangers = found.flatMap((superblock) => strangerOf(state, superblock) ?? [])
  return { state, standsOn, committed: standsOn.length >= needed, quorum: readable >= needed, silent, strangers, notes }
}

/** Measures what was found on a drive by a state that was read before. A drive without a whole superblock counts by what it claims. */
export function strangerOf(state: ArrayState, { drive, found: superblock, claimed }: DriveSuperblock): Stranger | undefined {
  if (isToBeRebuilt(state, drive)) return undefined
  if (!superblock.ok) {
    if (STRANGE.includes(superblock.error)) return { drive, reason: PROBLEM_SENTENCES[superblock.error] }
    return claimed === undefined ? undefined : outdated(state, drive, claimed)
  }
  if (superblock.value.arrayId !== state.configuration.arrayId) return { drive, reason: PROBLEM_SENTENCES['other-array'] }
  return outdated(state, drive, superblock.value.state.generation)
}

/** The same by the first blocks of a drive's two slots alone. `undefined` stands for a block that is not of a superblock. */
export function strangerByHeaders(state: ArrayState, drive: number, claimed: readonly (number | undefined)[]): Stranger | undefined {
  if (isToBeRebuilt(state, drive)) return undefined
  const generations = claimed.filter((generation) => generation !== undefined)
  if (generations.length === 0) return { drive, reason: 'has no superblock of this array' }
  return outdated(state, drive, Math.max(...generations))
}

function outdated(state: ArrayState, drive: number, generation: number): Stranger | undefined {
  const stored = storedOn(state, drive)
  if (generation >= stored) return undefined
  const what = `has generation ${generation} of the array state, but it had ${stored}`
  return { drive, reason: `${what}: it was put back from a copy, or lost writes` }
}

export function positionOf({ configuration }: ArrayState, drive: number): number {
  return configuration.drives.findIndex(({ index }) => index === drive)
}

/**
 * Its rebuild has just begun, so whatever is on it will be written over, and its superblocks may not have been written yet. Once they
 * are, and that is on record, it must have them, or it is another drive by now.
 */
export function isToBeRebuilt(state: ArrayState, drive: number): boolean {
  const { failedMembers = [], operations = [] } = state
  const rebuild = failedMembers.find((member) => member.drive === drive && member.rebuild !== undefined)?.rebuild
  return storedOn(state, drive) === 0 && operations.some(({ id, progress }) => id === rebuild?.operation && progress?.done === 0)
}

/** The newest generation that is known to be stored on a drive. */
export function storedOn(state: ArrayState, drive: number): number {
  return state.storedGenerations?.[positionOf(state, drive)] ?? 0
}

/** Problems that show that the drive is another one, or that its contents are gone. */
const STRANGE: readonly SuperblockProblem[] = ['blank', 'not-ours', 'unsupported-version', 'other-array', 'wrong-drive']

/** The newest state of the array that most drives belong to; on a tie, of the array found first. */
function newestState(found: readonly DriveSuperblock[]): ArrayState | undefined {
  const arrays = new Map<string, { state: ArrayState; drives: number }>()
  for (const { found: superblock } of found) {
    if (!superblock.ok) continue
    const { arrayId, state } = superblock.value
    const array = arrays.get(arrayId)
    if (array === undefined) arrays.set(arrayId, { state, drives: 1 })
    else {
      array.drives++
      if (isNewer(state, array.state)) array.state = state
    }
  }
  let elected: { state: ArrayState; drives: number } | undefined
  for (const array of arrays.values()) if (elected === undefined || array.drives > elected.drives) elected = array
  return elected?.state
}

const PROBLEM_SENTENCES: Readonly<Record<SuperblockProblem, string>> = {
  blank: 'is blank',
  'not-ours': 'holds something that is not of this program',
  'unsupported-version': 'was written by a newer version of this program',
  torn: 'has no superblock that is whole',
  malformed: 'has a superblock that makes no sense',
  'other-array': 'belongs to another array',
  'wrong-drive': 'is another drive of this array',
  unreadable: 'has a superblock that cannot be read',
  failed: 'does not answer',
}
