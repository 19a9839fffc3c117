/**
 * A host outside the lab's process, so that its ledger survives what the lab does not: each write that was acknowledged
 * up to the moment at which the application was killed is among what is read back.
 */
import { Prng } from '../../src-main/base/prng'
import type { ControllerId } from '../../src-main/contract/controller-id'
import type { HostReport } from '../../src-main/contract/host'
import type { SocketAddress } from '../../src-main/contract/midplane'
import type { TraceEvent } from '../../src-main/contract/trace'
import type { Workload } from '../../src-main/contract/workload'
import { LabHost } from '../../src-main/core/host/lab-host'
import type { VerificationResult } from '../../src-main/core/host/verification'
import type { TracePort } from '../../src-main/core/ports'
import { clockOrigin, createClock, traceClock } from '../../src-main/platform/clock'
import { Reactor } from '../../src-main/platform/reactor'
import { createTcpNetwork } from '../../src-main/platform/tcp-portal'

export interface OutsideHostOptions {
  readonly seed: number
  readonly targetName: string
  readonly portals: Readonly<Record<ControllerId, SocketAddress>>
  readonly workload: Workload
}

export class OutsideHost {
  /** One sentence for each block that was lost. */
  readonly losses: string[] = []
  readonly #reactor = new Reactor()
  readonly #host: LabHost
  readonly #workload: Workload
  readonly #now = traceClock(clockOrigin())

  constructor({ seed, targetName, portals, workload }: OutsideHostOptions) {
    this.#workload = workload
    this.#host = new LabHost(
      {
        clock: createClock({ now: this.#now, reactor: this.#reactor }),
        network: createTcpNetwork(this.#reactor),
        trace: this.#lossTrace(),
        random: new Prng(seed),
      },
      {
        initiatorName: 'iqn.2026-11.test:outside-host',
        isidQualifier: 0x5000,
        portals: [
          { controller: 'a', ...portals.a },
          { controller: 'b', ...portals.b },
        ],
        targetName,
      },
    )
    this.#reactor.turn(() => this.#host.open())
  }

  report(): HostReport {
    return this.#host.report()
  }

  /** Begins, or goes on and measures the longest outage anew. */
  work(): void {
    this.#reactor.turn(() => {
      this.#host.countOutagesFrom({ atMs: this.#now(), reason: 'reset' })
      this.#host.startWorkload(this.#workload)
    })
  }

  /** Until everything that was sent is answered or given up. */
  rest(): Promise<void> {
    return new Promise((resolve) => this.#reactor.turn(() => this.#host.stopWorkload(resolve)))
  }

  verify(): Promise<VerificationResult> {
    return new Promise((resolve) => this.#reactor.turn(() => this.#host.verify(resolve)))
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#reactor.turn(() => this.#host.shutdown(resolve)))
  }

  #lossTrace(): TracePort {
    return {
      admit: () => false,
      record: ({ kind, data }: Omit<TraceEvent, 'id' | 'timeMs'>) => {
        if (kind === 'host.block-lost') this.losses.push(`${new Date().toISOString()} ${JSON.stringify(data)}`)
        return 0
      },
    } as TracePort
  }
}
