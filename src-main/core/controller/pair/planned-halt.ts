import { failure, ok, type Result } from '../../../base/result'
import type { ControllerId } from '../../../contract/controller-id'
import type { ServiceError } from '../../../contract/service-request'
import type { IscsiTarget } from '../../iscsi/session/target'
import type { ClockPort, MidplanePort, Timer } from '../../ports'
import type { Membership } from './membership'
import { PeerCalls } from '../peer/peer-calls'
import type { PeerSession } from '../peer/peer-session'
import type { Standing } from '../peer/standing'
import type { ControllerTimings } from '../peer/timings'
import type { Portals } from './portals'

type HaltDone = (outcome: Result<undefined, ServiceError>) => void

const PEER_IS_AWAY: ServiceError = {
  code: 'not-possible-now',
  message: 'The other controller went away before it could be halted. A takeover is running.',
}
const LOGOUT_SECONDS = 1

export interface PlannedHaltParts {
  readonly self: ControllerId
  readonly incarnation: number
  readonly clock: ClockPort
  readonly midplane: MidplanePort
  readonly session: PeerSession
  readonly portals: Portals
  readonly iscsi: IscsiTarget
  readonly standing: Standing
  readonly membership: Membership
  readonly timings: Pick<ControllerTimings, 'answerBeforeDownMs'>
}

/**
 * The last part of a planned takeover. The peer, which owns no volumes by now, asks its hosts to log out and closes its
 * addresses. Then the midplane halts it, and this controller takes over the rest as from a peer that is gone.
 */
export class PlannedHalt {
  readonly #parts: PlannedHaltParts
  readonly #calls: PeerCalls<undefined>
  #done: HaltDone | undefined
  #grace: Timer | undefined

  constructor(parts: PlannedHaltParts) {
    this.#parts = parts
    this.#calls = new PeerCalls({ limit: 1, incarnation: parts.incarnation })
  }

  /** Calls `done` when the peer is down and its addresses are served here. */
  haltPeer(done: HaltDone): void {
    if (!this.#parts.standing.peerIsMember || this.#calls.isFull || this.#done !== undefined) {
      done(failure(PEER_IS_AWAY))
      return
    }
    const callId = this.#calls.begin((answer) => {
      if (answer === 'peer-lost') {
        done(failure(PEER_IS_AWAY))
        return
      }
      this.#done = done
      this.#parts.membership.planTakeover()
      const { peerIncarnation } = this.#parts.session
      this.#parts.midplane.haltPeer(() => this.#parts.membership.setPresence('gone', peerIncarnation))
    })
    this.#parts.session.send({ type: 'stand-down', callId })
  }

  stoodDown(callId: number): void {
    this.#calls.answer(callId, undefined)
  }

  /** The peer can no longer halt this controller, so the addresses stay open. */
  peerLost(): void {
    this.#grace?.cancel()
    this.#calls.lose()
  }

  /** A planned takeover is complete. */
  takenOver(): void {
    const done = this.#done
    this.#done = undefined
    done?.(ok(undefined))
  }

  /** The peer will halt this controller. Hosts get a moment to log out before the addresses close. */
  standDown(callId: number): void {
    const { self, clock, session, portals, iscsi, timings } = this.#parts
    const answer = (): void => {
      if (session.isEstablished) session.send({ type: 'stood-down', callId })
    }
    iscsi.requestLogout({ portal: self, withinSeconds: LOGOUT_SECONDS })
    this.#grace = clock.after(timings.answerBeforeDownMs, () => portals.closeFor(self, answer))
  }
}
