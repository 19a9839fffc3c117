import type { Prng } from '../../base/prng'
import { CONTROLLER_IDS } from '../../contract/controller-id'
import { KnownBlocks } from './known-blocks'
import type { BlockCheck } from '../checkers/block-check'
import type { Violations } from '../checkers/checker'
import { ScsiCheck } from '../checkers/scsi-check'
import type { World } from '../world'
import type { Ground, HostVolume } from './ground'
import { ScsiCommands, type ScsiPlan } from './scsi-commands'
import { ScsiPath, type Flight } from './scsi-path'
import { ScsiRound } from './scsi-round'
import type { ScsiAnswer } from './scsi-task'
import { TaskManager } from './task-manager'

const NAME = 'scsi host'
/** Of one burst, at most. */
const BURST_COMMANDS = 16
const SWEEP_MS = 10
/** Initiators do not wait for longer before they ask what became of a command. */
const PATIENCE_MS = 3000
/** Data is not held back for longer. */
const HOLD_MS = 15
/** A session that the target ends is over by then. */
const END_MS = 3000
const MANAGE_SHARE = 0.12
const EARLY_SHARE = 0.15
/** What happens in the pair, but not what hosts ask for. */
const EVENT_KINDS =
  /^(?:arbiter|owner|service|configuration|volume|controller|peer|takeover|giveback|midplane|portal\.opened|portal\.closed)/

/**
 * A host that speaks iSCSI and SCSI as no good host would need to: to both portals, with every command that reads, writes or
 * asks, and with task management that crosses both controllers. Nobody else writes its blocks of each volume, so it knows what
 * they may hold.
 */
export class ScsiHost {
  answered = 0
  readonly #world: World
  readonly #random: Prng
  readonly #ground: Ground
  readonly #blocks: BlockCheck
  readonly #known = new KnownBlocks()
  readonly #check: ScsiCheck
  readonly #commands: ScsiCommands
  readonly #paths: readonly ScsiPath[]
  readonly #manager: TaskManager
  readonly #depth: number
  #events = 0
  #owed = 0
  #isPumping = false
  #round: ScsiRound | undefined

  constructor(parts: {
    readonly world: World
    readonly ground: Ground
    readonly random: Prng
    readonly violations: Violations
    readonly blocks: BlockCheck
  }) {
    const { world, ground, random, violations, blocks } = parts
    this.#world = world
    this.#random = random
    this.#ground = ground
    this.#blocks = blocks
    this.#depth = random.pick([1, 4, 12])
    this.#check = new ScsiCheck({ violations, blocks, known: this.#known, host: NAME })
    this.#commands = new ScsiCommands({ random: random.fork(), blocks, known: this.#known, host: NAME })
    this.#paths = CONTROLLER_IDS.map((portal) => new ScsiPath({ world, portal, random: random.fork(), handler: this.#handler }))
    this.#manager = new TaskManager({
      nowMs: () => world.clock.nowMs(),
      random: random.fork(),
      paths: this.#paths,
      moment: () => blocks.moment(),
      luns: () => this.volumes.map(({ lun }) => lun),
      wrong: (sentence) => this.#check.wrong(sentence),
      over: (flight) => this.#over(flight),
      mustEnd: (path, what) => this.#mustEnd(path, what),
    })
    world.trace.onEvent(({ kind }) => {
      if (EVENT_KINDS.test(kind)) this.#events++
    })
    world.stateListeners.push(() => this.#events++)
  }

  /** Those that are there from the beginning, whose LUNs nobody changes. */
  get volumes(): readonly HostVolume[] {
    return this.#ground.volumes.filter(({ isCreated }) => !isCreated)
  }

  get isBusy(): boolean {
    const isWaiting = this.#paths.some(({ flights }) => flights.size > 0) || this.#manager.isBusy
    return this.#owed > 0 || isWaiting || this.#round?.isBusy === true
  }

  start(): void {
    for (const path of this.#paths) path.connect()
    this.#sweep()
  }

  burst(commands: number): void {
    if (this.volumes.length === 0) return
    this.#owed += Math.min(commands, BURST_COMMANDS)
    this.#pump()
  }

  /** Sends nothing new. */
  stop(): void {
    this.#owed = 0
  }

  /** Once everything is as it should be. */
  verify(): void {
    const send = (path: ScsiPath, plan: ScsiPlan, done: NonNullable<Flight['done']>): void => {
      this.#send(path, [{ plan, done }])
    }
    this.#round = new ScsiRound({ world: this.#world, commands: this.#commands, check: this.#check, paths: this.#paths, send })
    this.#round.start(this.volumes)
  }

  get #handler(): ConstructorParameters<typeof ScsiPath>[0]['handler'] {
    return {
      opened: (path) => {
        this.#manager.opened(path)
        this.#pump()
      },
      answered: (flight, answer) => this.#answered(flight, answer),
      managed: (path, tag, response) => {
        this.#world.trace.mixNumber(response)
        this.#manager.managed(path, tag, response)
        this.#pump()
      },
      lost: (path, flights) => {
        this.#manager.lost(path)
        // Whether they have written, or will, nobody knows.
        for (const { done } of flights) done?.(undefined)
      },
      wrong: (sentence) => this.#check.wrong(sentence),
    }
  }

  #pump(): void {
    if (this.#isPumping || this.#owed === 0) return
    this.#isPumping = true
    this.#world.clock.after(this.#random.fraction() * 0.3, () => {
      this.#isPumping = false
      const free = this.#paths.filter((path) => path.hasRoom && path.flights.size < this.#depth)
      if (free.length === 0 || this.#owed === 0) return
      this.#next(this.#random.pick(free))
      this.#pump()
    })
  }

  #next(path: ScsiPath): void {
    const random = this.#random
    const count = Math.min(this.#owed, random.chance(EARLY_SHARE) ? 2 + random.below(2) : 1)
    this.#owed -= count
    const plans = Array.from({ length: count }, () => {
      const volume = random.pick(this.volumes)
      return { plan: random.chance(0.03) ? this.#commands.longWrite(volume) : this.#commands.draw(volume) }
    })
    this.#send(path, plans, random.chance(0.7))
    if (!random.chance(MANAGE_SHARE)) return
    const { lun } = random.pick(this.volumes)
    // While the commands are on their way, or under way at the target.
    this.#world.clock.after(random.pick([0, 0.1, 0.3, 1]) * random.fraction(), () => this.#manager.draw(path, lun))
  }

  #send(path: ScsiPath, plans: readonly { readonly plan: ScsiPlan; readonly done?: Flight['done'] }[], isMixed = false): void {
    const at = { events: this.#events, moment: () => this.#blocks.moment() }
    for (const flight of path.send(plans, at, isMixed)) this.#manager.sent(flight)
  }

  #answered(flight: Flight, answer: ScsiAnswer): void {
    const { plan, path, startMoment, events } = flight
    const verdict = this.#check.judge({ plan, startMoment, events }, answer, { attentions: path.attentions, events: this.#events })
    this.answered++
    this.#world.trace.mixNumber(Math.floor(this.#world.clock.nowMs() * 1000) + answer.status)
    const { place, written } = plan
    if (place !== undefined && written !== undefined) {
      const range = { contentId: place.volume.contentId, firstBlock: place.firstBlock, blockCount: place.blockCount }
      if (verdict === 'done') {
        this.#known.writeEnds(place, written)
        this.#blocks.writeEnds(written.value, range)
      } else if (verdict === 'refused') {
        this.#known.writeIsRefused(place)
        this.#blocks.writeIsRefused(written.value, range)
      }
    }
    flight.done?.(answer)
    this.#pump()
  }

  #over({ plan, done }: Flight): void {
    const { place, written } = plan
    if (place !== undefined && written !== undefined) {
      this.#known.writeIsOver(place)
      // One that was refused for want of room may still be in a log, and comes with a replay (docs/data-safety).
      const isShort = this.#world.media.some(({ shortage }) => shortage !== undefined)
      if (!isShort) this.#blocks.writeIsOver(written.value, { contentId: place.volume.contentId, ...place })
    }
    done?.(undefined)
    this.#pump()
  }

  #mustEnd(path: ScsiPath, what: string): void {
    const { sessionsEnded } = path
    this.#world.clock.after(END_MS, () => {
      if (path.sessionsEnded === sessionsEnded) this.#check.wrong(`${what} was answered, and the session of portal ${path.portal} goes on`)
    })
  }

  /** Looks after commands whose data is held back, and those that take too long. */
  #sweep(): void {
    const nowMs = this.#world.clock.nowMs()
    for (const path of this.#paths) {
      for (const flight of [...path.flights.values()]) {
        const ageMs = nowMs - flight.sentAtMs
        if (ageMs >= PATIENCE_MS) this.#manager.abort(flight)
        else if (ageMs >= HOLD_MS && flight.task.isStuck && !flight.isAborting) {
          if (this.#random.chance(0.5)) this.#manager.abort(flight)
          else path.resume(flight)
        }
      }
    }
    this.#world.clock.after(SWEEP_MS, () => this.#sweep())
  }
}
