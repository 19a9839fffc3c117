import type { ControllerId } from '../../../contract/controller-id'
import type { ClockPort, PortalPort, Timer, TracePort } from '../../ports'
import type { EventLog } from '../peer/event-log'
import type { Signal } from '../peer/signal'
import type { PairStanding } from '../peer/standing'

interface Portal {
  wanted: boolean
  /** `opening` and `closing`: the port has been asked and has not answered. An address that closes answers first what is under way. */
  state: 'closed' | 'opening' | 'open' | 'closing'
  retry: Timer | undefined
  complained: boolean
  waiting: (() => void)[]
}

/** The addresses this controller listens on: its own and, after a takeover, the peer's. */
export class Portals {
  readonly #self: ControllerId
  readonly #port: PortalPort
  readonly #clock: ClockPort
  readonly #trace: TracePort
  readonly #log: EventLog
  readonly #retryMs: number
  readonly #quiesce: (of: ControllerId, done: () => void) => void
  readonly #standing: PairStanding
  readonly #changed: Signal
  readonly #portals: Readonly<Record<ControllerId, Portal>> = { a: closedPortal(), b: closedPortal() }

  constructor(parts: {
    readonly self: ControllerId
    readonly port: PortalPort
    readonly clock: ClockPort
    readonly trace: TracePort
    readonly log: EventLog
    readonly retryMs: number
    /** Begins nothing more that comes by this address; `done` when nothing of it is under way. */
    readonly quiesce: (of: ControllerId, done: () => void) => void
    readonly standing: PairStanding
    readonly changed: Signal
  }) {
    this.#self = parts.self
    this.#port = parts.port
    this.#clock = parts.clock
    this.#trace = parts.trace
    this.#log = parts.log
    this.#retryMs = parts.retryMs
    this.#quiesce = parts.quiesce
    this.#standing = parts.standing
    this.#changed = parts.changed
  }

  /** It is open, or will be. */
  isWanted(of: ControllerId): boolean {
    return this.#portals[of].wanted
  }

  /** `done` when it listens; an address that is taken is tried again until it is free or not wanted any more. */
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
      // Whoever waited for the opposite is answered: it will not come.
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
      this.#port.open(of, (error) => this.#opened(of, error))
    } else if (!portal.wanted && portal.state === 'open') {
      portal.state = 'closing'
      this.#standing.setPortal(of, false)
      this.#changed.tell()
      this.#quiesce(of, () => this.#port.close(of, () => this.#closed(of)))
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
      if (!portal.complained) this.#log.add('error', `The addresses of controller ${of.toUpperCase()} cannot be opened: ${error}. They are tried again.`)
      portal.complained = true
      portal.retry = this.#clock.after(this.#retryMs, () => {
        portal.retry = undefined
        this.#pursue(of)
      })
      return
    }
    portal.state = 'open'
    this.#standing.setPortal(of, true)
    portal.complained = false
    this.#trace.record({ place: `controller-${this.#self}`, kind: 'portal.opened', to: `portal-${of}` })
    this.#changed.tell()
    if (portal.wanted) release(portal)
    else this.#pursue(of)
  }

  #closed(of: ControllerId): void {
    const portal = this.#portals[of]
    portal.state = 'closed'
    this.#trace.record({ place: `controller-${this.#self}`, kind: 'portal.closed', to: `portal-${of}` })
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
