import type { Worker, WorkerOptions } from 'node:worker_threads'
import * as v from 'valibot'
import { assert } from '../base/assert'
import { failure, ok, type Result } from '../base/result'
import type { DemoTimes } from '../contract/classroom'
import type { ExerciseGrades } from '../contract/exercise-desk'
import type { LabError } from '../contract/lab-error'
import { givenPieceSchema } from '../contract/given-recording'
import { exportOrderSchema, type ExportPiece } from '../contract/run-export'
import {
  NO_SIMULATION,
  SIMULATION_BOUNDS,
  simulationOrderSchema,
  type DemoRunOrder,
  type ExerciseRunOrder,
  type GradeOrder,
  type PlayerOrder,
  type RecordingPlace,
  type SimulationAnswer,
  type SimulationCall,
  type SimulationMessage,
  type SimulationOrder,
  type SimulationOutline,
  type SimulationPush,
  type SimulationState,
  type SimulationView,
  type RunComparison,
} from '../contract/simulation'
import { LIMITS } from '../contract/limits'
import type { TraceEvent } from '../contract/trace'
import { GivenRecording } from './given-recording'

type Outcome = Result<null, LabError>
type Refusal = Extract<Outcome, { readonly ok: false }>
type Answer = Result<SimulationAnswer, LabError>

const WAS_CLOSED = refusal('The player was closed.')
const NO_RUN: Refusal = failure({ code: 'not-possible-now', message: 'No run is open.' })

const ENDS_WHAT_IS_GIVEN: ReadonlySet<SimulationOrder['order']> = new Set(['open', 'open-recording', 'compare', 'end-comparison', 'close'])

/** Writes what is to come to the file of a recording, and says where that is. */
export type FindRecording = (name: string) => Promise<string>

/**
 * Owns the thread of the player, which lives from the first `open` until `close`. Keeps the last pushes for windows that
 * open later. If the thread dies, the state is `failed`, and the next `open` starts another thread.
 */
export class SimulationSupervisor {
  readonly #findRecording: FindRecording
  readonly #spawn: (options: WorkerOptions) => Worker
  readonly #listeners = new Set<(push: SimulationPush) => void>()
  readonly #given = new GivenRecording()
  readonly #calls = new Map<number, (answer: Answer) => void>()
  #lastCall = 0
  /** How often it was closed. An order that had to wait for something looks whether that happened meanwhile. */
  #closings = 0
  #worker: Worker | undefined
  #state: SimulationState = NO_SIMULATION
  #outline: SimulationOutline | undefined
  #comparison: RunComparison | undefined
  #compared: SimulationOutline | undefined
  #events: readonly TraceEvent[] = []

  constructor(spawn: (options: WorkerOptions) => Worker, findRecording: FindRecording) {
    this.#spawn = spawn
    this.#findRecording = findRecording
  }

  get view(): SimulationView {
    return {
      state: this.#state,
      ...(this.#outline === undefined ? {} : { outline: this.#outline }),
      ...(this.#comparison === undefined ? {} : { comparison: this.#comparison }),
      ...(this.#compared === undefined ? {} : { compared: this.#compared }),
      events: this.#events,
    }
  }

  /** From outside this process: not trusted. */
  async order(given: unknown): Promise<Outcome> {
    const parsed = v.safeParse(simulationOrderSchema, given)
    if (!parsed.success) return badOrder(parsed.issues[0])
    const order = parsed.output
    if (ENDS_WHAT_IS_GIVEN.has(order.order)) this.#given.giveUp()
    switch (order.order) {
      case 'close': {
        const ended = this.#end()
        this.#take({ type: 'state', state: NO_SIMULATION })
        await ended
        return ok(null)
      }
      case 'open':
        return done(await this.#call((this.#worker ??= this.#start()), order))
      case 'open-recording': {
        const place = await this.#placeOf(order)
        return place === undefined ? WAS_CLOSED : done(await this.#call((this.#worker ??= this.#start()), { order: order.order, ...place }))
      }
      case 'compare':
        return this.#compare(order)
      default:
        return this.#worker === undefined ? NO_RUN : done(await this.#call(this.#worker, order))
    }
  }

  async #compare(order: Extract<SimulationOrder, { readonly order: 'compare' }>): Promise<Outcome> {
    const { with: other } = order
    if (this.#worker === undefined) return NO_RUN
    if (other.kind === 'seed') return done(await this.#call(this.#worker, { order: 'compare', with: other }))
    const place = await this.#placeOf(other)
    if (place === undefined || this.#worker === undefined) return WAS_CLOSED
    return done(await this.#call(this.#worker, { order: 'compare', with: { kind: 'recording', ...place } }))
  }

  /** Undefined if the player was closed meanwhile. */
  async #placeOf({ name }: { readonly name: string }): Promise<RecordingPlace | undefined> {
    const closings = this.#closings
    const file = await this.#findRecording(name)
    return closings === this.#closings ? { name, file } : undefined
  }

  /** From outside this process: not trusted. The last piece opens the recording, or sets it beside the run that is open. */
  async giveRecording(given: unknown): Promise<Outcome> {
    const parsed = v.safeParse(givenPieceSchema, given)
    if (!parsed.success) return badOrder(parsed.issues[0])
    const isBeside = parsed.output.isBeside === true
    if (isBeside && this.#worker === undefined) return NO_RUN
    const taken = this.#given.take(parsed.output)
    if (!taken.ok) return taken
    if (taken.value === undefined) return ok(null)
    const order: PlayerOrder = isBeside
      ? { order: 'compare', with: { kind: 'given', ...taken.value } }
      : { order: 'open-given', ...taken.value }
    return done(await this.#call((this.#worker ??= this.#start()), order))
  }

  /** Of the desk, which has decoded it. */
  async openExercise(run: ExerciseRunOrder): Promise<Outcome> {
    return done(await this.#call((this.#worker ??= this.#start()), run))
  }

  /** As `openExercise`. Gives the times of its steps. */
  async openDemo(run: DemoRunOrder): Promise<Result<readonly DemoTimes[], LabError>> {
    const answer = await this.#call((this.#worker ??= this.#start()), run)
    if (!answer.ok) return answer
    assert(Array.isArray(answer.value), 'no times of a demo')
    return ok(answer.value as readonly DemoTimes[])
  }

  /** As `openExercise`: a recording that is no file among those of the lab. */
  async showTry(place: RecordingPlace): Promise<Outcome> {
    return done(await this.#call((this.#worker ??= this.#start()), { order: 'show-try', ...place }))
  }

  /** As `openExercise`. What the player shows stays. */
  async gradeExercise(run: GradeOrder): Promise<Result<ExerciseGrades, LabError>> {
    const answer = await this.#call((this.#worker ??= this.#start()), run)
    if (!answer.ok) return answer
    assert(answer.value !== null && 'checks' in answer.value, 'no grades')
    return ok(answer.value)
  }

  /** From outside this process: not trusted. */
  async exportRun(given: unknown): Promise<Result<ExportPiece, LabError>> {
    const parsed = v.safeParse(exportOrderSchema, given)
    if (!parsed.success) return badOrder(parsed.issues[0])
    if (this.#worker === undefined) return NO_RUN
    const answer = await this.#call(this.#worker, parsed.output)
    if (!answer.ok) return answer
    assert(answer.value !== null && 'bytes' in answer.value, 'no piece')
    const { bytes, ...piece } = answer.value
    return ok({ ...piece, base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') })
  }

  subscribe(listener: (push: SimulationPush) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.#listeners.clear()
    await this.#end()
  }

  #start(): Worker {
    // At this limit the thread dies instead of the lab.
    const worker = this.#spawn({ name: 'player', resourceLimits: { maxOldGenerationSizeMb: LIMITS.playerHeapMib } })
    let failed: string | undefined
    worker.on('message', (message: SimulationMessage) => {
      if (this.#worker === worker) this.#receive(message)
    })
    worker.on('error', (error: unknown) => (failed = error instanceof Error ? `${error.name}: ${error.message}` : String(error)))
    worker.on('exit', () => {
      if (this.#worker === worker) this.#died(failed ?? 'Its thread ended.')
    })
    return worker
  }

  #call(worker: Worker, order: SimulationCall['order']): Promise<Answer> {
    const call: SimulationCall = { callId: ++this.#lastCall, order }
    return new Promise((resolve) => {
      this.#calls.set(call.callId, resolve)
      worker.postMessage(call)
    })
  }

  #receive(message: SimulationMessage): void {
    if (message.type === 'push') this.#take(message.push)
    else {
      this.#calls.get(message.callId)?.(message.outcome)
      this.#calls.delete(message.callId)
    }
  }

  #take(push: SimulationPush): void {
    if (push.type === 'outline') this.#outline = push.outline
    else if (push.type === 'compared') this.#compared = push.outline
    else if (push.type === 'comparison') this.#comparison = push.comparison
    else if (push.type === 'events')
      this.#events = (push.restart ? push.events : [...this.#events, ...push.events]).slice(-SIMULATION_BOUNDS.maxEventsKept)
    else if (push.type === 'state') {
      this.#state = push.state
      if (push.state.phase === 'none' || push.state.phase === 'scanning') {
        this.#outline = undefined
        this.#comparison = undefined
        this.#compared = undefined
      }
      if (push.state.phase === 'none') this.#events = []
    }
    for (const listener of this.#listeners) listener(push)
  }

  #died(message: string): void {
    this.#worker = undefined
    this.#answerAll(refusal('The player ended.'))
    this.#take({ type: 'state', state: { ...this.#state, phase: 'failed', message } })
  }

  async #end(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    this.#closings++
    this.#answerAll(WAS_CLOSED)
    await worker?.terminate()
  }

  #answerAll(refused: Refusal): void {
    for (const answer of this.#calls.values()) answer(refused)
    this.#calls.clear()
  }
}

/** What an order is answered with that gives nothing. */
function done(answer: Answer): Outcome {
  return answer.ok ? ok(null) : answer
}

function refusal(message: string): Refusal {
  return failure({ code: 'failed', message })
}

function badOrder(issue: v.BaseIssue<unknown>): Refusal {
  const field = v.getDotPath(issue)
  return failure({
    code: 'bad-command',
    message: field === null ? 'An order must be an object.' : `"${field}" is wrong: ${issue.message}.`,
    ...(field === null ? {} : { field }),
  })
}
