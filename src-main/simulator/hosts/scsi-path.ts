import type { Prng } from '../../base/prng'
import type { ControllerId } from '../../contract/controller-id'
import type { ParameterWishes } from '../../core/iscsi/codec/key-rules'
import { AttentionCheck } from '../checkers/attention-check'
import { TARGET_NAME, type World } from '../world'
import type { ScsiPlan } from './scsi-commands'
import { ScsiSession, type TaskManagementRequest } from './scsi-session'
import type { DataHabits, ScsiAnswer, ScsiTask } from './scsi-task'

const INITIATOR_NAME = 'iqn.2026-11.lab.takeover:scsi-host'
/** The lab's own host has 1. */
const ISID_QUALIFIER = 7
const RECONNECT_MS = 30

/** A command under way. */
export interface Flight {
  readonly plan: ScsiPlan
  readonly task: ScsiTask
  readonly path: ScsiPath
  readonly startMoment: number
  readonly sentAtMs: number
  /** How much had happened in the pair. */
  readonly events: number
  /** `over`: it has ended without an answer. */
  state: 'open' | 'answered' | 'over'
  isAborting: boolean
  /** Task management of other kinds, or of the other session, may have ended it without a word. */
  mayVanish: boolean
  readonly done: ((answer: ScsiAnswer | undefined) => void) | undefined
}

export interface PathHandler {
  opened(path: ScsiPath): void
  answered(flight: Flight, answer: ScsiAnswer): void
  managed(path: ScsiPath, tag: number, response: number): void
  /** All of these are lost. */
  lost(path: ScsiPath, flights: readonly Flight[]): void
  wrong(sentence: string): void
}

/** The way of a host to one portal: a session, and another one whenever that ends. */
export class ScsiPath {
  readonly portal: ControllerId
  readonly flights = new Map<number, Flight>()
  /** How many of its sessions have ended. */
  sessionsEnded = 0
  /** Of the nexus that there is now. */
  attentions = new AttentionCheck()
  /** A task of this session that was answered. */
  answered: { readonly tag: number; readonly cmdSn: number } | undefined
  readonly #world: World
  readonly #random: Prng
  readonly #handler: PathHandler
  #session: ScsiSession | undefined
  #segments: readonly number[] = [512]
  #isOver = false

  constructor(parts: { readonly world: World; readonly portal: ControllerId; readonly random: Prng; readonly handler: PathHandler }) {
    this.portal = parts.portal
    this.#world = parts.world
    this.#random = parts.random
    this.#handler = parts.handler
  }

  get isOpen(): boolean {
    return this.#session?.isOpen === true
  }

  get hasRoom(): boolean {
    return this.isOpen && this.#session?.hasRoom === true
  }

  connect(): void {
    const world = this.#world
    const random = this.#random
    const session = new ScsiSession(
      {
        clock: world.clock,
        network: world.network.network(),
        address: world.network.addressOf(this.portal),
        targetName: TARGET_NAME,
        initiatorName: INITIATOR_NAME,
        isidQualifier: ISID_QUALIFIER,
        wishes: drawWishes(random),
        maxRecvBytes: random.pick([512, 4096, 65_536]),
      },
      {
        loggedIn: () => {
          this.attentions = new AttentionCheck()
          this.answered = undefined
          this.#handler.opened(this)
        },
        answered: (tag, answer) => this.#answered(tag, answer),
        managed: (tag, response) => this.#handler.managed(this, tag, response),
        ended: () => this.#ended(),
        wrong: (sentence) => this.#handler.wrong(`${sentence} (portal ${this.portal})`),
      },
    )
    this.#segments = random.pick([[300, 512], [4096], [65_536]])
    this.#session = session
  }

  /** Sends commands that have their numbers in this order, in another one if it is drawn. */
  send(
    plans: readonly { readonly plan: ScsiPlan; readonly done?: Flight['done'] }[],
    at: { readonly events: number; moment(): number },
    isMixed = false,
  ): Flight[] {
    const session = this.#session
    if (session === undefined) return []
    const flights = plans.map(({ plan, done }) => {
      const flight: Flight = {
        plan,
        task: session.number(plan, this.#drawHabits()),
        path: this,
        startMoment: at.moment(),
        events: at.events,
        sentAtMs: this.#world.clock.nowMs(),
        state: 'open',
        isAborting: false,
        mayVanish: false,
        done,
      }
      this.flights.set(flight.task.tag, flight)
      return flight
    })
    for (const { task } of isMixed ? flights.toReversed() : flights) session.send(task)
    return flights
  }

  resume({ task }: Flight): void {
    this.#session?.resume(task)
  }

  manage(request: TaskManagementRequest): number | undefined {
    return this.#session?.manage(request)
  }

  /** A number whose command never comes. */
  skip(): { readonly tag: number; readonly cmdSn: number } | undefined {
    return this.#session?.skip()
  }

  /** The target has ended it without an answer. */
  forget(flight: Flight): void {
    flight.state = 'over'
    this.flights.delete(flight.task.tag)
    this.#session?.forget(flight.task.tag)
  }

  /** For good. */
  end(): void {
    this.#isOver = true
    this.#session?.end()
  }

  #answered(tag: number, answer: ScsiAnswer): void {
    const flight = this.flights.get(tag)
    if (flight === undefined) return
    this.flights.delete(tag)
    flight.state = 'answered'
    this.answered = { tag, cmdSn: flight.task.cmdSn }
    this.#handler.answered(flight, answer)
  }

  #ended(): void {
    this.sessionsEnded++
    const lost = [...this.flights.values()]
    this.flights.clear()
    this.#session = undefined
    this.#handler.lost(this, lost)
    if (!this.#isOver) this.#world.clock.after(RECONNECT_MS * (0.5 + this.#random.fraction()), () => this.#isOver || this.connect())
  }

  #drawHabits(): DataHabits {
    const random = this.#random
    return {
      segmentBytes: random.pick(this.#segments),
      sendsImmediate: random.chance(0.6),
      sendsUnsolicited: random.chance(0.6),
      holdsBack: random.chance(0.05),
    }
  }
}

function drawWishes(random: Prng): Partial<ParameterWishes> {
  const MaxBurstLength = random.pick([1024, 8192, 262_144])
  const digest = random.pick([['None'], ['CRC32C', 'None']] as const)
  return {
    HeaderDigest: digest,
    DataDigest: random.chance(0.5) ? digest : ['None'],
    InitialR2T: random.chance(0.5),
    ImmediateData: random.chance(0.6),
    MaxBurstLength,
    FirstBurstLength: Math.min(MaxBurstLength, random.pick([512, 2048, 65_536])),
    MaxOutstandingR2T: random.pick([1, 3]),
  }
}
