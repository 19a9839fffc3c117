import type { Prng } from '../../base/prng'
import { CONTROLLER_IDS, type ControllerId } from '../../contract/controller-id'
import type { Checks } from '../checkers/checks'
import type { Fault, FaultHits } from '../faults/fault'
import { MAX_APART_MS } from '../faults/faults'
import type { MediaTargets } from '../faults/media-targets'
import type { World } from '../world'
import type { ForkedFault, LeftOut } from './forks'

/** A request that arrived is served by then, or never. */
const SERVED_WITHIN_MS = 10_000

export interface StrikesParts {
  readonly world: World
  readonly media: MediaTargets
  readonly checks: Checks
  /** Draws what the world corrupts. */
  readonly random: Prng
  /** Faults have stopped. */
  readonly isOver: () => boolean
  /** What a fork of the run makes of the fault that is about to strike. Undefined: nothing. */
  readonly forked: (planned: Fault) => LeftOut | undefined
  /** Called for each strike; returns what is told of its hits. */
  readonly struck: (fault: Fault) => FaultHits
  /** Called after each strike with the count of what it drew of `random`. */
  readonly drew: (draws: number) => void
}

/** Lets faults strike: gives each what it may hit, and tells the checks what is no longer to be expected. */
export class Strikes {
  readonly #parts: StrikesParts

  constructor(parts: StrikesParts) {
    this.#parts = parts
  }

  /** `isAimed`: at what is alive. */
  strike(fault: Fault, random: Prng, isAimed = false): void {
    const forked = this.#parts.forked(fault)
    const controller = (): ControllerId => (isAimed ? this.drawAlive(random) : random.pick(CONTROLLER_IDS))
    if (forked === undefined) this.#strike(fault, random, controller)
    else {
      for (let draw = 0; draw < forked.draws; draw++) this.#parts.random.u32()
      if (forked.instead !== undefined) this.strikeForked(forked.instead)
    }
  }

  strikeForked({ fault, random, controller }: ForkedFault): void {
    this.#strike(fault, random, () => controller ?? this.drawAlive(random))
  }

  #strike(fault: Fault, random: Prng, controller: () => ControllerId): void {
    const { world, media, isOver, struck } = this.#parts
    const before = this.#parts.random.position
    const hit = struck(fault)
    world.trace.mix(fault.name)
    fault.strike({
      world,
      random,
      hit,
      controller,
      mediaTarget: (withinMs) => media.next(withinMs),
      mediaRow: (withinMs) => media.nextRowOfVictims(withinMs),
      sickDrives: media.sickDrives,
      corrupt: () => this.#corrupt(),
      loseBeside: () => this.#loseBeside(),
      misdirect: (went) => this.#misdirect(went),
      losePower: () => this.#losePower(random),
      isOver,
    })
    this.#parts.drew(this.#parts.random.position - before)
  }

  drawAlive(random: Prng): ControllerId {
    const alive = CONTROLLER_IDS.filter((id) => this.#parts.world.controller(id) !== undefined)
    return random.pick(alive.length === 0 ? CONTROLLER_IDS : alive)
  }

  /** A drive that its groups can do without until a request has been served. */
  drawSparable(): number | undefined {
    return this.#parts.media.next(SERVED_WITHIN_MS)?.drive
  }

  #corrupt(): number | undefined {
    const { world, media, checks, random } = this.#parts
    const row = media.nextRow()
    if (row === undefined) return undefined
    world.media[row.drive]?.corrupt(row.block, random)
    checks.corrupted(row)
    return row.drive
  }

  #loseBeside(): ReturnType<MediaTargets['nextBeside']> {
    const { world, media, checks } = this.#parts
    const row = media.nextBeside(MAX_APART_MS)
    if (row === undefined) return undefined
    world.media[row.drive]?.spoil(row.block)
    checks.losesPerhaps(row)
    return row
  }

  #losePower(random: Prng): void {
    const { world, checks } = this.#parts
    checks.powerLost(world.media.map((medium) => ({ drive: medium.index, blocks: medium.losePower(random) })))
  }

  #misdirect(went: (drive: number) => void): void {
    const { world, media, checks, isOver } = this.#parts
    const rows = media.nextTwoRows()
    if (rows === undefined) return
    const [{ drive, block: from }, { block: to }] = rows
    world.media[drive]?.misdirect(from, to, () => {
      if (isOver()) return false
      checks.wentAstray(rows.map((row) => media.asUsedNow(row)))
      went(drive)
      return true
    })
  }
}
