import { present } from '../../base/assert'
import type { TraceId } from '../../contract/trace'
import type { DrivePort, DriveStatus, WriteClaim } from '../ports'
import type { GroupLayout } from './levels/level'
import type { MemberIo, MemberWrite } from './member-io'

/** Stripes that a drive lacks. While the claim is the same, stripes rebuilt since the last commit of progress do not count. */
export interface MissingStripes {
  readonly slot: number
  /** The epoch of the claim under which they are rebuilt. */
  readonly epoch: number
  readonly fromStripe: number
  readonly endStripe: number
}

/** A drive that is in use again, except for the stripes that it lacks. */
export interface RebuiltDrive {
  readonly drive: number
  readonly missing: readonly MissingStripes[]
}

type Standing = 'in-use' | 'suspected' | 'failed' | 'rebuilding'

/**
 * The drives of a group, addressed by member.
 *
 * A member whose drive does not answer is dropped, if the level can do without it. At first it is *suspected*: it gets no more
 * requests, and nothing that missed it counts as done. It has *failed* once the array state says so. From then on it may miss
 * writes, so neither controller uses its contents again unless it is *rebuilt*, which brings it back into use stripe by stripe.
 */
export class Members implements MemberIo {
  readonly count: number
  readonly #ports: readonly DrivePort[]
  readonly #firstBlocks: readonly number[]
  readonly #layout: GroupLayout
  readonly #chunkBlocks: number
  readonly #standing: Standing[]
  /** By member: the stripes that it lacks while it is being rebuilt. */
  readonly #missing: MissingStripes[][]
  /** By member: how often a rebuild of it has begun. Its drive may be another one each time. */
  readonly #returns: number[]
  readonly #suspect: ((drive: number) => void) | undefined
  #waiting: ((isSettled: boolean) => void)[] = []
  #isAbandoned = false

  /** `suspect` gets the failure recorded; `recordFailed` reports that. Without it, a failure counts at once: nobody else must know. */
  constructor(
    layout: GroupLayout,
    drives: readonly DrivePort[],
    options: { readonly failedDrives: readonly number[]; readonly suspect: ((drive: number) => void) | undefined },
  ) {
    const { sections, redundancy, chunkBlocks } = layout
    this.count = sections.length
    this.#ports = sections.map((section) =>
      present(
        drives.find((drive) => drive.index === section.drive),
        `drive ${section.drive}`,
      ),
    )
    this.#firstBlocks = sections.map((section) => section.firstBlock)
    this.#layout = layout
    this.#chunkBlocks = chunkBlocks
    this.#missing = sections.map(() => [])
    this.#returns = sections.map(() => 0)
    this.#standing = sections.map((section) => (redundancy > 0 && options.failedDrives.includes(section.drive) ? 'failed' : 'in-use'))
    this.#suspect = options.suspect
  }

  isOut(member: number, memberBlock: number, blockCount = 1): boolean {
    const standing = this.#standing[member]
    if (standing === 'in-use') return false
    return standing !== 'rebuilding' || this.#lacks(member, memberBlock, blockCount)
  }

  isGone(member: number): boolean {
    return this.#standing[member] === 'suspected' || this.#standing[member] === 'failed'
  }

  /** It is in use, and lacks nothing. */
  isWhole(member: number): boolean {
    return this.#standing[member] === 'in-use'
  }

  hasFailed(member: number): boolean {
    return this.#standing[member] === 'failed'
  }

  get isSettled(): boolean {
    return !this.#standing.includes('suspected')
  }

  /** A member that the level cannot do without is not dropped, because nothing else has its data. */
  noteFailure(member: number, status: DriveStatus): void {
    if (status !== 'failed' || this.isGone(member)) return
    const isOut = (other: number): boolean => other === member || this.#standing[other] !== 'in-use'
    if (this.#standing[member] === 'in-use' && !this.#layout.rule.survives(this.#layout, isOut)) return
    this.#standing[member] = this.#suspect === undefined ? 'failed' : 'suspected'
    this.#suspect?.(this.#ports[member]!.index)
  }

  /**
   * Takes from the array state which drives have failed and which of them are being rebuilt. Withdraws suspicions against members
   * that the level can no longer do without.
   */
  recordFailed(drives: readonly number[], rebuilt: readonly RebuiltDrive[]): void {
    this.#ports.forEach((port, member) => {
      const rebuild = rebuilt.find(({ drive }) => drive === port.index)
      if (rebuild !== undefined) this.#recordRebuild(member, rebuild)
      else if (drives.includes(port.index)) this.#standing[member] = 'failed'
      else if (this.#standing[member] === 'rebuilding') this.#standing[member] = 'in-use'
    })
    const lost = this.#standing.map((standing) => standing === 'failed' || standing === 'rebuilding')
    this.#standing.forEach((standing, member) => {
      if (standing !== 'suspected') return
      lost[member] = this.#layout.rule.survives(this.#layout, (other) => other === member || lost[other] === true)
      if (!lost[member]) this.#standing[member] = 'in-use'
    })
    if (this.isSettled) this.#release()
  }

  /** This stripe of the member is rebuilt. */
  noteRebuilt(member: number, stripe: number): void {
    const isNext = ({ fromStripe, endStripe }: MissingStripes): boolean => fromStripe === stripe && stripe < endStripe
    this.#missing[member] = this.#missing[member]!.map((part) => (isNext(part) ? { ...part, fromStripe: stripe + 1 } : part))
  }

  /** This controller has stopped, so suspicions will never be recorded. */
  abandon(): void {
    this.#isAbandoned = true
    this.#release()
  }

  /** Calls `run`, at once or later, when no member is suspected; with false if that will never be. */
  whenSettled(run: (isSettled: boolean) => void): void {
    if (this.isSettled || this.#isAbandoned) run(this.isSettled)
    else this.#waiting.push(run)
  }

  /** Drives of which at least a part is out. */
  outDrives(): number[] {
    return this.#ports.filter((_, member) => this.#standing[member] !== 'in-use').map((port) => port.index)
  }

  /** Names the drive as it is since it last came back. */
  nameOf(member: number): string {
    return `${this.#ports[member]!.index}, returned ${this.#returns[member]} times`
  }

  memberOfDrive(drive: number): number {
    return this.#ports.findIndex((port) => port.index === drive)
  }

  read(member: number, memberBlock: number, into: Uint8Array, cause: TraceId | undefined, done: (status: DriveStatus) => void): void {
    this.#ports[member]!.read({ firstBlock: this.#firstBlocks[member]! + memberBlock, into, cause }, done)
  }

  write(write: MemberWrite, claim: WriteClaim, cause: TraceId | undefined, done: (status: DriveStatus) => void): void {
    const firstBlock = this.#firstBlocks[write.member]! + write.memberBlock
    this.#ports[write.member]!.write({ firstBlock, from: write.from, claim, cause }, (status) => {
      this.noteFailure(write.member, status)
      done(status)
    })
  }

  /** `block` counts from the beginning of the drive: for what every drive has for itself, outside of its sections. */
  readDrive(member: number, block: number, into: Uint8Array, done: (status: DriveStatus) => void): void {
    this.#ports[member]!.read({ firstBlock: block, into }, (status) => {
      this.noteFailure(member, status)
      done(status)
    })
  }

  writeDrive(
    member: number,
    { block, bytes, claim }: { readonly block: number; readonly bytes: Uint8Array; readonly claim: WriteClaim },
    done: (status: DriveStatus) => void,
  ): void {
    this.#ports[member]!.write({ firstBlock: block, from: [bytes], claim }, (status) => {
      this.noteFailure(member, status)
      done(status)
    })
  }

  flush(member: number, cause: TraceId | undefined, done: (status: DriveStatus) => void): void {
    this.#ports[member]!.flush({ cause }, (status) => {
      this.noteFailure(member, status)
      done(status)
    })
  }

  refuse(member: number, cause: TraceId | undefined, done: () => void): void {
    this.#ports[member]!.flush({ cause }, () => done())
  }

  /** A member that stopped answering again stays suspected until that is recorded. */
  #recordRebuild(member: number, { missing }: RebuiltDrive): void {
    const before = this.#standing[member] === 'rebuilding' ? this.#missing[member]! : []
    this.#missing[member] = missing.map((part) => {
      const known = before.find(({ slot, epoch, endStripe }) => slot === part.slot && epoch === part.epoch && endStripe === part.endStripe)
      return known !== undefined && known.fromStripe > part.fromStripe ? { ...part, fromStripe: known.fromStripe } : part
    })
    if (this.#standing[member] === 'in-use' || this.#standing[member] === 'failed') this.#returns[member]!++
    if (this.#standing[member] !== 'suspected') this.#standing[member] = 'rebuilding'
  }

  #lacks(member: number, memberBlock: number, blockCount: number): boolean {
    const firstStripe = Math.floor(memberBlock / this.#chunkBlocks)
    const lastStripe = Math.floor((memberBlock + blockCount - 1) / this.#chunkBlocks)
    return this.#missing[member]!.some(({ fromStripe, endStripe }) => fromStripe <= lastStripe && firstStripe < endStripe)
  }

  #release(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const run of waiting) run(this.isSettled)
  }
}
