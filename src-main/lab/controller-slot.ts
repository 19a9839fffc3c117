import { MessageChannel, type MessagePort, type Worker, type WorkerOptions } from 'node:worker_threads'
import { assert } from '../base/assert'
import type { ControllerId } from '../contract/controller-id'
import type { ControllerSetup, ControllerToMidplane, MidplaneToController } from '../contract/midplane'
import type { ControllerReport, ControllerState } from '../contract/snapshot'

export interface ControllerSlotEvents {
  /** Its program runs: this is before its first message. */
  begun(): void
  message(message: ControllerToMidplane): void
  /** The thread has ended: it runs no more code. `failure` is the message of the uncaught error that killed it. */
  ended(failure: string | undefined): void
}

/** What a controller is given at its start, besides its lifeline. */
export type ControllerStart = Omit<ControllerSetup, 'lifeline'>

/**
 * A controller's garbage is mostly buffers outside its heap. With the usual space for young objects, they pile up until one
 * full collection stops all I/O for several milliseconds. With less space, small collections free them.
 */
const YOUNG_HEAP_MB = 16

/**
 * One of the two slots for a controller. Starts the controller, ends it, and knows its state.
 *
 * A thread ends in two steps. First it stops running code, and Node closes what the thread has open: its sockets, and its
 * lifeline, whose other end is here. Then Node frees the heap, which takes ten times as long, and the thread exits. Every
 * write of a controller is synchronous, which the architecture test checks. So none can land after the lifeline has closed: that
 * is the fence.
 */
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
  #onEnd: (() => void)[] = []
  #isEnding = false

  constructor(id: ControllerId, spawn: (options: WorkerOptions) => Worker, events: ControllerSlotEvents) {
    this.id = id
    this.#spawn = spawn
    this.#events = events
  }

  /** It has been told to end, and may not have noticed yet. What it asks for meanwhile no longer counts. */
  get isEnding(): boolean {
    return this.#isEnding
  }

  get isPresent(): boolean {
    return this.#worker !== undefined
  }

  start(setup: ControllerStart): void {
    assert(this.#worker === undefined, `controller ${this.id} is there already`)
    this.state = 'starting'
    this.report = undefined
    this.lastFailure = undefined
    this.incarnation = setup.incarnation
    const lifeline = new MessageChannel()
    const worker = this.#spawn({
      workerData: { ...setup, lifeline: lifeline.port2 } satisfies ControllerSetup,
      transferList: [lifeline.port2],
      name: `controller-${this.id}`,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
    })
    this.#worker = worker
    let failure: string | undefined
    worker.on('message', (message: ControllerToMidplane) => {
      if (this.#worker !== worker) return
      if (message.type === 'report') {
        this.report = message.report
        if (this.state === 'starting') {
          this.state = 'running'
          this.#events.begun()
        }
      }
      this.#events.message(message)
    })
    worker.on('error', (error: unknown) => (failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error)))
    // The message of the error that killed it may arrive in the same round of the event loop, and belongs to the end.
    lifeline.port1.on('close', () => setImmediate(() => this.#ended(worker, failure)))
    worker.on('exit', () => {
      this.#ended(worker, failure)
      // A thread that ran out of memory says so only here.
      if (this.incarnation === setup.incarnation) this.lastFailure = failure
    })
  }

  #ended(worker: Worker, failure: string | undefined): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    this.#isEnding = false
    this.lastFailure = failure
    this.state = 'down'
    this.#events.ended(failure)
    for (const run of this.#onEnd.splice(0)) run()
  }

  send(message: MidplaneToController, transfer: readonly MessagePort[] = []): void {
    this.#worker?.postMessage(message, [...transfer])
  }

  /** Ends the thread wherever it is. `ended` runs once it has really ended. */
  terminate(state: 'resetting' | 'down', ended: () => void = () => undefined): void {
    if (this.#worker === undefined) {
      ended()
      return
    }
    this.#onEnd.push(ended)
    this.#isEnding = true
    this.state = state
    void this.#worker.terminate()
  }
}
