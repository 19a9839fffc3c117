import { setTimeout as wait } from 'node:timers/promises'
import { failure, ok, type Result } from '../../base/result'
import type { ControllerId } from '../../contract/controller-id'
import { LAB_COMMANDS } from '../../contract/lab-api'
import { LIMITS } from '../../contract/limits'
import type { LabError } from '../../contract/lab-error'
import type { ServiceAnswer, ServiceRequest } from '../../contract/service-request'
import type { Workload } from '../../contract/workload'
import { decodeAct, whyForbidden } from '../format/allowed'
import type { Act, LiveExercise } from '../format/exercise'
import { hostWorkload } from '../format/host-workload'
import type { LiveLab, TryRecording } from './live-lab'
import { whyNotReady } from './readiness'
import { isMonitoring } from './request-kind'
import { newTag } from './try-tag'

/** What was done in a try, after that event of its recording. */
export interface LiveAct extends Act {
  readonly event: number
  readonly atMs: number
}

export interface LiveTryParts {
  readonly lab: LiveLab
  readonly exercise: Pick<LiveExercise, 'world' | 'allowed'>
  /** Its time is over, or its recording is full. Whoever began it ends it. */
  readonly isDue: () => void
  /** Something was done. */
  readonly acted?: (act: LiveAct) => void
}

type Outcome = Result<null, LabError>

/** Rejects only if no controller serves the port. */
export type SendRequest = (request: ServiceRequest) => Promise<Result<ServiceAnswer, LabError>>

/** The host runs with its new workload, and what was omitted of the old one has been told. */
const SETTLES_MS = 1200
const LOOK_EVERY_MS = 200
/** They change nothing of the pair, or end what somebody began. */
const ALWAYS_ALLOWED = ['pin-recording', 'unpin-recording', 'bound-recordings', 'reset-outages', 'cancel-make-whole', 'reveal-surprise']

/** One try in a lab that runs: from its beginning to its end it is recorded, and what the exercise does not allow is refused. */
export class LiveTry {
  readonly #parts: LiveTryParts
  readonly #recording: TryRecording
  readonly #before: Workload | undefined
  readonly #acts: LiveAct[] = []
  readonly #tag = newTag()
  #timer: NodeJS.Timeout | undefined

  /** The error is a sentence. */
  static async begin(parts: LiveTryParts): Promise<Result<LiveTry, string>> {
    const { lab, exercise } = parts
    const why = whyNotReady(exercise.world, lab.snapshot())
    if (why !== undefined) return failure(why)
    const { running, settings } = lab.snapshot().host?.workload ?? {}
    const started = lab.command('start-workload', { workload: hostWorkload(exercise.world.workload) })
    if (!started.ok) return failure(started.error.message)
    await wait(SETTLES_MS)
    const whyNow = whyNotReady(exercise.world, lab.snapshot())
    return whyNow === undefined ? ok(new LiveTry(parts, running === true ? settings : undefined)) : failure(whyNow)
  }

  private constructor(parts: LiveTryParts, before: Workload | undefined) {
    this.#parts = parts
    this.#before = before
    this.#recording = parts.lab.record()
    this.#timer = setInterval(() => {
      if (!this.#recording.isFull && parts.lab.nowMs() < this.endsAtMs) return
      this.#stopLooking()
      parts.isDue()
    }, LOOK_EVERY_MS)
  }

  /** On the trace clock of the lab. */
  get fromMs(): number {
    return this.#recording.fromMs
  }

  get endsAtMs(): number {
    return this.#recording.fromMs + this.#parts.exercise.world.durationMs
  }

  get acts(): readonly LiveAct[] {
    return this.#acts
  }

  /** Does it now, or begins it. It may be refused by the exercise, or by the lab. */
  act(act: Act): Outcome {
    const why = this.#whyNot(act)
    if (why !== undefined) return refused(why)
    const { lab } = this.#parts
    if (act.act !== 'request') {
      const before = this.#moment()
      const outcome = lab.command(act.act, act.parameters)
      if (outcome.ok) this.#note(act, before)
      return outcome
    }
    this.#note(act, this.#moment())
    const { to, ...request } = act.parameters as unknown as ServiceRequest & { readonly to: ControllerId }
    // What it was answered, and whether at all, is in the recording.
    void lab.requestService(to, this.#tagged(request)).catch(() => undefined)
    return ok(null)
  }

  /** Of what somebody does with the lab's own controls: why it is refused. Undefined: it is done now. */
  commanded(name: string, parameters: unknown, run: () => Outcome): Outcome {
    if (ALWAYS_ALLOWED.includes(name) || !(name in LAB_COMMANDS)) return run()
    const decoded = decodeAct(name, parameters)
    if (!decoded.ok) return refused(`The exercise that goes on does not allow ${name}. End it first.`)
    const why = this.#whyNot(decoded.value)
    if (why !== undefined) return refused(`${why} End it first to do something else.`)
    const before = this.#moment()
    const outcome = run()
    if (outcome.ok) this.#note(decoded.value, before)
    return outcome
  }

  /** A service request that somebody sends with the lab's own console. What the exercise allows is sent as what the learner does. */
  async requested(to: ControllerId, request: ServiceRequest, send: SendRequest): ReturnType<SendRequest> {
    const act: Act = { act: 'request', parameters: { ...request, to } as Act['parameters'] }
    const why = this.#whyNot(act)
    if (why !== undefined) {
      if (isMonitoring(request.name)) return send(request)
      return failure({ code: 'not-possible-now', message: `${why} End it first to do something else.` })
    }
    this.#note(act, this.#moment())
    const outcome = await send(this.#tagged(request))
    return outcome.ok ? ok({ ...outcome.value, id: request.id }) : outcome
  }

  /** The recording of it all. The lab’s host goes on as before. */
  async end(): Promise<Uint8Array> {
    this.#stopLooking()
    const bytes = await this.#recording.end()
    const { lab } = this.#parts
    if (this.#before === undefined) lab.command('stop-workload', {})
    else lab.command('start-workload', { workload: this.#before })
    return bytes
  }

  #tagged(request: ServiceRequest): ServiceRequest {
    return { ...request, id: `${request.id}${this.#tag}` }
  }

  #whyNot(act: Act): string | undefined {
    if (this.#acts.length >= LIMITS.exerciseActs) return `You have done ${LIMITS.exerciseActs} things in this try.`
    return whyForbidden(this.#parts.exercise, this.#acts, act)
  }

  #moment(): Pick<LiveAct, 'event' | 'atMs'> {
    return { event: this.#recording.eventCount, atMs: this.#parts.lab.nowMs() }
  }

  #note({ act, parameters }: Act, moment: Pick<LiveAct, 'event' | 'atMs'>): void {
    const done = { ...moment, act, parameters }
    this.#acts.push(done)
    this.#parts.acted?.(done)
  }

  #stopLooking(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

function refused(message: string): Outcome {
  return failure({ code: 'not-possible-now', message })
}
