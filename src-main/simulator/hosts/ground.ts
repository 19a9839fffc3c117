import type { Prng } from '../../base/prng'
import type { ArrayState } from '../../contract/array-state'
import type { RaidGroup, Volume } from '../../contract/configuration'
import { layoutOf, type GroupLayout } from '../../core/raid/geometry'

/** A volume with a LUN, as hosts know it. */
export interface HostVolume {
  readonly lun: number
  readonly volumeId: number
  /** Names its content for checkers. A later volume of the same number has another one. */
  readonly contentId: number
  readonly group: RaidGroup
  readonly layout: GroupLayout
  /** In its group. */
  readonly groupBlock: number
  readonly blockCount: number
  /** The blocks before this one belong to the lab's own host, and to one that speaks SCSI. */
  readonly firstBlock: number
  /** Its blocks were another volume's before, so what they hold until they are written is unknown. */
  readonly isCreated: boolean
}

/** Blocks of a volume that hosts fight for. */
export interface HotSpot {
  readonly volume: HostVolume
  /** Of the volume. */
  readonly firstBlock: number
  readonly blockCount: number
}

const SPOT_BLOCKS = 6
const MAX_SPOTS = 5
/** From here on, created volumes have their content ids. They are few enough for the values of blocks. */
const FIRST_CREATED = 64
const MAX_CREATED = 192
/** The region of the lab's own host on each volume. */
export const LEDGER_BLOCKS = 128
/** The region of the host that speaks SCSI, behind that of the lab's own host if both are there. */
export const SCSI_BLOCKS = 64

/** Where hosts work: on which volumes, and where in them most of the time. */
export class Ground {
  readonly #random: Prng
  readonly #spotCount: number
  readonly #reservedBlocks: number
  readonly #usesPlainGroups: boolean
  readonly #contentIds = new Map<string, number>()
  readonly #first: ReadonlySet<string>
  readonly #luns: readonly number[] | undefined
  #state: ArrayState
  #volumes: readonly HostVolume[] = []
  /** By content, also those that have no LUN now. */
  readonly #known = new Map<number, HostVolume>()
  #spots: readonly HotSpot[] = []

  /** In some worlds hosts fight for many spots, in others for one. */
  constructor(parts: {
    readonly state: ArrayState
    readonly random: Prng
    readonly hasLedgerHost: boolean
    readonly hasScsiHost?: boolean
    /** Hosts use only these; all if left out. */
    readonly luns?: readonly number[] | undefined
  }) {
    const { state, random, hasLedgerHost } = parts
    this.#luns = parts.luns
    const { volumes, luns } = state.configuration
    this.#random = random
    this.#spotCount = random.pick([1, 2, MAX_SPOTS])
    this.#reservedBlocks = (hasLedgerHost ? LEDGER_BLOCKS : 0) + (parts.hasScsiHost === true ? SCSI_BLOCKS : 0)
    this.#first = new Set(volumes.map(({ serial }) => serial))
    for (const { serial, id } of volumes) this.#contentIds.set(serial, id)
    this.#usesPlainGroups = luns.length > 2
    this.#state = state
    this.#look()
  }

  /** The newest state that a controller has installed. */
  get state(): ArrayState {
    return this.#state
  }

  get volumes(): readonly HostVolume[] {
    return this.#volumes
  }

  get spots(): readonly HotSpot[] {
    return this.#spots
  }

  /** By the newest state. Undefined: hosts have not used the volume, and do not. */
  contentOfVolume(volumeId: number): number | undefined {
    const volume = this.#state.configuration.volumes.find(({ id }) => id === volumeId)
    return volume === undefined ? undefined : this.#contentIds.get(volume.serial)
  }

  /** By the newest state, and also while it has no LUN. Undefined: hosts have not used the volume. */
  volumeOf(volumeId: number): HostVolume | undefined {
    const contentId = this.contentOfVolume(volumeId)
    return contentId === undefined ? undefined : this.#known.get(contentId)
  }

  /** Hosts turn to other blocks. */
  move(): void {
    this.#spots = this.#volumes.flatMap((volume) => this.#draw(volume))
  }

  /** A controller has installed this state. Returns volumes that hosts can use now and could not before. */
  installed(state: ArrayState): readonly HostVolume[] {
    if (state.generation <= this.#state.generation) return []
    const { luns } = this.#state.configuration
    this.#state = state
    return state.configuration.luns === luns ? [] : this.#look()
  }

  /** Under this LUN, by the newest state. */
  isMapped({ lun, contentId }: HostVolume): boolean {
    return this.#volumes.some((volume) => volume.lun === lun && volume.contentId === contentId)
  }

  #look(): readonly HostVolume[] {
    const { luns, volumes, groups } = this.#state.configuration
    const before = this.#volumes
    this.#volumes = luns.flatMap(({ lun, volumeId }) => {
      const volume = volumes.find(({ id }) => id === volumeId)
      const group = groups.find(({ id }) => id === volume?.groupId)
      if (volume === undefined || group === undefined || this.#luns?.includes(lun) === false) return []
      return before.find((known) => known.lun === lun && known.contentId === this.#contentOf(volume)) ?? this.#used(lun, volume, group)
    })
    for (const volume of this.#volumes) this.#known.set(volume.contentId, volume)
    const kept = this.#spots.filter(({ volume }) => this.#volumes.includes(volume))
    const added = this.#volumes.filter((volume) => !before.includes(volume))
    this.#spots = [...kept, ...added.flatMap((volume) => this.#draw(volume))]
    return added
  }

  #used(lun: number, volume: Volume, group: RaidGroup): readonly HostVolume[] {
    const layout = layoutOf(group)
    const isCreated = !this.#first.has(volume.serial)
    // Where nobody uses a group without redundancy, its drives may fail.
    if (isCreated && layout.redundancy === 0 && !this.#usesPlainGroups) return []
    const { id, firstBlock: groupBlock, blockCount } = volume
    const contentId = this.#contentOf(volume)
    const firstBlock = isCreated ? 0 : this.#reservedBlocks
    return [{ lun, volumeId: id, contentId, group, layout, groupBlock, blockCount, firstBlock, isCreated }]
  }

  #contentOf({ serial }: Volume): number {
    const known = this.#contentIds.get(serial) ?? FIRST_CREATED + ((this.#contentIds.size - this.#first.size) % MAX_CREATED)
    this.#contentIds.set(serial, known)
    return known
  }

  /**
   * Places where trouble is likely: on both sides of the end of a chunk and of a stripe, at the same position in different chunks of
   * one stripe, which share one parity block, and at the end of the volume.
   */
  #draw(volume: HostVolume): HotSpot[] {
    const random = this.#random
    const { chunkBlocks, stripeBlocks, dataWidth } = volume.layout
    const stripe = (1 + random.below(4)) * stripeBlocks
    const row = random.below(chunkBlocks - SPOT_BLOCKS)
    const starts = [stripe + stripeBlocks - SPOT_BLOCKS / 2, stripe + chunkBlocks - SPOT_BLOCKS / 2, volume.blockCount - SPOT_BLOCKS]
    while (starts.length < MAX_SPOTS) starts.push(stripe + random.below(dataWidth) * chunkBlocks + row + random.below(3))
    const first = random.below(starts.length)
    return Array.from({ length: this.#spotCount }, (_, index) => {
      const start = Math.min(starts[(first + index) % starts.length] ?? 0, volume.blockCount - SPOT_BLOCKS)
      const firstBlock = Math.max(volume.firstBlock, start)
      return { volume, firstBlock, blockCount: Math.min(SPOT_BLOCKS, volume.blockCount - firstBlock) }
    })
  }
}
