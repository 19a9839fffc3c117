import type { MessagePort, Worker, WorkerOptions } from 'node:worker_threads'
import type { ControllerId } from '../contract/controller-id'
import type { ControllerSetup, ControllerToMidplane, MidplaneToController } from '../contract/midplane'
import type { ControllerReport, ControllerState } from '../contract/snapshot'

export interface ControllerSlotEvents {
  message(message: ControllerToMidplane): void
  /** The thread is gone and can do nothing more. `failure` is the message of the uncaught error that killed it. */
  exited(failure: string | undefined): void
}

/**
 * A controller's garbage is mostly buffers outside its heap. With the usual space for young objects, they pile up until one
 * full collection stops all I/O for several milliseconds. With less space, small collections free them.
 */
const YOUNG_HEAP_MB = 16

/** One of the two slots for a controller. Starts the controller, ends it, and knows its state. */
export class ControllerSlot {
  readonly id: ControllerId
  state: ControllerState = 'down'
  incarnation = 0
  /** Message of the uncaught error that killed the last incarnation. Undefined once the next one is started. */
  lastFailure: string | undefined
  /** The newest report of the running incarnation, or the last one of the incarnation before. */
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

  /** Ends the thread wherever it is. `gone` runs once it has really ended. */
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
