import { randomInt } from 'node:crypto'
import type { Worker } from 'node:worker_threads'
import type { ControllerId } from '../contract/controller-id'
import type { HostReport, Outage } from '../contract/host'
import type { HostSetup, HostToMidplane, MidplaneToHost, SocketAddress, TraceRingSetup } from '../contract/midplane'
import type { Workload } from '../contract/workload'
import type { TracePort } from '../core/ports'
import type { LabSpawn } from './lab'

/** How long the host may take to finish its commands when the lab closes. */
const STOP_WITHIN_MS = 2000

export interface HostSupervisorOptions {
  readonly spawn: LabSpawn
  readonly clockOriginNs: bigint
  readonly targetName: string
  readonly portals: Readonly<Record<ControllerId, SocketAddress>>
  readonly traceRing: TraceRingSetup
  readonly trace: TracePort
  readonly loadLedger: () => Uint8Array | undefined
  readonly saveLedger: (bytes: Uint8Array) => void
  /** The host's longest outage so far around the takeover that began then. */
  readonly noteOutage: (takeoverStartedAtMs: number, outage: Outage, waits: readonly Outage[] | undefined) => void
}

/** The thread of the lab's host. If an error kills it, the next `start-workload` starts it again. */
export class HostSupervisor {
  report: HostReport | undefined
  readonly #options: HostSupervisorOptions
  #worker: Worker | undefined
  #stopped: (() => void) | undefined

  constructor(options: HostSupervisorOptions) {
    this.#options = options
  }

  get isPresent(): boolean {
    return this.#worker !== undefined
  }

  start(workload: Workload, running: boolean): void {
    const { spawn, clockOriginNs, targetName, portals, traceRing, loadLedger } = this.#options
    const setup: HostSetup = {
      clockOriginNs,
      seed: randomInt(2 ** 47),
      targetName,
      portals,
      workload,
      running,
      ledger: loadLedger(),
      trace: traceRing,
    }
    const worker = spawn.host({ workerData: setup, name: 'host' })
    this.#worker = worker
    worker.on('message', (message: HostToMidplane) => this.#receive(message))
    worker.on('error', (error: unknown) => {
      this.#complain(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
    })
    worker.on('exit', () => {
      this.#worker = undefined
      this.report = undefined
      this.#stopped?.()
    })
  }

  send(message: MidplaneToHost): void {
    this.#worker?.postMessage(message)
  }

  /** Lets it end its workload and saves the ledger. */
  close(): Promise<void> {
    const worker = this.#worker
    if (worker === undefined) return Promise.resolve()
    return new Promise((resolve) => {
      const timeout = setTimeout(() => void worker.terminate(), STOP_WITHIN_MS)
      this.#stopped = () => {
        clearTimeout(timeout)
        resolve()
      }
      this.send({ type: 'stop' })
    })
  }

  #receive(message: HostToMidplane): void {
    switch (message.type) {
      case 'report':
        this.#takeReport(message)
        break
      case 'ledger':
        this.#save(message.bytes)
        this.send({ type: 'ledger-saved' })
        break
      case 'ledger-unusable':
        this.#complain(message.reason)
        break
      case 'stopped':
        this.#save(message.ledger)
        void this.#worker?.terminate()
        break
    }
  }

  #takeReport({ report, takeoverStartedAtMs }: HostToMidplane & { readonly type: 'report' }): void {
    this.report = report
    if (takeoverStartedAtMs === undefined || report.takeoverOutage === undefined) return
    this.#options.noteOutage(takeoverStartedAtMs, report.takeoverOutage, report.takeoverWaits)
  }

  /** If the disk is full, the next session starts without a ledger. The host of this session goes on. */
  #save(bytes: Uint8Array): void {
    try {
      this.#options.saveLedger(bytes)
    } catch (error) {
      this.#complain(`Cannot save the ledger: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  #complain(message: string): void {
    this.#options.trace.record({ place: 'host', kind: 'host.failed', data: { message } })
  }
}
