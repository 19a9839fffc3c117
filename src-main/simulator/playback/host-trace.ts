import type { ControllerId } from '../../contract/controller-id'
import { LIMITS } from '../../contract/limits'
import type { TraceEvent, TraceId } from '../../contract/trace'
import type { HostWatcher, Operation } from '../hosts/virtual-host'

export interface HostTraceSurroundings {
  nowMs(): number
  serverOf(portal: ControllerId): ControllerId | undefined
  record(event: Omit<TraceEvent, 'id' | 'timeMs'>): TraceId
}

/** Commands that may be traced at once; beyond, they are drawn evenly over the virtual second. */
const BURST_COMMANDS = 50

interface TracedCommand {
  readonly request: string
  readonly startedAtMs: number
  portal: ControllerId
  cause: TraceId
}

/** What simulated hosts send and are answered, as events of the picture: they speak no iSCSI, and no portal tells of them. */
export class HostTrace implements HostWatcher {
  readonly #around: HostTraceSurroundings
  readonly #underWay = new Map<Operation, TracedCommand>()
  #count = 0
  #omitted = 0
  #allowance = BURST_COMMANDS
  #allowedAtMs = 0

  constructor(around: HostTraceSurroundings) {
    this.#around = around
  }

  /** Commands that were not traced. */
  get omitted(): number {
    return this.#omitted
  }

  commandSent(operation: Operation, portal: ControllerId, again: boolean): void {
    const known = this.#underWay.get(operation)
    if (known !== undefined) {
      known.portal = portal
      known.cause = this.#arrive(operation, portal, known.request, this.#around.record({ place: 'host', kind: 'host.retry', request: known.request, cause: known.cause, data: dataOf(operation) }))
    } else if (!again && this.#admits()) {
      const request = `io-${(++this.#count).toString(16)}`
      this.#underWay.set(operation, { request, startedAtMs: this.#around.nowMs(), portal, cause: this.#arrive(operation, portal, request) })
    }
  }

  commandAnswered(operation: Operation): void {
    const known = this.#underWay.get(operation)
    if (known === undefined) return
    const { request, portal, startedAtMs } = known
    this.#underWay.delete(operation)
    const cause = this.#around.record({ place: `portal-${portal}`, kind: 'portal.response', to: 'host', request, cause: known.cause, data: { status: 0 } })
    this.#around.record({ place: 'host', kind: 'host.response', request, cause, data: { portal, status: 0, latencyMs: this.#around.nowMs() - startedAtMs } })
  }

  commandGivenUp(operation: Operation): void {
    this.#underWay.delete(operation)
  }

  /** On its way to the portal, and from there to whoever serves it. */
  #arrive(operation: Operation, portal: ControllerId, request: string, after?: TraceId): TraceId {
    const { record, serverOf } = this.#around
    const cause = record({ place: 'host', kind: 'host.command', to: `portal-${portal}`, request, data: dataOf(operation), ...(after === undefined ? {} : { cause: after }) })
    const server = serverOf(portal)
    if (server === undefined) return cause
    return record({ place: `portal-${portal}`, kind: 'portal.command', to: `controller-${server}`, request, cause, data: { lun: operation.spot.lun, name: operation.kind } })
  }

  #admits(): boolean {
    const nowMs = this.#around.nowMs()
    this.#allowance = Math.min(BURST_COMMANDS, this.#allowance + ((nowMs - this.#allowedAtMs) * LIMITS.tracedCommandsPerSecond) / 1000)
    this.#allowedAtMs = nowMs
    if (this.#allowance >= 1) {
      this.#allowance--
      return true
    }
    this.#omitted++
    return false
  }
}

function dataOf({ kind, spot, firstBlock, blockCount }: Operation): { readonly operation: string; readonly lun: number; readonly firstBlock: number; readonly blockCount: number } {
  return { operation: kind, lun: spot.lun, firstBlock, blockCount }
}
