import { concatBytes } from '../../src-main/base/bytes'
import { BLOCK_BYTES } from '../../src-main/base/units'
import type { ArrayState } from '../../src-main/contract/array-state'
import type { RaidGroup, RaidLevel } from '../../src-main/contract/configuration'
import type { PeerWords } from '../../src-main/contract/interconnect'
import { VolumeIo } from '../../src-main/core/mapping/volume-io'
import { VolumeMap } from '../../src-main/core/mapping/volume-map'
import type { CacheOutcome, VolumePlace } from '../../src-main/core/nvram/log/live-record'
import type { RecoveryOutcome } from '../../src-main/core/nvram/replay/cache-recovery'
import { WriteCache } from '../../src-main/core/nvram/write-cache'
import type { TurnPort } from '../../src-main/core/ports'
import { createGroupIo, type GroupIo } from '../../src-main/core/raid/group-io'
import type { VerificationReport } from '../../src-main/core/raid/scrub'
import { DriveMedium } from '../../src-main/simulator/drive-medium'
import { firstState } from '../../src-main/simulator/first-state'
import { CompletionQueue, memoryDrives, type MemoryDrive } from './memory-drive'
import { MemoryNvram } from './memory-nvram'
import { RecordedTrace, VirtualClock } from './virtual-world'

export const VOLUME = 0
const EPOCH = 3

/** What the bench's state says: one volume, of controller A in epoch 3. */
export function stateOf(change: Partial<ArrayState> = {}): ArrayState {
  const first = firstState(Array.from({ length: 6 }, (_, index) => new DriveMedium(index, 65_536)))
  return { ...first, mirrorEpoch: 2, ownership: [{ volumeId: VOLUME, owner: 'a', epoch: EPOCH }], ...change }
}

/** One controller's cache over a group in memory. Its drives complete what the test lets them. Lives come and go; NVRAM and drives stay. */
export class CacheBench {
  readonly clock = new VirtualClock()
  /** Of all lives. */
  readonly trace = new RecordedTrace()
  readonly nvram: MemoryNvram
  completions = new CompletionQueue()
  readonly #group: RaidGroup
  drives: readonly MemoryDrive[]
  group: GroupIo
  cache: WriteCache
  mayKeep = true
  /** The array state says that this NVRAM may have the newest data, or the mirror has it. */
  isHeld = true
  /** How often the cache asked for what it must hold to be looked at. */
  holdReviews = 0
  /** To the peer, of all lives. */
  readonly sent: PeerWords[] = []
  lost = 0
  /** What was said about room on the drives. */
  readonly room: ('short' | 'again')[] = []
  /** As the array state says. */
  failedDrives: readonly number[] = []
  state = stateOf()
  readonly #lostDrives = new Set<number>()
  readonly #turn: TurnPort
  readonly #volumeBlocks: number

  /** Unless `turn` says something else, each call is a turn of its own. Unless `volumeBlocks` does, the volume has all of its group. */
  constructor(
    options: { readonly level?: RaidLevel; readonly nvramBytes?: number; readonly turn?: TurnPort; readonly volumeBlocks?: number } = {},
  ) {
    const { level = 'raid5', nvramBytes = 1_048_576, turn = { atEnd: (run) => run(), next: (run) => run() } } = options
    this.#turn = turn
    this.nvram = new MemoryNvram(nvramBytes)
    const sections = Array.from({ length: 4 }, (_, drive) => ({ drive, firstBlock: 0, blockCount: 128 }))
    this.#group = { id: 1, name: 'group', level, chunkBlocks: 8, sections }
    this.drives = memoryDrives({ count: 4, blockCount: 128, completions: this.completions })
    this.group = createGroupIo({ group: this.#group, drives: this.drives })
    this.cache = this.#newCache()
    this.#volumeBlocks = options.volumeBlocks ?? this.group.layout.usableBlocks
    if (options.volumeBlocks !== undefined) this.state = stateOf({ configuration: this.#configuration() })
  }

  get place(): VolumePlace {
    return {
      io: new VolumeIo(new VolumeMap([{ group: this.group, groupBlock: 0, blockCount: this.#volumeBlocks }])),
      claim: { slot: VOLUME, epoch: EPOCH },
    }
  }

  /** The claim stands: replays what the slot has, and serves. */
  recover(state = this.state): RecoveryOutcome {
    let outcome: RecoveryOutcome | undefined
    this.state = state
    this.cache.recover(state, (given) => (outcome = given))
    this.completions.runAll()
    if (outcome === undefined) throw new Error('the recovery did not end')
    return outcome
  }

  /** The controller dies with all it had under way; a new one comes into its place. */
  crash(): void {
    this.completions.drop()
    const media = this.drives.map(({ bytes }) => bytes)
    this.completions = new CompletionQueue()
    this.drives = memoryDrives({ count: 4, blockCount: 128, completions: this.completions })
    this.drives.forEach((drive, index) => {
      drive.bytes.set(media[index] ?? [])
      drive.failed = this.#lostDrives.has(index)
    })
    this.group = createGroupIo({ group: this.#group, drives: this.drives, failedDrives: this.failedDrives })
    this.nvram.revive()
    this.cache = this.#newCache()
  }

  /** It is on record, and answers with garbage from now on. */
  failDrive(index: number): void {
    this.failedDrives = [...this.failedDrives, index]
    this.group.recordFailed(this.failedDrives)
    this.drives[index]?.bytes.fill(0xee)
  }

  /** From now on it does not answer, and nobody knows it yet. */
  loseDrive(index: number): void {
    this.#lostDrives.add(index)
    const drive = this.drives[index]
    if (drive !== undefined) drive.failed = true
  }

  /** All drives answer again, from the next crash on. */
  returnDrives(): void {
    this.#lostDrives.clear()
  }

  write(
    firstBlock: number,
    mark: number,
    options: { readonly blockCount?: number; readonly forceUnitAccess?: boolean } = {},
  ): { outcome: CacheOutcome<undefined> | undefined } {
    const { blockCount = 1, forceUnitAccess = false } = options
    const told: { outcome: CacheOutcome<undefined> | undefined } = { outcome: undefined }
    const data = [new Uint8Array(blockCount * BLOCK_BYTES).fill(mark)]
    this.cache.write(
      { volumeId: VOLUME, volumeEpoch: EPOCH, firstBlock, blockCount, data, forceUnitAccess, trace: undefined },
      (outcome) => (told.outcome = outcome),
    )
    return told
  }

  /** The first byte of each block. */
  read(firstBlock: number, blockCount = 1): number[] | string {
    const { found } = this.beginRead(firstBlock, blockCount)
    if (found === undefined) throw new Error('the read did not complete')
    return found
  }

  /** A read that may have to wait. */
  beginRead(firstBlock: number, blockCount = 1): { found: number[] | string | undefined } {
    const told = this.startRead(firstBlock, blockCount)
    this.completions.runAll()
    return told
  }

  /** A read that waits for the drives. */
  startRead(firstBlock: number, blockCount: number): { found: number[] | string | undefined } {
    const told: { found: number[] | string | undefined } = { found: undefined }
    this.cache.read({ volumeId: VOLUME, firstBlock, blockCount, place: this.place, trace: undefined }, (outcome) => {
      const bytes = concatBytes(outcome.ok ? outcome.value : [])
      told.found = outcome.ok ? Array.from({ length: blockCount }, (_, block) => bytes[block * BLOCK_BYTES] ?? -1) : outcome.fault
    })
    return told
  }

  /** Lets time and drives do what they have to, until nothing is dirty. */
  settle(): void {
    for (let i = 0; i < 1000 && this.cache.report().records > 0; i++) {
      this.clock.run(10)
      this.completions.runAll()
    }
  }

  verify(): VerificationReport {
    let report: VerificationReport | undefined
    this.group.verify({ firstStripe: 0, stripeCount: this.group.layout.stripeCount }, (found) => (report = found))
    this.completions.runAll()
    if (report === undefined) throw new Error('the verification did not end')
    return report
  }

  /** The bench's volume, where it is. */
  #configuration(): ArrayState['configuration'] {
    const { configuration } = this.state
    const place = { groupId: this.#group.id, firstBlock: 0, blockCount: this.#volumeBlocks }
    const volumes = configuration.volumes.filter(({ id }) => id === VOLUME).map((volume) => ({ ...volume, ...place }))
    return { ...configuration, groups: [this.#group], volumes }
  }

  #newCache(): WriteCache {
    const { clock, completions } = this
    return new WriteCache({
      self: 'a',
      // The timers of a life end with it.
      clock: { nowMs: () => clock.nowMs(), after: (delayMs, run) => clock.after(delayMs, () => completions === this.completions && run()) },
      turn: this.#turn,
      trace: this.trace,
      nvram: this.nvram,
      ports: {
        place: (volumeId) => (volumeId === VOLUME ? this.place : undefined),
        ownershipLost: () => this.lost++,
        mayKeepUnmirrored: () => this.mayKeep,
        roomChanged: (_volumeId, isShort) => this.room.push(isShort ? 'short' : 'again'),
        isHeld: () => this.isHeld,
        holdsChanged: () => this.holdReviews++,
        send: (words) => this.sent.push(words),
      },
    })
  }
}
