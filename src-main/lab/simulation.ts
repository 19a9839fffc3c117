import type { Worker, WorkerOptions } from 'node:worker_threads'
import * as v from 'valibot'
import { failure, ok, type Result } from '../base/result'
import type { LabError } from '../contract/lab-error'
import {
  NO_SIMULATION,
  SIMULATION_BOUNDS,
  simulationOrderSchema,
  type PlayerOrder,
  type SimulationCall,
  type SimulationMessage,
  type SimulationOutline,
  type SimulationPush,
  type SimulationState,
  type SimulationView,
} from '../contract/simulation'
import type { TraceEvent } from '../contract/trace'

type Outcome = Result<null, LabError>

const HEAP_MIB = 1024
const WAS_CLOSED = refusal('The player was closed.')

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
  readonly #calls = new Map<number, (outcome: Outcome) => void>()
  #lastCall = 0
  /** How often it was closed. An order that had to wait for something looks whether that happened meanwhile. */
  #closings = 0
  #worker: Worker | undefined
  #state: SimulationState = NO_SIMULATION
  #outline: SimulationOutline | undefined
  #events: readonly TraceEvent[] = []

  constructor(spawn: (options: WorkerOptions) => Worker, findRecording: FindRecording) {
    this.#spawn = spawn
    this.#findRecording = findRecording
  }

  get view(): SimulationView {
    return { state: this.#state, ...(this.#outline === undefined ? {} : { outline: this.#outline }), events: this.#events }
  }

  /** From outside this process: not trusted. */
  async order(given: unknown): Promise<Outcome> {
    const parsed = v.safeParse(simulationOrderSchema, given)
    if (!parsed.success) return badOrder(parsed.issues[0])
    const order = parsed.output
    switch (order.order) {
      case 'close': {
        const ended = this.#end()
        this.#take({ type: 'state', state: NO_SIMULATION })
        await ended
        return ok(null)
      }
      case 'open':
        return this.#call((this.#worker ??= this.#start()), order)
      case 'open-recording': {
        const closings = this.#closings
        const file = await this.#findRecording(order.name)
        if (closings !== this.#closings) return WAS_CLOSED
        return this.#call((this.#worker ??= this.#start()), { ...order, file })
      }
      default:
        if (this.#worker === undefined) return failure({ code: 'not-possible-now', message: 'No run is open.' })
        return this.#call(this.#worker, order)
    }
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
    const worker = this.#spawn({ name: 'player', resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB } })
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

  #call(worker: Worker, order: PlayerOrder): Promise<Outcome> {
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
    else if (push.type === 'events')
      this.#events = (push.restart ? push.events : [...this.#events, ...push.events]).slice(-SIMULATION_BOUNDS.maxEventsKept)
    else {
      this.#state = push.state
      if (push.state.phase === 'none' || push.state.phase === 'scanning') this.#outline = undefined
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

  #answerAll(outcome: Outcome): void {
    for (const answer of this.#calls.values()) answer(outcome)
    this.#calls.clear()
  }
}

function refusal(message: string): Outcome {
  return failure({ code: 'failed', message })
}

function badOrder(issue: v.BaseIssue<unknown>): Outcome {
  const field = v.getDotPath(issue)
  return failure({
    code: 'bad-command',
    message: field === null ? 'An order must be an object.' : `"${field}" is wrong: ${issue.message}.`,
    ...(field === null ? {} : { field }),
  })
}
