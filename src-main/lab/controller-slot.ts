import type { MessagePort, Worker, WorkerOptions } from 'node:worker_threads'
import type { ControllerId } from '../contract/controller-id'
import type { ControllerSetup, ControllerToMidplane, MidplaneToController } from '../contract/midplane'
import type { ControllerReport, ControllerState } from '../contract/snapshot'

export interface ControllerSlotEvents {
  message(message: ControllerToMidplane): void
  /** The thread is gone: nothing of it can happen any more. `failure` is the message of the uncaught error it died of. */
  exited(failure: string | undefined): void
}

/**
 * A controller's garbage is mostly buffers, which its heap does not see: with the usual room for young objects they pile up
 * until a collection of everything holds up all I/O for several milliseconds. With less room they go in small collections.
 */
const YOUNG_HEAP_MB = 16

/** One of the two places for a controller: starts it, ends it, knows how it stands. */
export class ControllerSlot {
  readonly id: ControllerId
  state: ControllerState = 'down'
  incarnation = 0
  /** Message of the uncaught error of which the incarnation that ended last died; undefined once another is started. */
  lastFailure: string | undefined
  /** The last report of the incarnation that runs, or of the one that ended last. */
  report: ControllerReport | undefined
  readonly #spawn: (options: WorkerOptions) => Worker
  readonly #events: ControllerSlotEvents
  #worker: Worker | undefined
  #onGone: (() => void)[] = []

  constructor(id: ControllerId, spawn: (options: WorkerOptions) => Worker, events: ControllerSlotEvents) {
    this.id = id
    this.#spawn = spawn
    this.#events = events
  }

  get isPresent(): boolean {
    return this.#worker !== undefined
  }

  start(setup: ControllerSetup): void {
    this.state = 'starting'
    this.report = undefined
    this.lastFailure = undefined
    this.incarnation = setup.incarnation
    const worker = this.#spawn({ workerData: setup, name: `controller-${this.id}`, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_HEAP_MB } })
    this.#worker = worker
    let failure: string | undefined
    worker.on('message', (message: ControllerToMidplane) => {
      if (this.#worker !== worker) return
      if (message.type === 'report') {
        this.report = message.report
        if (this.state === 'starting') this.state = 'running'
      }
      this.#events.message(message)
    })
    worker.on('error', (error: unknown) => (failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error)))
    worker.on('exit', () => {
      this.lastFailure = failure
      this.#worker = undefined
      this.state = 'down'
      this.#events.exited(failure)
      const waiting = this.#onGone
      this.#onGone = []
      for (const run of waiting) run()
    })
  }

  send(message: MidplaneToController, transfer: readonly MessagePort[] = []): void {
    this.#worker?.postMessage(message, [...transfer])
  }

  /** Ends the thread wherever it is; `gone` runs when it is proven. */
  terminate(state: 'resetting' | 'down', gone: () => void = () => undefined): void {
    if (this.#worker === undefined) {
      gone()
      return
    }
    this.#onGone.push(gone)
    this.state = state
    void this.#worker.terminate()
  }
}
