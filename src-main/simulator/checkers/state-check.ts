import { present } from '../../base/assert'
import type { ArrayState } from '../../contract/array-state'
import { mayHaveExpired } from '../../core/controller/state/expired-ids'
import type { Place } from '../../contract/trace'
import { isNewer } from '../../core/raid/superblock'
import type { Violations } from './checker'

const STATE_CHECKER = 'array-state'

/** Of the array and of volumes. */
interface Names {
  /** Every name that the array had, and the generation that first had it. */
  readonly generations: Map<string, number>
  /** Of every volume that there was. */
  readonly serials: Map<string, string>
  readonly deleted: Set<string>
}

/**
 * The states that controllers install form one line. Each follows from the one before, whichever controller made it and whichever
 * died in between. Nothing committed is lost, nothing is done twice, and owners change only with a new epoch.
 */
export class StateCheck {
  readonly #violations: Violations
  #newest: ArrayState | undefined
  /** The newest one that is no claim. Claims are flushed only behind what is served under them. */
  #stable: ArrayState | undefined
  #mayLosePower = false
  /** The controller that installed a state last. */
  #place: Place | undefined
  readonly #byGeneration = new Map<string, ArrayState>()
  #names = noNames()
  /** As of the stable state. */
  #stableNames = noNames()

  constructor(violations: Violations) {
    this.#violations = violations
  }

  get newest(): ArrayState | undefined {
    return this.#newest
  }

  /** To be called before all else: drives may lose what nobody flushed. */
  expectPowerLoss(): void {
    this.#mayLosePower = true
  }

  /** Drives have lost what they held in their caches, or part of it. Claims of the last moments may be gone. */
  powerLost(): void {
    const { generation } = present(this.#stable, 'a state before the loss of power')
    for (const [name, state] of this.#byGeneration) if (state.generation > generation) this.#byGeneration.delete(name)
    this.#newest = this.#stable
    this.#names = copyOf(this.#stableNames)
  }

  generationOfName(name: string): number | undefined {
    return this.#names.generations.get(name)
  }

  hasSeen(name: string): boolean {
    return this.#names.generations.has(name) || this.#names.serials.has(name)
  }

  /** `who` names the controller for people. */
  installed(who: string, state: ArrayState, place?: Place): void {
    this.#place = place
    const newest = this.#newest
    const known = this.#byGeneration.get(nameOf(state))
    if (state === known) return
    if (known !== undefined) {
      if (JSON.stringify(state) !== JSON.stringify(known))
        this.#report(`${who} installed another state as generation ${state.generation} than was installed before`)
    } else if (newest !== undefined && isNewer(newest, state)) {
      this.#report(`${who} installed generation ${state.generation}, new to all, after generation ${newest.generation}`)
    } else {
      if (newest !== undefined) this.#follows(state, newest)
      this.#take(state)
    }
  }

  #take(state: ArrayState): void {
    const isStable = this.#mayLosePower && !isClaim(state, this.#newest)
    this.#newest = state
    this.#byGeneration.set(nameOf(state), state)
    const { name } = state.configuration
    if (!this.#names.generations.has(name)) this.#names.generations.set(name, state.generation)
    if (!isStable) return
    this.#stable = state
    this.#stableNames = copyOf(this.#names)
  }

  #follows(next: ArrayState, previous: ArrayState): void {
    const line = `generation ${next.generation} after ${previous.generation}`
    for (const [index, { id, name, result }] of previous.completedRequests.entries()) {
      // The usual case: nothing is dropped, and the kept objects are identical.
      if (next.completedRequests[index] === previous.completedRequests[index]) continue
      const standing = next.completedRequests.find((completed) => completed.id === id)
      const isKnown = standing !== undefined || mayHaveExpired(next, id, undefined)
      if (!isKnown) this.#report(`${line}: request ${id} (${name}) is forgotten`)
      else if (standing === undefined) continue
      else if (standing.result !== result && JSON.stringify(standing.result) !== JSON.stringify(result))
        this.#report(`${line}: request ${id} (${name}) has another result`)
    }
    const { name } = next.configuration
    if (name !== previous.configuration.name && this.#names.generations.has(name))
      this.#report(`${line}: the array is named "${name}" again: a request ran twice, or a commit was lost`)
    this.#volumes(next, line)
    for (const { volumeId, owner, epoch } of next.ownership) {
      const before = previous.ownership.find((ownership) => ownership.volumeId === volumeId)
      if (before === undefined || serialOf(next, volumeId) !== serialOf(previous, volumeId)) continue
      if (epoch < before.epoch || (owner !== before.owner && epoch === before.epoch)) {
        this.#report(`${line}: volume ${volumeId} went from ${before.owner} in epoch ${before.epoch} to ${owner} in epoch ${epoch}`)
      }
    }
  }

  #volumes(next: ArrayState, line: string): void {
    const { serials, deleted } = this.#names
    const standing = new Set<string>()
    for (const { name, serial } of next.configuration.volumes) {
      if (standing.has(name)) this.#report(`${line}: two volumes are named "${name}"`)
      standing.add(name)
      const known = serials.get(name)
      if (known !== undefined && known !== serial) this.#report(`${line}: volume "${name}" was made twice`)
      if (deleted.has(name)) this.#report(`${line}: volume "${name}" is back after it was deleted`)
      serials.set(name, serial)
    }
    for (const name of serials.keys()) if (!standing.has(name)) deleted.add(name)
  }

  #report(sentence: string): void {
    this.#violations.add(STATE_CHECKER, sentence, this.#place)
  }
}

/** Each claim raises this epoch, and nothing else does. It may also bring a commit that nobody installed, and that is as little flushed. */
function isClaim(next: ArrayState, previous: ArrayState | undefined): boolean {
  return previous !== undefined && next.mirrorEpoch !== previous.mirrorEpoch
}

function nameOf({ generation, serviceEpoch }: ArrayState): string {
  return `${generation} of epoch ${serviceEpoch}`
}

function serialOf(state: ArrayState, volumeId: number): string | undefined {
  return state.configuration.volumes.find(({ id }) => id === volumeId)?.serial
}

function noNames(): Names {
  return { generations: new Map(), serials: new Map(), deleted: new Set() }
}

function copyOf({ generations, serials, deleted }: Names): Names {
  return { generations: new Map(generations), serials: new Map(serials), deleted: new Set(deleted) }
}
