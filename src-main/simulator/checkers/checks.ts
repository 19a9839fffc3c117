import { CONTROLLER_IDS } from '../../contract/controller-id'
import type { ArrayState } from '../../contract/array-state'
import { placeOf } from '../../core/raid/geometry'
import type { MediaRow } from '../faults/media-targets'
import type { Ground, HostVolume } from '../hosts/ground'
import type { World } from '../world'
import { BlockCheck } from './block-check'
import { Violations } from './checker'
import { FenceCheck } from './fence-check'
import { LogCheck } from './log-check'
import { RedundancyCheck } from './redundancy-check'
import { ServiceCheck } from './service-check'
import { StateCheck } from './state-check'

const SAMPLE_MS = 25

/** All checks of a world: of the answers that its hosts and stations get, of what happens in it, and of its end. */
export class Checks {
  readonly violations: Violations
  /** The hosts report to it. */
  readonly blocks: BlockCheck
  /** The management stations report to it. */
  readonly services: ServiceCheck
  readonly #world: World
  readonly #redundancy: RedundancyCheck
  readonly #logs: LogCheck
  readonly #fences: FenceCheck
  readonly #states: StateCheck
  readonly #excusable = new Map<string, boolean>()
  /** Volumes whose held writes somebody has asked to discard, by the id of the request. */
  readonly #discards = new Map<string, number>()
  /** How often that was done. */
  discards = 0

  constructor(world: World) {
    this.#world = world
    const nowMs = (): number => world.clock.nowMs()
    const violations = new Violations(world.clock)
    this.violations = violations
    const states = new StateCheck(violations)
    this.#states = states
    this.blocks = new BlockCheck(violations, nowMs)
    this.services = new ServiceCheck(violations, states)
    this.#redundancy = new RedundancyCheck(violations, world.media)
    this.#logs = new LogCheck(violations)
    this.#fences = new FenceCheck({
      violations,
      timings: world.timings,
      nowMs,
      isHealthy: (id) => world.canBeHeard(id),
      isAlive: (id) => world.midplane.occupant(id)?.isAlive === true,
    })
    world.stateListeners.push(({ controller, number }, state) =>
      states.installed(`controller ${controller} (start ${number})`, state, `controller-${controller}`),
    )
    world.writers.onViolation((sentence, place) => violations.add('writers', sentence, place))
    world.heardListeners.push((listener) => this.#fences.heard(listener))
    world.trace.onEvent((event) => this.#fences.look(event))
  }

  /** To be called before all else: drives may lose what nobody flushed. */
  expectPowerLoss(): void {
    this.blocks.expectPowerLoss()
    this.#states.expectPowerLoss()
  }

  /** A block of a row was corrupted on its drive. */
  corrupted({ group, row, blocks }: MediaRow): void {
    this.#redundancy.taint(group, row)
    for (const { contentId, block } of blocks) this.blocks.taint(contentId, block)
  }

  /** A write of a sector in one row went to one in the other. */
  wentAstray(rows: readonly MediaRow[]): void {
    for (const { group, row, blocks } of rows) {
      this.#redundancy.distrust(group, row)
      for (const { contentId, block } of blocks) this.blocks.mayBeStale(contentId, block)
    }
  }

  /** Drives hold something older in these sectors. */
  powerLost(lost: readonly { readonly drive: number; readonly blocks: readonly number[] }[]): void {
    this.blocks.powerLost()
    this.#states.powerLost()
    this.#world.writers.powerLost()
    for (const group of this.#states.newest?.configuration.groups ?? []) {
      for (const { drive, firstBlock } of group.sections) {
        const blocks = lost.find((one) => one.drive === drive)?.blocks ?? []
        for (const block of blocks) this.#redundancy.distrust(group, block - firstBlock)
      }
    }
  }

  /** Somebody asks to discard the held writes of this volume. */
  mayDiscard(requestId: string, volumeId: number): void {
    this.#discards.set(requestId, volumeId)
  }

  /** By the first state that says so. Only after it does any controller serve the volume. */
  #noteDiscards(ground: Ground, { completedRequests, ownership }: ArrayState): void {
    if (this.#discards.size === 0) return
    for (const { id } of completedRequests) {
      const volumeId = this.#discards.get(id)
      if (volumeId === undefined) continue
      this.#discards.delete(id)
      this.discards++
      const contentId = ground.contentOfVolume(volumeId)
      if (contentId !== undefined) this.blocks.discarded(contentId)
      // Nobody has the log any more, so what a missing drive had is lost, too.
      const unverified = ownership.find((one) => one.volumeId === volumeId)?.unverified
      if (unverified !== undefined) this.#excusable.set(doubtOf(volumeId, unverified.since), true)
    }
  }

  /** A row has a sector that cannot be read, or may lose a drive besides. */
  losesPerhaps({ blocks }: MediaRow): void {
    for (const { contentId, block } of blocks) this.blocks.losesPerhaps(contentId, block)
  }

  /**
   * Nobody has the log of a volume, and its copies or parity are in doubt. So a block that its own drive cannot give is lost, if the
   * drive is out or the sector was made unreadable. No other block of the volume is excused. Nor is any if the volume was claimed
   * while a drive of its group was out already, and the claimant could know: then it had to wait for whoever has the log. It cannot
   * know of a drive that fails while the claim itself is being written.
   */
  excuseDoubts(ground: Ground): void {
    this.#world.stateListeners.push((_, state) => {
      this.#noteDiscards(ground, state)
      this.#noteDoubts(ground, state)
    })
    this.#world.trace.onEvent(({ kind, data }) => {
      if (kind !== 'volume.blocks-lost') return
      const { state } = ground
      const volume = ground.volumeOf(Number(data?.['volumeId']))
      const unverified = state.ownership.find(({ volumeId }) => volumeId === volume?.volumeId)?.unverified
      if (volume === undefined || unverified === undefined) return
      if (this.#excusable.get(doubtOf(volume.volumeId, unverified.since)) !== true) return
      const firstBlock = Number(data?.['firstBlock'])
      for (let block = firstBlock; block < firstBlock + Number(data?.['blockCount']); block++) {
        if (this.#mayLack(volume, block, state)) this.blocks.losesPerhaps(volume.contentId, block)
      }
    })
  }

  /** By the first state that says so: whether the group of the volume had all its drives then. */
  #noteDoubts(ground: Ground, { ownership, serviceOwner, failedMembers = [] }: ArrayState): void {
    for (const { volumeId, unverified } of ownership) {
      const volume = ground.volumeOf(volumeId)
      if (unverified === undefined || volume === undefined) continue
      const name = doubtOf(volumeId, unverified.since)
      if (this.#excusable.has(name)) continue
      const isOut = ({ drive }: { readonly drive: number }): boolean => this.#world.media[drive]?.isKnownOut(serviceOwner) === true
      const isWhole = !volume.group.sections.some(isOut) && !failedMembers.some(({ groupId }) => groupId === volume.group.id)
      this.#excusable.set(name, isWhole)
    }
  }

  #mayLack({ layout, groupBlock, group }: HostVolume, block: number, { failedMembers = [] }: ArrayState): boolean {
    const { rule } = layout
    const at = groupBlock + block
    const { drive, block: driveBlock } = placeOf(layout, rule.memberOf(layout, at), rule.memberBlockOf(layout, at))
    const medium = this.#world.media[drive]
    const isOut = medium?.isOut === true || failedMembers.some((member) => member.groupId === group.id && member.drive === drive)
    return isOut || medium?.spoilt.has(driveBlock) === true
  }

  /** Samples the world at intervals from now on. */
  watch(): void {
    this.#fences.sample()
    for (const id of CONTROLLER_IDS) {
      const nvram = this.#world.controller(id)?.nvram()
      if (nvram !== undefined) this.#logs.sample(id, nvram)
    }
    this.#world.clock.after(SAMPLE_MS, () => this.watch())
  }

  /** Once the world is quiet. */
  finish(): void {
    const [a, b] = CONTROLLER_IDS.map((id) => this.#world.controller(id)?.report())
    if (a?.nvram !== undefined) this.#logs.finish('a', a.nvram)
    if (b?.nvram !== undefined) this.#logs.finish('b', b.nvram)
    this.services.finish({ a: a?.array, b: b?.array })
    if (a?.array !== undefined) this.#redundancy.finish(a.array)
  }
}

function doubtOf(volumeId: number, since: number): string {
  return `${volumeId} since ${since}`
}
