import { present } from '../../base/assert'
import type { TraceId } from '../../contract/trace'
import type { DrivePort, DriveStatus, WriteClaim } from '../ports'
import type { GroupLayout } from './levels/level'
import type { MemberIo, MemberWrite } from './member-io'

/** A run of stripes that a drive lacks. What was rebuilt since the array state said so counts as long as the claim is the same. */
export interface MissingStripes {
  readonly slot: number
  /** Of the claim under which they are rebuilt. */
  readonly epoch: number
  readonly fromStripe: number
  readonly endStripe: number
}

/** A drive that is written again, and read again but for the stripes that it lacks. */
export interface RebuiltDrive {
  readonly drive: number
  readonly missing: readonly MissingStripes[]
}

type Standing = 'in-use' | 'suspected' | 'failed' | 'rebuilding'

/**
 * The drives of a group, addressed by member.
 *
 * A member whose drive does not answer is given up as long as the level can do without it. At first it is *suspected*:
 * nothing is asked of it any more, and nothing that missed it counts as done. It has *failed* when the array state says so.
 * From then on it may miss writes, so what it has is not used again, by either controller, unless it is *rebuilt*: then it is
 * in use again stripe by stripe.
 */
export class Members implements MemberIo {
  readonly count: number
  readonly #ports: readonly DrivePort[]
  readonly #firstBlocks: readonly number[]
  readonly #layout: GroupLayout
  readonly #chunkBlocks: number
  readonly #standing: Standing[]
  /** By member: what those lack that are being rebuilt. */
  readonly #missing: MissingStripes[][]
  readonly #suspect: ((drive: number) => void) | undefined
  #waiting: ((isSettled: boolean) => void)[] = []
  #isAbandoned = false

  /** `suspect` has the failure put on record and tells by `recordFailed`. Without it there is nobody else who has to know. */
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
    this.#standing = sections.map((section) => (redundancy > 0 && options.failedDrives.includes(section.drive) ? 'failed' : 'in-use'))
    this.#suspect = options.suspect
  }

  /** Nothing is read from it there, nor written but by a rebuild: it may have missed a write, or is about to. */
  isOut(member: number, memberBlock: number, blockCount = 1): boolean {
    const standing = this.#standing[member]
    if (standing === 'in-use') return false
    return standing !== 'rebuilding' || this.#lacks(member, memberBlock, blockCount)
  }

  /** All of it is out. */
  isGone(member: number): boolean {
    return this.#standing[member] === 'suspected' || this.#standing[member] === 'failed'
  }

  hasFailed(member: number): boolean {
    return this.#standing[member] === 'failed'
  }

  get isSettled(): boolean {
    return !this.#standing.includes('suspected')
  }

  /** One more than the level can do without is not given up: what it still has is all there is. */
  noteFailure(member: number, status: DriveStatus): void {
    if (status !== 'failed' || this.isGone(member)) return
    const isOut = (other: number): boolean => other === member || this.#standing[other] !== 'in-use'
    if (this.#standing[member] === 'in-use' && !this.#layout.rule.survives(this.#layout, isOut)) return
    this.#standing[member] = this.#suspect === undefined ? 'failed' : 'suspected'
    this.#suspect?.(this.#ports[member]!.index)
  }

  /**
   * Of the drives that the array state says have failed, and those of them that are being rebuilt. A suspicion that would be
   * one too many with them is taken back.
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

  /** This stripe of it has what it should have. */
  noteRebuilt(member: number, stripe: number): void {
    const isNext = ({ fromStripe, endStripe }: MissingStripes): boolean => fromStripe === stripe && stripe < endStripe
    this.#missing[member] = this.#missing[member]!.map((part) => (isNext(part) ? { ...part, fromStripe: stripe + 1 } : part))
  }

  /** What is suspected will not be on record any more: this controller has stopped. */
  abandon(): void {
    this.#isAbandoned = true
    this.#release()
  }

  /** Calls `run`, at once or later, when nothing is suspected any more, or with false when that will not be. */
  whenSettled(run: (isSettled: boolean) => void): void {
    if (this.isSettled || this.#isAbandoned) run(this.isSettled)
    else this.#waiting.push(run)
  }

  /** Of which at least something is out. */
  outDrives(): number[] {
    return this.#ports.filter((_, member) => this.#standing[member] !== 'in-use').map((port) => port.index)
  }

  memberOfDrive(drive: number): number {
    return this.#ports.findIndex((port) => port.index === drive)
  }

  /** For the caller to note a failure: the hot path has no closure of its own here. */
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

  flush(member: number, cause: TraceId | undefined, done: (status: DriveStatus) => void): void {
    this.#ports[member]!.flush({ cause }, (status) => {
      this.noteFailure(member, status)
      done(status)
    })
  }

  /** For a request that needs a member which is out: the drive is asked so that the answer comes as a completion. */
  refuse(member: number, cause: TraceId | undefined, done: () => void): void {
    this.#ports[member]!.flush({ cause }, () => done())
  }

  /** One that did not answer since stays out: that has yet to be put on record. */
  #recordRebuild(member: number, { missing }: RebuiltDrive): void {
    const before = this.#standing[member] === 'rebuilding' ? this.#missing[member]! : []
    this.#missing[member] = missing.map((part) => {
      const known = before.find(({ slot, epoch, endStripe }) => slot === part.slot && epoch === part.epoch && endStripe === part.endStripe)
      return known !== undefined && known.fromStripe > part.fromStripe ? { ...part, fromStripe: known.fromStripe } : part
    })
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
