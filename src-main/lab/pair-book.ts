import { CONTROLLER_IDS } from '../contract/controller-id'
import type { HostReport } from '../contract/host'
import type { TraceEvent } from '../contract/trace'
import { CounterBook } from '../snapshot/counter-book'
import { OutageCauses } from '../snapshot/outage-causes'
import { TakeoverBook } from '../snapshot/takeover-book'
import type { HostSupervisor } from './host-supervisor'
import type { Midplane } from './midplane'

/** What is written down of a pair that runs, and what its host is told of it: the host does not know what was done to the pair. */
export class PairBook {
  readonly takeovers = new TakeoverBook()
  readonly counts = new CounterBook()
  readonly #outageCauses = new OutageCauses()

  /** Something of the controllers may have changed. */
  look({ slots }: Pick<Midplane, 'slots'>, host: Pick<HostSupervisor, 'send'>): void {
    for (const id of CONTROLLER_IDS) {
      const { incarnation, report, state } = slots[id]
      this.counts.note(id, incarnation, report)
      for (const { startedAtMs, totalMs } of this.takeovers.noteController(id, state, report))
        host.send({ type: 'takeover', startedAtMs, servingAtMs: startedAtMs + totalMs })
    }
  }

  /** Outages count from the newest fault on. */
  lookForFaults(events: readonly TraceEvent[], host: Pick<HostSupervisor, 'send'>): void {
    for (const event of events)
      if (this.#outageCauses.take(event)) host.send({ type: 'count-outages', since: { atMs: event.timeMs, reason: 'fault' } })
  }

  /** What the host measured, with what was done then. */
  explained(report: HostReport | undefined): HostReport | undefined {
    return report && { ...report, outages: this.#outageCauses.explain(report.outages) }
  }
}
