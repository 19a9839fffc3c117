import { countdown } from '../../../base/countdown'
import { BLOCK_BYTES } from '../../../base/units'
import type { ArrayState } from '../../../contract/array-state'
import { LIMITS } from '../../../contract/limits'
import type { TraceId } from '../../../contract/trace'
import type { DrivePort, DriveStatus } from '../../ports'
import { electState, isToBeRebuilt, majorityOf, strangerOf, type DriveSuperblock, type Election, type Stranger } from '../../raid/election'
import { encodeHeader, encodeState, payloadOf, slotFirstBlock, stateDecoder, type StateDecoder } from '../../raid/superblock'
import { expectationOf, generationsIn, readDrive, readSlots, strangerByFirstBlocks } from './superblock-reads'

/** The claim slot under which superblocks are written: the one after those of the volumes. */
export const SERVICE_SLOT = LIMITS.volumes

/**
 * - `no-majority`: too few drives took it; `no-space`: for want of room
 * - `too-large`: it does not fit into a superblock, so nothing was written
 */
export type StateWriteOutcome = 'written' | 'stale-epoch' | 'no-majority' | 'no-space' | 'too-large'

/** What a look at the drives shows about a known state. */
export interface Look {
  /** Whether some drive may have a newer state; undefined if too few drives answered. */
  readonly isNewer: boolean | undefined
  /** Drives that do not answer. */
  readonly silent: readonly number[]
}

/** The array state on the drives, and which drives may be used at all. */
export class StateDrives {
  readonly #drives: readonly DrivePort[]
  readonly #strangers = new Set<number>()
  /** By drive index: the newest generation written, and the newest that is on stable storage. */
  readonly #written = new Map<number, number>()
  readonly #stored = new Map<number, number>()
  /** By drive index: the rebuild for which it was taken in last. */
  readonly #admitted = new Map<number, string>()
  /** By drive index: how often it was opened anew. It may be another one each time. */
  readonly #openings = new Map<number, number>()
  /** The newest generation that a majority has on stable storage, as far as is known here. */
  #stable = 0
  /** The state that the last reading found, and the drives that have it. */
  #standing: { readonly generation: number; readonly on: readonly number[] } | undefined

  constructor(drives: readonly DrivePort[]) {
    this.#drives = drives
  }

  /** Drives that are not what they were. They answer nothing and get nothing, not even superblocks, until they are rebuilt. */
  get strangers(): ReadonlySet<number> {
    return this.#strangers
  }

  /**
   * Undefined if no drive has a superblock. Superblocks of another array or drive than in `known` do not count. Who knows no state has
   * used nothing of the drives yet, so each is opened anew: while this controller waited, the peer may have taken others in.
   */
  read(known: ArrayState | undefined, done: (election: Election | undefined) => void): void {
    if (known === undefined) for (const drive of this.#drives) this.#openAnew(drive)
    const found: DriveSuperblock[] = []
    const decode = stateDecoder()
    const wasOpened = this.#watchOpenings()
    const finish = countdown(this.#drives.length, () => {
      found.sort((a, b) => a.drive - b.drive)
      const election = electState(found)
      if (election !== undefined) this.#standing = { generation: election.state.generation, on: election.standsOn }
      // Without a quorum, the state to measure them by is not known.
      if (election?.quorum === true) this.#confirmStrangers(election, { known, decode, wasOpened }, () => done(election))
      else done(election)
    })
    for (const drive of this.#drives) {
      readDrive(drive, { expected: expectationOf(drive.index, known), decode }, (superblock) => {
        found.push(superblock)
        finish()
      })
    }
  }

  #confirmStrangers(
    { state, strangers }: Election,
    how: {
      readonly known: ArrayState | undefined
      readonly decode: StateDecoder
      /** The elected state may be older, and says nothing about it then. */
      readonly wasOpened: (drive: number) => boolean
    },
    done: () => void,
  ): void {
    const suspected = this.#drives.filter(({ index }) => strangers.some(({ drive }) => drive === index))
    const finish = countdown(suspected.length, done)
    for (const drive of suspected) {
      readDrive(drive, { expected: expectationOf(drive.index, how.known), decode: how.decode }, (superblock) => {
        const stranger = strangerOf(state, superblock)
        if (stranger !== undefined && !how.wasOpened(drive.index)) this.#distrust(stranger)
        finish()
      })
    }
    if (suspected.length === 0) done()
  }

  /**
   * Checks whether some drive may have a newer state. It reads only the first block of each slot, because a takeover waits for
   * it, so a slot that looks newer may still be torn.
   */
  look(known: ArrayState, done: (look: Look) => void): void {
    const driveCount = known.configuration.drives.length
    const silent: number[] = []
    const strangers: Stranger[] = []
    let readable = 0
    let newest = 0
    const wasOpened = this.#watchOpenings()
    const finish = countdown(this.#drives.length, () => {
      const isNewer = readable >= majorityOf(driveCount) ? newest > known.generation : undefined
      // A newer state may have taken in what is strange by the known one.
      if (isNewer === false) for (const stranger of strangers) if (!wasOpened(stranger.drive)) this.#distrust(stranger)
      done({ isNewer, silent })
    })
    for (const drive of this.#drives) {
      readSlots(drive, BLOCK_BYTES, (slots) => {
        if (slots === 'failed') silent.push(drive.index)
        const generations = generationsIn(slots)
        if (generations.some((generation) => generation !== undefined)) readable++
        const stranger = strangerByFirstBlocks(known, drive.index, slots)
        if (stranger !== undefined) strangers.push(stranger)
        newest = Math.max(newest, ...generations.map((generation) => generation ?? 0))
        finish()
      })
    }
  }

  /**
   * Measures every drive by a state that the peer keeps, before anything of them is used. What is not what it was, or does not answer,
   * is opened anew, since the peer may have taken another one in meanwhile. If that is not right either, it is a stranger from then on.
   */
  measure(state: ArrayState, done: () => void): void {
    const finish = countdown(this.#drives.length, done)
    for (const drive of this.#drives) {
      this.#measureOne(drive, state, (first) => {
        if (first === undefined) return finish()
        this.#openAnew(drive)
        this.#measureOne(drive, state, (second) => {
          if (second !== undefined && second !== 'silent') this.#distrust(second)
          finish()
        })
      })
    }
  }

  #measureOne(drive: DrivePort, state: ArrayState, done: (found: Stranger | 'silent' | undefined) => void): void {
    const wasOpened = this.#watchOpenings()
    readSlots(drive, BLOCK_BYTES, (slots) => {
      if (wasOpened(drive.index)) done(undefined)
      else done(slots === 'failed' ? 'silent' : strangerByFirstBlocks(state, drive.index, slots))
    })
  }

  /**
   * Writes the state to every drive under the claim of the service epoch, by default the state's own. With `flush`, it is also on
   * stable storage. `written`: a majority of the drives of the configuration took it.
   */
  write(
    state: ArrayState,
    options: {
      readonly flush: boolean
      readonly epoch?: number
      /** These need only the flush. */
      readonly alreadyOn?: readonly number[]
      readonly cause: TraceId | undefined
    },
    done: (outcome: StateWriteOutcome) => void,
  ): void {
    const encoded = encodeState(state)
    if (!encoded.ok) {
      done('too-large')
      return
    }
    const { configuration, generation } = state
    const { alreadyOn = [] } = options
    const claim = { slot: SERVICE_SLOT, epoch: options.epoch ?? state.serviceEpoch }
    const payload = payloadOf(encoded.value)
    const writable = this.#writable(state)
    const wasOpened = this.#watchOpenings()
    const outcomes: DriveStatus[] = []
    const finish = countdown(writable.length, () => {
      const outcome = verdict(outcomes, configuration.drives.length)
      if (outcome === 'written' && options.flush) this.noteStable(generation)
      done(outcome)
    })
    for (const { drive, driveId } of writable) {
      const header = encodeHeader({ arrayId: configuration.arrayId, driveIndex: drive.index, driveId, generation }, payload)
      const end = (status: DriveStatus): void => {
        outcomes.push(status)
        finish()
      }
      const written = (status: DriveStatus): void => {
        if (status !== 'good') return end(status)
        // What took it is not what is in its place now.
        if (wasOpened(drive.index)) return end('failed')
        this.#written.set(drive.index, Math.max(generation, this.#written.get(drive.index) ?? 0))
        if (options.flush) this.#flush(drive, options.cause, end)
        else end('good')
      }
      if (alreadyOn.includes(drive.index)) written('good')
      else drive.write({ firstBlock: slotFirstBlock(generation), from: [header, payload.blocks], claim, cause: options.cause }, written)
    }
    if (writable.length === 0) done('no-majority')
  }

  /** The state with what is known to be stored on the drives. The next reader measures them by it. */
  withStored(state: ArrayState): ArrayState {
    const stored = state.configuration.drives.map(({ index }, position) => {
      const known = state.storedGenerations?.[position] ?? 0
      // Of what is on a drive before its rebuild, nothing counts.
      return isToBeRebuilt(state, index) && this.#admitted.get(index) !== rebuildOf(state, index)
        ? known
        : Math.max(known, this.#stored.get(index) ?? 0)
    })
    const isKnown = stored.every((generation, position) => generation === (state.storedGenerations?.[position] ?? 0))
    return isKnown ? state : { ...state, storedGenerations: stored }
  }

  /** A majority has this generation on stable storage: the peer has flushed it. */
  noteStable(generation: number): void {
    this.#stable = Math.max(this.#stable, generation)
  }

  /**
   * Calls `done` when a majority has this state on stable storage (`written`), or cannot have it. Before that, no newer one may be
   * written: it takes the slot of the state before this one, so a write that is cut short, or a loss of power, could spoil both slots.
   * Drives that are not known to have this state get it under the claim of `epoch`.
   */
  whenStable(
    state: ArrayState,
    how: { readonly epoch: number; readonly cause: TraceId | undefined },
    done: (outcome: StateWriteOutcome) => void,
  ): void {
    if (state.generation <= this.#stable) done('written')
    else this.write(state, { ...how, flush: true, alreadyOn: this.#drivesWith(state) }, done)
  }

  /** By the last reading, or because it was written from here. */
  #drivesWith({ generation }: ArrayState): number[] {
    const read = this.#standing?.generation === generation ? this.#standing.on : []
    return this.#drives.map(({ index }) => index).filter((drive) => read.includes(drive) || (this.#written.get(drive) ?? 0) >= generation)
  }

  /**
   * An operator wants this drive in use, so its contents may be overwritten, and what it had stored before is gone. Reopen it before.
   * `operation`: its rebuild.
   */
  admit(drive: number, operation: string): void {
    this.#forget(drive)
    this.#admitted.set(drive, operation)
  }

  #openAnew(drive: DrivePort): void {
    drive.reopen()
    this.#forget(drive.index)
  }

  /** What was known of a drive says nothing of the one in its place. */
  #forget(drive: number): void {
    this.#strangers.delete(drive)
    this.#written.delete(drive)
    this.#stored.delete(drive)
    if (this.#standing !== undefined) this.#standing = { ...this.#standing, on: this.#standing.on.filter((other) => other !== drive) }
    this.#openings.set(drive, (this.#openings.get(drive) ?? 0) + 1)
  }

  /** Returns a function that says whether a drive was opened anew since this call. */
  #watchOpenings(): (drive: number) => boolean {
    const before = new Map(this.#openings)
    return (drive) => this.#openings.get(drive) !== before.get(drive)
  }

  #flush(drive: DrivePort, cause: TraceId | undefined, done: (status: DriveStatus) => void): void {
    const written = this.#written.get(drive.index) ?? 0
    const wasOpened = this.#watchOpenings()
    drive.flush({ cause }, (status) => {
      if (status === 'good' && wasOpened(drive.index)) return done('failed')
      if (status === 'good') this.#stored.set(drive.index, Math.max(written, this.#stored.get(drive.index) ?? 0))
      done(status)
    })
  }

  #distrust({ drive, reason }: Stranger): void {
    this.#strangers.add(drive)
    this.#drives.find(({ index }) => index === drive)?.distrust(reason)
  }

  #writable(state: ArrayState): { readonly drive: DrivePort; readonly driveId: string }[] {
    return this.#drives.flatMap((drive) => {
      const entry = state.configuration.drives.find(({ index }) => index === drive.index)
      return entry === undefined || this.#strangers.has(drive.index) ? [] : [{ drive, driveId: entry.id }]
    })
  }
}

function rebuildOf({ failedMembers = [] }: ArrayState, drive: number): string | undefined {
  return failedMembers.find((member) => member.drive === drive && member.rebuild !== undefined)?.rebuild?.operation
}

function verdict(outcomes: readonly DriveStatus[], driveCount: number): StateWriteOutcome {
  if (outcomes.includes('stale-epoch')) return 'stale-epoch'
  const count = (wanted: DriveStatus): number => outcomes.filter((status) => status === wanted).length
  const majority = majorityOf(driveCount)
  if (count('good') >= majority) return 'written'
  return count('good') + count('no-space') >= majority ? 'no-space' : 'no-majority'
}
