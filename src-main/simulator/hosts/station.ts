import type { Prng } from '../../base/prng'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../contract/controller-id'
import type { ServiceAnswer, ServiceErrorCode } from '../../contract/service-request'
import { findRequest } from '../../core/management/requests'
import type { ServiceCheck } from '../checkers/service-check'
import type { World } from '../world'
import { deletion, drawRequest, type OwnVolume, type StationRequest } from './station-requests'

/** The shortest wait for an answer before the request is sent again. The pair may still be serving it. */
const ANSWER_TIMEOUT_MS = 2000
const RETRY_MS = 30

/** Answers after which the same request, with the same id, may do better. */
const RETRIED: readonly ServiceErrorCode[] = ['busy', 'not-primary', 'unavailable', 'conflict', 'not-possible-now']
/** `not-possible-now` may last for long, so a station gives up after this many tries. */
const MAX_TRIES = 12

export interface StationHabits {
  readonly thinkMs: number
  /** How often a request is sent to both controllers at once. */
  readonly twiceShare: number
  /** The most requests of a station: so few that the pair remembers every completed one. */
  readonly maxRequests: number
  /** A volume is deleted as soon as it is unmapped, when writes of it may still be on their way. */
  readonly deletesAtOnce: boolean
  /** Names of all groups. */
  readonly groups: readonly string[]
}

/** A management station: sends service requests to both controllers, and the same one again until it is answered. */
export class Station {
  readonly name: string
  answered = 0
  readonly #world: World
  readonly #random: Prng
  readonly #habits: StationHabits
  readonly #check: ServiceCheck
  /** Without one that is being asked about, or whose fate is unknown. */
  #volumes: readonly OwnVolume[] = []
  readonly #newLun: () => number | undefined
  /** The id of its last request that is an operation. */
  #operation: string | undefined
  #sent = 0
  #isRunning = false
  #isBusy = false

  constructor(parts: {
    readonly name: string
    readonly world: World
    readonly random: Prng
    readonly habits: StationHabits
    readonly check: ServiceCheck
    /** A LUN that no volume of this world ever had. */
    readonly newLun: () => number | undefined
  }) {
    this.name = parts.name
    this.#world = parts.world
    this.#random = parts.random
    this.#habits = parts.habits
    this.#check = parts.check
    this.#newLun = parts.newLun
  }

  get isBusy(): boolean {
    return this.#isBusy
  }

  start(): void {
    this.#isRunning = true
    this.#think()
  }

  /** Asks for nothing new. */
  stop(): void {
    this.#isRunning = false
  }

  #think(): void {
    this.#world.clock.after(this.#random.fraction() * 2 * this.#habits.thinkMs, () => {
      if (!this.#mayAsk()) return
      const number = ++this.#sent
      const { groups } = this.#habits
      const driveCount = this.#world.media.length
      const known = { groups, driveCount, volumes: this.#volumes, newLun: this.#newLun, operation: this.#operation }
      this.#begin(drawRequest({ station: this.name, number, random: this.#random, ...known }))
    })
  }

  #mayAsk(): boolean {
    return this.#isRunning && this.#sent < this.#habits.maxRequests
  }

  #begin(request: StationRequest): void {
    this.#isBusy = true
    this.#volumes = this.#volumes.filter((volume) => volume !== request.volume)
    this.#ask(request)
  }

  #ask(request: StationRequest): void {
    const portal = this.#random.pick(CONTROLLER_IDS)
    this.#send(request, portal, 1)
    if (this.#random.chance(this.#habits.twiceShare)) this.#sendOnce(request, peerOf(portal))
  }

  /** Sends the same request to the other controller too. Its answer is only checked. */
  #sendOnce(request: StationRequest, portal: ControllerId): void {
    const { id, name, params } = request
    const look = this.#check.lookBegins()
    this.#world.request(portal, { id, name, params }, (answer) => this.#check.answered(request, look, answer))
  }

  #send(request: StationRequest, portal: ControllerId, attempt: number): void {
    const { clock } = this.#world
    const { id, name, params } = request
    const look = this.#check.lookBegins()
    let isOver = false
    const again = (afterMs: number): void => {
      if (isOver) return
      isOver = true
      const next = this.#random.chance(0.7) ? peerOf(portal) : portal
      clock.after(afterMs, () => this.#send(request, next, attempt + 1))
    }
    if (this.#world.serverOf(portal) === undefined) {
      // Refused connections do not count as tries, because sooner or later a controller listens.
      clock.after(RETRY_MS, () => this.#send(request, peerOf(portal), attempt))
      return
    }
    this.#world.request(portal, { id, name, params }, (answer) => {
      this.#check.answered(request, look, answer)
      if (isOver) return
      const error = 'error' in answer ? answer.error.code : undefined
      if (error !== undefined && RETRIED.includes(error) && (error !== 'not-possible-now' || attempt < MAX_TRIES)) again(RETRY_MS)
      else {
        isOver = true
        this.#finish(request, answer)
      }
    })
    clock.after(ANSWER_TIMEOUT_MS * (1 + this.#random.fraction()), () => again(0))
  }

  #finish(request: StationRequest, answer: ServiceAnswer): void {
    this.answered++
    this.#world.trace.mix(`${request.id} ${'error' in answer ? answer.error.code : 'good'}`)
    if (!('error' in answer)) {
      this.#volumes = [...this.#volumes, ...volumeAfter(request)]
      if (findRequest(request.name)?.kind === 'management') this.#operation = request.id
    }
    this.#isBusy = false
    const unmapped = request.name === 'unmap-lun' && !('error' in answer) ? this.#volumes.at(-1) : undefined
    if (unmapped !== undefined && this.#habits.deletesAtOnce && this.#mayAsk())
      this.#begin(deletion({ station: this.name, number: ++this.#sent }, unmapped))
    else this.#think()
  }
}

/** The volume that there is after a request about one. */
function volumeAfter({ name, params, volume }: StationRequest): readonly OwnVolume[] {
  if (name === 'create-volume') return [{ name: String(params['name']), lun: undefined }]
  if (volume === undefined || name === 'delete-volume') return []
  if (name === 'rename-volume') return [{ ...volume, name: String(params['name']) }]
  return [{ ...volume, lun: name === 'map-lun' ? Number(params['lun']) : undefined }]
}
