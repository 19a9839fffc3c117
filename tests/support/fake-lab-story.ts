import type { ControllerId } from '../../src-main/contract/controller-id'
import type { Place, TraceData, TraceEvent, TraceKind } from '../../src-main/contract/trace'

/** Makes trace events that hang together: each step names the one before as its cause. */
export interface Step {
  readonly place: Place
  readonly kind: TraceKind
  readonly to?: Place
  readonly afterMs: number
  readonly data?: TraceData
  /** Which earlier step of the story caused it; the one before if absent. */
  readonly causeIndex?: number
}

export function createStoryteller() {
  let nextId = 1
  return function tell(atMs: number, steps: readonly Step[], request?: string): TraceEvent[] {
    const events: TraceEvent[] = []
    let timeMs = atMs
    steps.forEach((step, index) => {
      timeMs += step.afterMs
      const cause = index === 0 ? undefined : events[step.causeIndex ?? index - 1]?.id
      events.push({
        id: nextId++,
        timeMs,
        place: step.place,
        kind: step.kind,
        ...(request === undefined ? {} : { request }),
        ...(cause === undefined ? {} : { cause }),
        ...(step.to === undefined ? {} : { to: step.to }),
        ...(step.data === undefined ? {} : { data: step.data }),
      })
    })
    return events
  }
}

/** A read or a write by one portal, forwarded when the one that serves the portal does not own the volume. */
export function ioSteps(io: {
  operation: 'read' | 'write'
  portal: ControllerId
  servedBy: ControllerId
  owner: ControllerId
  lun: number
  block: number
  drives: readonly number[]
}): Step[] {
  const portal: Place = `portal-${io.portal}`
  const receiver: Place = `controller-${io.servedBy}`
  const owner: Place = `controller-${io.owner}`
  const steps: Step[] = [
    {
      place: 'host',
      kind: 'host.command',
      to: portal,
      afterMs: 0,
      data: { operation: io.operation, lun: io.lun, firstBlock: io.block, blockCount: 8 },
    },
    {
      place: portal,
      kind: 'portal.command',
      to: receiver,
      afterMs: 0.08,
      data: { lun: io.lun, opcode: io.operation === 'read' ? 0x88 : 0x8a, name: io.operation === 'read' ? 'READ (16)' : 'WRITE (16)' },
    },
  ]
  if (io.owner !== io.servedBy) steps.push({ place: receiver, kind: 'io.forwarded', to: owner, afterMs: 0.05 })
  const at = steps.length - 1
  for (const drive of io.drives) {
    steps.push({
      place: owner,
      kind: io.operation === 'read' ? 'drive.read' : 'drive.write',
      to: `drive-${drive}`,
      afterMs: 0.03,
      causeIndex: at,
      data: { block: io.block, blockCount: 8 },
    })
  }
  if (io.owner !== io.servedBy) steps.push({ place: owner, kind: 'io.returned', to: receiver, afterMs: 0.12 })
  steps.push({ place: portal, kind: 'portal.response', to: 'host', afterMs: 0.06, data: { status: 'GOOD' } })
  steps.push({ place: 'host', kind: 'host.response', afterMs: 0.05, data: { status: 'GOOD', latencyMs: 0.41 } })
  return steps
}

export function serviceSteps(service: {
  to: ControllerId
  receivedBy: ControllerId
  servedBy: ControllerId
  name: string
  code?: string
}): Step[] {
  const management: Place = `management-${service.to}`
  const receiver: Place = `controller-${service.receivedBy}`
  const server: Place = `controller-${service.servedBy}`
  const away = service.receivedBy !== service.servedBy
  const outcome = service.code ?? 'done'
  return [
    { place: 'host', kind: 'service.received', to: management, afterMs: 0, data: { name: service.name } },
    { place: management, kind: 'service.received', to: receiver, afterMs: 0.1, data: { name: service.name } },
    ...(away ? [{ place: receiver, kind: 'service.forwarded', to: server, afterMs: 0.2 } as const] : []),
    { place: server, kind: 'service.served', afterMs: 0.6, data: { name: service.name, outcome } },
    ...(away ? [{ place: server, kind: 'service.returned', to: receiver, afterMs: 0.2 } as const] : []),
    {
      place: management,
      kind: 'service.answered',
      to: 'host',
      afterMs: 0.2,
      ...(service.code === undefined ? {} : { data: { code: service.code } }),
    },
  ]
}
