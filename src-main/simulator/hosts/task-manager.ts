import type { Prng } from '../../base/prng'
import { RESERVED_TAG } from '../../core/iscsi/codec/layout'
import { TASK_MANAGEMENT_FUNCTION, TASK_MANAGEMENT_OUTCOME } from '../../core/iscsi/codec/pdu/task-management'
import type { AskedClear, AskedReset, AttentionCheck } from '../checkers/attention-check'
import type { Flight, ScsiPath } from './scsi-path'

const { abortTask, abortTaskSet, clearAca, clearTaskSet, logicalUnitReset, targetWarmReset, targetColdReset, taskReassign } =
  TASK_MANAGEMENT_FUNCTION
const { complete, noSuchTask, noSuchLun, reassignmentNotSupported, notSupported } = TASK_MANAGEMENT_OUTCOME

/** Beyond those that a pair can map. */
const NO_LUN = 200
/** A request whose session has ended may still take effect for so long. */
const GHOST_MS = 10_000
/** Of the resets of the target that are drawn; for the rest there is none. */
const WARM_SHARE = 0.2
const COLD_SHARE = 0.4

interface Reset {
  readonly attentions: AttentionCheck
  readonly asked: AskedReset
}

interface Clear {
  readonly attentions: AttentionCheck
  readonly asked: AskedClear
}

/** A request that ends tasks of all sessions. */
interface Crossing {
  readonly path: ScsiPath
  readonly luns: readonly number[]
  readonly isReset: boolean
  readonly resets: Reset[]
  readonly clears: Clear[]
  /** Its session has ended, so nobody will say when it is over. */
  ghostUntilMs: number | undefined
}

interface Request {
  readonly path: ScsiPath
  readonly what: string
  /** The response that there must be; undefined where it depends on the task. */
  readonly response: number | undefined
  /** They have ended once it is complete. */
  readonly targets: readonly Flight[]
  readonly crossing: Crossing | undefined
  /** The target ends all sessions of this host with its controller behind the response. */
  readonly endsSession: boolean
}

interface ManagerParts {
  nowMs(): number
  readonly random: Prng
  readonly paths: readonly ScsiPath[]
  moment(): number
  luns(): readonly number[]
  wrong(sentence: string): void
  /** It has ended without an answer. */
  over(flight: Flight): void
  /** The target must end its session now. */
  mustEnd(path: ScsiPath, what: string): void
}

/** The task management of a host with two sessions, and what it knows of its effects (SAM-5 7, RFC 7143 §11.5, §11.6). */
export class TaskManager {
  readonly #parts: ManagerParts
  readonly #requests = new Map<ScsiPath, Map<number, Request>>()
  readonly #crossings = new Set<Crossing>()

  constructor(parts: ManagerParts) {
    this.#parts = parts
  }

  /** Something is not answered. */
  get isBusy(): boolean {
    return [...this.#requests.values()].some(({ size }) => size > 0)
  }

  /** Asks for something, mostly that commands at this LUN end. */
  draw(path: ScsiPath, lun: number): void {
    const { random } = this.#parts
    if (!path.hasRoom) return
    switch (random.below(12)) {
      case 0:
      case 1:
      case 2: {
        const open = [...path.flights.values()].filter(({ isAborting }) => !isAborting)
        if (open.length > 0) this.abort(random.pick(open))
        return
      }
      case 3:
        this.#abortMissing(path)
        return
      case 4:
        if (path.answered !== undefined)
          this.#ask(path, 'ABORT TASK of an answered task', { ...plain(abortTask), ...path.answered }, noSuchTask)
        return
      case 5:
      case 6:
        this.#end(path, lun, 'ABORT TASK SET', abortTaskSet)
        return
      case 7:
        this.#end(path, lun, 'CLEAR TASK SET', clearTaskSet)
        return
      case 8:
      case 9:
        this.#end(path, lun, 'LOGICAL UNIT RESET', logicalUnitReset)
        return
      case 10:
        this.#resetTarget(path, random.fraction())
        return
      default:
        this.#askInVain(path)
    }
  }

  #resetTarget(path: ScsiPath, chance: number): void {
    if (chance < WARM_SHARE) this.#end(path, undefined, 'TARGET WARM RESET', targetWarmReset)
    else if (chance < WARM_SHARE + COLD_SHARE) this.#end(path, undefined, 'TARGET COLD RESET', targetColdReset)
  }

  abort(flight: Flight): void {
    const { path, task } = flight
    if (flight.isAborting || flight.state !== 'open' || !path.isOpen) return
    flight.isAborting = true
    const { tag, cmdSn } = task
    this.#send(path, { ...plain(abortTask), lun: flight.plan.lun, tag, cmdSn }, { what: 'ABORT TASK', targets: [flight] })
  }

  /** A command was sent. */
  sent(flight: Flight): void {
    const nowMs = this.#parts.nowMs()
    for (const crossing of this.#crossings) {
      if (crossing.ghostUntilMs !== undefined && crossing.ghostUntilMs < nowMs) this.#crossings.delete(crossing)
      else if (crossing.luns.includes(flight.plan.lun) && (crossing.path !== flight.path || crossing.ghostUntilMs !== undefined))
        flight.mayVanish = true
    }
  }

  /** Another session has begun. Resets that are under way may reach it. */
  opened(path: ScsiPath): void {
    for (const crossing of this.#crossings) this.#beginAttentions(crossing, [path])
  }

  managed(path: ScsiPath, tag: number, response: number): void {
    const request = this.#of(path).get(tag)
    if (request === undefined) return
    this.#of(path).delete(tag)
    const { what, targets, crossing } = request
    const may = request.response === undefined ? outcomesFor(targets[0]) : [request.response]
    if (!may.includes(response)) this.#parts.wrong(`the target answers ${what} with ${response}, not ${may.join(' or ')}`)
    if (response !== complete && !(response === noSuchTask && request.response === undefined)) return
    for (const flight of targets) {
      if (flight.state !== 'open') continue
      flight.path.forget(flight)
      this.#parts.over(flight)
    }
    if (crossing !== undefined) this.#crossed(crossing)
    if (request.endsSession) this.#parts.mustEnd(path, what)
  }

  /** Its session has ended. */
  lost(path: ScsiPath): void {
    for (const { crossing } of this.#of(path).values()) {
      if (crossing !== undefined) crossing.ghostUntilMs = this.#parts.nowMs() + GHOST_MS
    }
    this.#of(path).clear()
    for (const crossing of this.#crossings) if (crossing.ghostUntilMs !== undefined) this.#mayEnd(crossing, this.#parts.paths)
  }

  /** A number is left out, and then its command is aborted (RFC 7143 §11.5.1). */
  #abortMissing(path: ScsiPath): void {
    const missing = path.skip()
    if (missing !== undefined) this.#ask(path, 'ABORT TASK of a command that never came', { ...plain(abortTask), ...missing }, complete)
  }

  #askInVain(path: ScsiPath): void {
    const [what, code, response] = this.#parts.random.pick([
      ['CLEAR ACA', clearAca, notSupported],
      ['TASK REASSIGN', taskReassign, reassignmentNotSupported],
      ['CLEAR TASK SET where no unit is', clearTaskSet, noSuchLun],
      ['LOGICAL UNIT RESET where no unit is', logicalUnitReset, noSuchLun],
    ] as const)
    this.#ask(path, what, { ...plain(code), lun: NO_LUN }, response)
  }

  #ask(path: ScsiPath, what: string, asked: Asked, response: number): void {
    this.#send(path, asked, { what, response })
  }

  /** `lun` undefined: all. */
  #end(path: ScsiPath, lun: number | undefined, what: string, code: number): void {
    const luns = lun === undefined ? this.#parts.luns() : [lun]
    const targets = [...path.flights.values()].filter(({ plan }) => luns.includes(plan.lun))
    for (const flight of targets) flight.mayVanish = true
    const isReset = code !== abortTaskSet && code !== clearTaskSet
    const crossing: Crossing | undefined =
      code === abortTaskSet ? undefined : { path, luns, isReset, resets: [], clears: [], ghostUntilMs: undefined }
    if (crossing !== undefined) {
      this.#crossings.add(crossing)
      this.#mayEnd(crossing, this.#parts.paths)
      this.#beginAttentions(
        crossing,
        this.#parts.paths.filter((other) => isReset || other !== path),
      )
    }
    const endsSession = code === targetColdReset
    this.#send(path, { ...plain(code), lun: lun ?? 0 }, { what, response: complete, targets, crossing, endsSession })
  }

  #mayEnd({ luns }: Crossing, paths: readonly ScsiPath[]): void {
    for (const { flights } of paths) for (const flight of flights.values()) if (luns.includes(flight.plan.lun)) flight.mayVanish = true
  }

  #beginAttentions({ luns, isReset, resets, clears }: Crossing, paths: readonly ScsiPath[]): void {
    for (const { attentions } of paths) {
      for (const lun of luns) {
        if (isReset) resets.push({ attentions, asked: attentions.resetBegins(lun) })
        else clears.push({ attentions, asked: attentions.clearBegins(lun) })
      }
    }
  }

  #crossed(crossing: Crossing): void {
    this.#crossings.delete(crossing)
    for (const { attentions, asked } of crossing.resets) attentions.resetEnds(asked, this.#parts.moment())
    for (const { attentions, asked } of crossing.clears) attentions.clearEnds(asked, this.#parts.moment())
    // Of those of the other session, nobody knows which arrived in time to be ended. So each is asked for.
    for (const path of this.#parts.paths) {
      if (path === crossing.path) continue
      for (const flight of [...path.flights.values()]) if (crossing.luns.includes(flight.plan.lun)) this.abort(flight)
    }
  }

  #send(path: ScsiPath, asked: Asked, request: Partial<Request> & Pick<Request, 'what'>): void {
    const { code, lun, tag, cmdSn } = asked
    const immediate = this.#parts.random.chance(0.7) || asked.code === abortTask
    const sent = path.manage({ function: code, lun, referencedTag: tag, refCmdSn: cmdSn, immediate })
    if (sent === undefined) return
    const { targets = [], what, response, crossing, endsSession = false } = request
    this.#of(path).set(sent, { path, what, targets, response, crossing, endsSession })
  }

  #of(path: ScsiPath): Map<number, Request> {
    let requests = this.#requests.get(path)
    if (requests === undefined) this.#requests.set(path, (requests = new Map()))
    return requests
  }
}

interface Asked {
  readonly code: number
  readonly lun: number
  readonly tag: number
  readonly cmdSn: number
}

function plain(code: number): Asked {
  return { code, lun: 0, tag: RESERVED_TAG, cmdSn: 0 }
}

/** Of ABORT TASK. A task that has its answer is not there any more (RFC 7143 §11.6.1). */
function outcomesFor(flight: Flight | undefined): readonly number[] {
  if (flight === undefined || flight.state === 'answered') return [noSuchTask]
  return flight.state === 'open' && !flight.mayVanish ? [complete] : [complete, noSuchTask]
}
