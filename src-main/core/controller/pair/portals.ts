import type { ControllerId } from '../../../contract/controller-id'
import type { IscsiTarget } from '../../iscsi/session/target'
import type { ClockPort, ControllerPorts, Timer, TracePort } from '../../ports'
import type { EventLog } from '../peer/event-log'
import type { Signal } from '../peer/signal'
import type { PairStanding } from '../peer/standing'
import type { ControllerTimings } from '../peer/timings'

interface Portal {
  wanted: boolean
  /** `opening`: the port has not answered yet. `closing`: requests under way are answered first, then the port closes. */
  state: 'closed' | 'opening' | 'open' | 'closing'
  retry: Timer | undefined
  complained: boolean
  waiting: (() => void)[]
}

export interface PortalsParts {
  readonly self: ControllerId
  readonly ports: Pick<ControllerPorts, 'portals'>
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly log: EventLog
  readonly timings: Pick<ControllerTimings, 'retryMs'>
  readonly iscsi: Pick<IscsiTarget, 'quiesce' | 'resume'>
  readonly standing: PairStanding
  readonly changed: Signal
}

/** The addresses this controller listens on: its own and, after a takeover, the peer's. */
export class Portals {
  readonly #parts: PortalsParts
  readonly #portals: Readonly<Record<ControllerId, Portal>> = { a: closedPortal(), b: closedPortal() }

  constructor(parts: PortalsParts) {
    this.#parts = parts
  }

  /** The address is open or will be. */
  isWanted(of: ControllerId): boolean {
    return this.#portals[of].wanted
  }

  /** Calls `done` when the address listens or is no longer wanted. An address in use is tried again until it is free. */
  openFor(of: ControllerId, done: () => void): void {
    this.#want(of, true, done)
  }

  closeFor(of: ControllerId, done: () => void): void {
    this.#want(of, false, done)
  }

  #want(of: ControllerId, wanted: boolean, done: () => void): void {
    const portal = this.#portals[of]
    const state = wanted ? 'open' : 'closed'
    if (portal.wanted !== wanted) {
      portal.wanted = wanted
      // Callers that wait for the opposite get their answer now, because it will not come.
      release(portal)
    }
    if (portal.state === state) {
      done()
      return
    }
    portal.waiting.push(done)
    this.#pursue(of)
  }

  #pursue(of: ControllerId): void {
    const portal = this.#portals[of]
    if (portal.wanted && portal.state === 'closed' && portal.retry === undefined) {
      portal.state = 'opening'
      this.#parts.ports.portals.open(of, (error) => this.#opened(of, error))
    } else if (!portal.wanted && portal.state === 'open') {
      portal.state = 'closing'
      this.#parts.standing.setPortal(of, false)
      this.#parts.changed.tell()
      this.#parts.iscsi.quiesce(of, () => this.#parts.ports.portals.close(of, () => this.#closed(of)))
    } else if (!portal.wanted && portal.state === 'closed') {
      portal.retry?.cancel()
      portal.retry = undefined
      release(portal)
    }
  }

  #opened(of: ControllerId, error: string | undefined): void {
    const portal = this.#portals[of]
    if (error !== undefined) {
      portal.state = 'closed'
      const message = `The addresses of controller ${of.toUpperCase()} cannot be opened: ${error}. The controller tries again.`
      if (!portal.complained) this.#parts.log.add('error', message)
      portal.complained = true
      portal.retry = this.#parts.clock.after(this.#parts.timings.retryMs, () => {
        portal.retry = undefined
        this.#pursue(of)
      })
      return
    }
    portal.state = 'open'
    this.#parts.standing.setPortal(of, true)
    portal.complained = false
    this.#parts.trace.record({ place: `controller-${this.#parts.self}`, kind: 'portal.opened', to: `portal-${of}` })
    this.#parts.changed.tell()
    if (portal.wanted) release(portal)
    else this.#pursue(of)
  }

  #closed(of: ControllerId): void {
    const portal = this.#portals[of]
    portal.state = 'closed'
    this.#parts.iscsi.resume(of)
    this.#parts.trace.record({ place: `controller-${this.#parts.self}`, kind: 'portal.closed', to: `portal-${of}` })
    if (portal.wanted) this.#pursue(of)
    else release(portal)
  }
}

function closedPortal(): Portal {
  return { wanted: false, state: 'closed', retry: undefined, complained: false, waiting: [] }
}

function release(portal: Portal): void {
  const waiting = portal.waiting
  portal.waiting = []
  for (const done of waiting) done()
}
