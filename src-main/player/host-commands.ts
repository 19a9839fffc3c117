import { LIMITS } from '../contract/limits'
import type { AnswerOutcome, RunCommands, SimulationMoment } from '../contract/simulation'
import type { TraceEvent, TraceId } from '../contract/trace'

const GOOD_STATUS = 0
/** After an answer that is not good, a host tries again sooner than that, or says that it will. Otherwise it has given up. */
const TRIES_AGAIN_WITHIN_MS = 1000

/** A command from its first try to its good answer. Live hosts name each try anew, simulated ones keep the name. */
interface HostCommand {
  readonly sentAtMs: number
  readonly lun: number
  tries: number
  triedAtMs: number
  request: string | undefined
  /** The newest event of its host about it. */
  newest: TraceId
  heardAtMs: number
  /** Its last try was answered, and not well, and nothing says that there will be another. */
  isRefused: boolean
}

export interface HostAnswer extends SimulationMoment {
  readonly id: TraceId
  readonly lun: number
  readonly outcome: AnswerOutcome
  readonly latencyMs: number
  /** Its command had been noted as requested. */
  readonly isFollowed: boolean
}

/** What comes of following commands. Times never go back, except that of `abandoned`. */
export interface CommandListener {
  requested(lun: number, atMs: number): void
  answered(answer: HostAnswer): void
  /** Without a good answer. */
  abandoned(lun: number, atMs: number): void
}

/** Follows each traced command of hosts through all its tries. */
export class HostCommands {
  readonly #listener: CommandListener
  readonly #givenUpAfterMs: number
  /** The one that was heard of longest ago first. */
  readonly #open = new Set<HostCommand>()
  readonly #byEvent = new Map<TraceId, HostCommand>()
  readonly #byRequest = new Map<string, HostCommand>()
  readonly #againAtMs: number[] = []
  readonly #unansweredAtMs: number[] = []
  readonly #omitted: { readonly atMs: number; readonly commands: number }[] = []

  /** `givenUpAfterMs`: no host waits for longer without a word. */
  constructor(listener: CommandListener, givenUpAfterMs: number) {
    this.#listener = listener
    this.#givenUpAfterMs = givenUpAfterMs
  }

  take(event: TraceEvent, moment: SimulationMoment): void {
    this.#giveUp(moment.atMs)
    if (event.kind === 'host.command') this.#sent(event, moment.atMs)
    else if (event.kind === 'host.retry') this.#again(event, moment.atMs)
    else if (event.kind === 'host.response') this.#answered(event, moment)
    else if (event.kind === 'portal.response') this.#refusedAtPortal(event, moment.atMs)
    else if (event.kind === 'trace.omitted' && event.place === 'host')
      add(this.#omitted, { atMs: moment.atMs, commands: numberIn(event, 'commands') ?? 0 })
  }

  /** Once all events were taken. */
  get all(): RunCommands {
    const open = [...this.#open].map(({ sentAtMs }) => sentAtMs)
    const unanswered = [...this.#unansweredAtMs, ...open].slice(0, LIMITS.playedAnswers)
    return { againAtMs: this.#againAtMs, unansweredAtMs: unanswered.toSorted((one, other) => one - other), omitted: this.#omitted }
  }

  #sent(event: TraceEvent, atMs: number): void {
    const known = this.#of(event)
    if (known === undefined) return this.#begin(event, atMs)
    known.tries++
    known.triedAtMs = atMs
    this.#hear(known, event, atMs)
  }

  #begin(event: TraceEvent, atMs: number): void {
    const lun = numberIn(event, 'lun')
    if (lun === undefined) return
    const { id, request } = event
    const command: HostCommand = { sentAtMs: atMs, lun, tries: 1, triedAtMs: atMs, request, newest: id, heardAtMs: atMs, isRefused: false }
    this.#hear(command, event, atMs)
    this.#listener.requested(lun, atMs)
    if (this.#open.size > LIMITS.followedCommands) for (const oldest of this.#open) return this.#abandon(oldest, atMs)
  }

  #again(event: TraceEvent, atMs: number): void {
    const command = this.#of(event)
    if (command === undefined) return
    add(this.#againAtMs, atMs)
    this.#hear(command, event, atMs)
  }

  #answered(event: TraceEvent, moment: SimulationMoment): void {
    const command = this.#of(event)
    // Without its beginning, which an earlier file has: what it says of itself counts.
    const lun = command?.lun ?? numberIn(event, 'lun') ?? -1
    const triedForMs = numberIn(event, 'latencyMs')
    if (triedForMs === undefined) return
    const isGood = event.data?.['status'] === GOOD_STATUS
    const outcome = !isGood ? 'bad' : command !== undefined && command.tries > 1 ? 'again' : 'good'
    // The host measures more finely than its events are timed.
    const latencyMs = command === undefined || outcome !== 'again' ? triedForMs : Math.max(triedForMs, moment.atMs - command.sentAtMs)
    if (command !== undefined && isGood) this.#forget(command)
    else if (command !== undefined) this.#hear(command, event, moment.atMs, true)
    this.#listener.answered({ ...moment, id: event.id, lun, outcome, latencyMs, isFollowed: command !== undefined })
  }

  /** A simulated host does not tell of an answer that is not good. */
  #refusedAtPortal(event: TraceEvent, atMs: number): void {
    const command = event.request === undefined ? undefined : this.#byRequest.get(event.request)
    if (command === undefined || event.data?.['status'] === GOOD_STATUS) return
    this.#touch(command, atMs)
    command.isRefused = true
  }

  #of({ request, cause }: TraceEvent): HostCommand | undefined {
    const byCause = cause === undefined ? undefined : this.#byEvent.get(cause)
    if (byCause !== undefined || cause === undefined) return byCause
    return request === undefined ? undefined : this.#byRequest.get(request)
  }

  #hear(command: HostCommand, { id, request }: TraceEvent, atMs: number, isRefused = false): void {
    this.#byEvent.delete(command.newest)
    if (command.request !== undefined) this.#byRequest.delete(command.request)
    command.newest = id
    command.request = request ?? command.request
    command.isRefused = isRefused
    this.#byEvent.set(id, command)
    if (command.request !== undefined) this.#byRequest.set(command.request, command)
    this.#touch(command, atMs)
  }

  #touch(command: HostCommand, atMs: number): void {
    command.heardAtMs = atMs
    this.#open.delete(command)
    this.#open.add(command)
  }

  #forget(command: HostCommand): void {
    this.#open.delete(command)
    this.#byEvent.delete(command.newest)
    if (command.request !== undefined && this.#byRequest.get(command.request) === command) this.#byRequest.delete(command.request)
  }

  #giveUp(nowMs: number): void {
    for (const command of this.#open) {
      const silentMs = nowMs - command.heardAtMs
      if (silentMs < TRIES_AGAIN_WITHIN_MS) return
      if (command.isRefused) this.#abandon(command, command.heardAtMs)
      else if (silentMs >= this.#givenUpAfterMs) this.#abandon(command, command.heardAtMs + this.#givenUpAfterMs)
    }
  }

  #abandon(command: HostCommand, atMs: number): void {
    this.#forget(command)
    add(this.#unansweredAtMs, command.sentAtMs)
    this.#listener.abandoned(command.lun, atMs)
  }
}

function add<T>(list: T[], one: T): void {
  if (list.length < LIMITS.playedAnswers) list.push(one)
}

/** Somebody may have edited the recording. */
function numberIn({ data }: TraceEvent, name: string): number | undefined {
  const value = data?.[name]
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
}
