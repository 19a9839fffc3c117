import { LIMITS } from '../../contract/limits'
import type { TracePort } from '../ports'
import type { HostVolume } from './host-volume'
import type { ReadFindings } from './ledger'

/** Lost blocks that get their own event, per workload or verification. All lost blocks are counted. */
const MAX_LOST_EVENTS = LIMITS.hostLostEvents

/** Takes down what reads found, whoever read. */
export class LossRecord {
  readonly #trace: TracePort
  #lost = 0
  #events = 0

  constructor(trace: TracePort) {
    this.#trace = trace
  }

  get lost(): number {
    return this.#lost
  }

  allowEvents(): void {
    this.#events = 0
  }

  take(volume: HostVolume, lost: ReadFindings['lost']): void {
    for (const { block, reason } of lost) {
      this.#lost++
      if (this.#events++ >= MAX_LOST_EVENTS) continue
      this.#trace.record({ place: 'host', kind: 'host.block-lost', data: { lun: volume.lun, block, reason } })
    }
  }
}
