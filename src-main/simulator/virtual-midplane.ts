import { assert } from '../base/assert'
import type { Prng } from '../base/prng'
import type { ArrayState } from '../contract/array-state'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../contract/controller-id'
import { SIGN_OF_LIFE_MS, START_WATCHDOG_MS, WATCHDOG_MS } from '../contract/midplane'
import type { ControllerEnd } from '../contract/snapshot'
import type { MidplanePort, TracePort } from '../core/ports'
import type { VirtualClaims } from './claim-table'
import type { Incarnation } from './incarnation'
import { OrderedDelay } from './ordered-delay'
import type { VirtualClock } from './virtual-clock'

const NOTICE_MS = 0.1

export interface MidplaneEvents {
  /** Makes the next incarnation of a controller and starts it. */
  start(controller: ControllerId): Incarnation
  presence(of: ControllerId, presence: 'present' | 'gone', incarnation: number, end?: ControllerEnd): void
  stateChanged(incarnation: Incarnation, state: ArrayState): void
}

/**
 * Resets, presence and serving lines, the watchdog, and restarts. A controller that is being reset is not granted the other one's
 * reset line.
 */
export class VirtualMidplane {
  readonly #clock: VirtualClock
  readonly #random: Prng
  readonly #trace: TracePort
  readonly #claims: VirtualClaims
  readonly #events: MidplaneEvents
  readonly #slots: Record<ControllerId, Incarnation | undefined> = { a: undefined, b: undefined }
  /** Extra time that a reset takes. */
  extraResetMs = 0
  /** Extra delay of a notice about a controller's presence. */
  extraNoticeMs = 0
  readonly #notices: Record<ControllerId, OrderedDelay>
  /** Controllers that start again as soon as the incarnation before has exited. */
  readonly #restarts = new Set<ControllerId>()

  constructor(parts: {
    readonly clock: VirtualClock
    readonly random: Prng
    readonly trace: TracePort
    readonly claims: VirtualClaims
    readonly events: MidplaneEvents
  }) {
    this.#clock = parts.clock
    this.#random = parts.random
    this.#trace = parts.trace
    this.#claims = parts.claims
    this.#events = parts.events
    const line = (): OrderedDelay => new OrderedDelay(parts.clock, () => this.noticeMs())
    this.#notices = { a: line(), b: line() }
  }

  /** Drawn for each notice, so that notices and messages of the interconnect arrive in any order. */
  noticeMs(): number {
    return NOTICE_MS * (0.5 + this.#random.fraction()) + this.extraNoticeMs * this.#random.fraction()
  }

  /** The incarnation in the slot, which may be hung or dying; undefined once it has exited. */
  occupant(controller: ControllerId): Incarnation | undefined {
    return this.#slots[controller]
  }

  start(controller: ControllerId): void {
    assert(this.#slots[controller] === undefined, `controller ${controller} is there already`)
    this.#record('midplane.controller-started', controller)
    const started = this.#events.start(controller)
    this.#slots[controller] = started
    const firstSignAtMs = this.#clock.nowMs() + SIGN_OF_LIFE_MS
    started.onHang((hasEnded) =>
      this.#watch(started, { limitMs: this.#clock.nowMs() < firstSignAtMs ? START_WATCHDOG_MS : WATCHDOG_MS, hasEnded }),
    )
    this.#notify(started, 'present')
  }

  kill(controller: ControllerId): void {
    this.#record('midplane.controller-killed', controller)
    this.#end(controller)
  }

  restart(controller: ControllerId): void {
    const occupant = this.#slots[controller]
    if (occupant === undefined) {
      this.start(controller)
      return
    }
    this.#restarts.add(controller)
    this.#end(controller, occupant.state === 'hung' ? 'hang' : 'restart')
  }

  /** The whole application is killed: both at once, with all they had in flight, and what the midplane had in memory. */
  killApplication(): void {
    for (const controller of CONTROLLER_IDS) {
      const occupant = this.#slots[controller]
      this.#slots[controller] = undefined
      this.#record('midplane.controller-killed', controller)
      occupant?.die()
      occupant?.exit()
    }
    this.#restarts.clear()
    this.#claims.forget()
  }

  port(self: Incarnation): MidplanePort {
    const { controller } = self
    const peer = peerOf(controller)
    return {
      fencePeer: (done) => {
        this.#record('midplane.reset-requested', peer)
        self.after(NOTICE_MS, () => {
          if (!self.isAlive) {
            this.#record('midplane.reset-refused', peer)
            done('refused')
            return
          }
          this.#record('midplane.reset-granted', peer)
          this.#whenGone(peer, () => self.after(this.noticeMs(), () => done('fenced')))
        })
      },
      requestRestart: (of) => this.#clock.after(NOTICE_MS, () => this.restart(of)),
      haltPeer: (done) => this.#whenGone(peer, () => self.after(NOTICE_MS, done)),
      raiseClaim: (claim) => this.#claims.raise(claim),
      claimEpoch: (slot) => this.#claims.epoch(slot),
      raiseServingLine: () => (self.servingLine = true),
      peerServes: () => this.#slots[peer]?.servingLine === true,
      noteStateChanged: (state) => state !== undefined && this.#events.stateChanged(self, state),
    }
  }

  /** The watchdog. */
  #watch(hung: Incarnation, { limitMs, hasEnded }: { readonly limitMs: number; readonly hasEnded: () => boolean }): void {
    this.#clock.after(limitMs, () => {
      if (hasEnded() || this.#slots[hung.controller] !== hung) return
      this.#record('midplane.watchdog-fired', hung.controller)
      this.restart(hung.controller)
    })
  }

  #whenGone(controller: ControllerId, gone: () => void): void {
    const occupant = this.#slots[controller]
    if (occupant === undefined) gone()
    else {
      occupant.onExit(gone)
      this.#end(controller)
    }
  }

  /** Ends the occupant now; it has exited a few milliseconds later. */
  #end(controller: ControllerId, end?: ControllerEnd): void {
    const occupant = this.#slots[controller]
    if (!occupant?.isAlive) return
    occupant.die()
    this.#clock.after(this.extraResetMs + 3 + this.#random.fraction() * 4, () => {
      if (this.#slots[controller] !== occupant) return
      this.#slots[controller] = undefined
      occupant.exit()
      this.#record('midplane.controller-exited', controller)
      this.#notify(occupant, 'gone', end)
      if (this.#restarts.delete(controller)) this.#clock.after(1, () => this.#startIfEmpty(controller))
    })
  }

  #startIfEmpty(controller: ControllerId): void {
    if (this.#slots[controller] === undefined) this.start(controller)
  }

  #notify({ controller: of, number }: Incarnation, presence: 'present' | 'gone', end?: ControllerEnd): void {
    this.#notices[of].carry(() => this.#events.presence(of, presence, number, end))
  }

  #record(kind: Parameters<TracePort['record']>[0]['kind'], controller: ControllerId): void {
    this.#trace.record({ place: 'midplane', kind, to: `controller-${controller}`, data: { controller } })
  }
}
