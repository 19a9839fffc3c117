import type { ControllerId } from '../../contract/controller-id'
import { LIMITS } from '../../contract/limits'
import type { TraceId } from '../../contract/trace'
import type { TraceTag } from '../../core/ports'
import type { VolumeFault } from '../../core/scsi/device'
import { readFault, writeFault } from '../../core/scsi/faults'
import { STATUS } from '../../core/scsi/spec'
import type { HostWatcher, Operation, TryWatcher } from '../hosts/virtual-host'
import type { TracedEvent } from '../trace-log'

export interface HostTraceSurroundings {
  nowMs(): number
  /** Records an event that is not part of the run. */
  aside(event: TracedEvent): TraceId
}

/** Commands that may be traced at once. Beyond that, they are sampled evenly over the virtual second. */
const BURST_COMMANDS = 50

interface TracedCommand {
  readonly request: string
  readonly startedAtMs: number
  portal: ControllerId
  /** The newest event of this command. */
  cause: TraceId
}

/**
 * Traces the commands of simulated hosts and their answers for the picture. These hosts speak no iSCSI, so no portal traces them.
 * Each try carries a tag, and the pair traces the rest under that tag, as for a live command.
 */
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

  commandSent(operation: Operation, portal: ControllerId, again: boolean): TryWatcher | undefined {
    const known = this.#underWay.get(operation)
    if (known !== undefined) {
      const { request, cause } = known
      const retry = this.#around.aside({ place: 'host', kind: 'host.retry', request, cause, data: dataOf(operation) })
      known.portal = portal
      known.cause = this.#send(operation, portal, { request, cause: retry })
      return this.#try(operation, known)
    }
    if (again || !this.#admits()) return undefined
    const request = `io-${(++this.#count).toString(16)}`
    const sent = { request, startedAtMs: this.#around.nowMs(), portal, cause: this.#send(operation, portal, { request }) }
    this.#underWay.set(operation, sent)
    return this.#try(operation, sent)
  }

  commandAnswered(operation: Operation): void {
    const known = this.#underWay.get(operation)
    if (known === undefined) return
    const { request, portal, startedAtMs, cause } = known
    this.#underWay.delete(operation)
    this.#around.aside({
      place: 'host',
      kind: 'host.response',
      request,
      cause,
      data: { portal, status: STATUS.good, latencyMs: this.#around.nowMs() - startedAtMs },
    })
  }

  commandGivenUp(operation: Operation): void {
    this.#underWay.delete(operation)
  }

  #send(operation: Operation, portal: ControllerId, tag: { readonly request: string; readonly cause?: TraceId }): TraceId {
    return this.#around.aside({ ...tag, place: 'host', kind: 'host.command', to: `portal-${portal}`, data: dataOf(operation) })
  }

  /** An earlier try may still arrive, and be answered, after a later one was sent. */
  #try(operation: Operation, command: TracedCommand): TryWatcher {
    const { request, portal } = command
    let { cause } = command
    return {
      arrived: (server): TraceTag => {
        const data = { lun: operation.volume.lun, name: operation.kind }
        cause = this.#around.aside({ place: `portal-${portal}`, kind: 'portal.command', to: `controller-${server}`, request, cause, data })
        return { request, cause }
      },
      answered: (fault) => {
        command.cause = this.#around.aside({
          place: `portal-${portal}`,
          kind: 'portal.response',
          to: 'host',
          request,
          cause,
          data: { status: statusOf(operation, fault) },
        })
      },
    }
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

function dataOf({ kind, volume, firstBlock, blockCount }: Operation): {
  readonly operation: string
  readonly lun: number
  readonly firstBlock: number
  readonly blockCount: number
} {
  return { operation: kind, lun: volume.lun, firstBlock, blockCount }
}

/** As a portal would answer. */
function statusOf({ kind }: Operation, fault: VolumeFault | undefined): number {
  if (fault === undefined) return STATUS.good
  return (kind === 'read' ? readFault(fault) : writeFault(fault)).status
}
