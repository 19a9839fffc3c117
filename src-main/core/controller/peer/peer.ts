import type { ControllerId } from '../../../contract/controller-id'
import type { ClockPort, ControllerPorts, MidplanePort, TracePort } from '../../ports'
import type { Rounds } from '../../turns/rounds'
import { EventLog } from './event-log'
import { SecurityLog } from './security-log'
import { PeerSession } from './peer-session'
import { Signal } from './signal'
import { PairStanding } from './standing'
import type { ControllerTimings } from './timings'

/** What every room of a controller gets: its identity, its ports, and its delays. */
export interface ControllerParts {
  readonly self: ControllerId
  /** From 1 on; grows with every start of this controller. */
  readonly incarnation: number
  readonly ports: ControllerPorts
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly midplane: MidplanePort
  /** Shares its time among those who want something of it. */
  readonly rounds: Rounds
  readonly timings: ControllerTimings
}

/** The lowest room: the session with the peer, and this controller's status in the pair. */
export interface Peer {
  readonly log: EventLog
  readonly security: SecurityLog
  readonly session: PeerSession
  readonly standing: PairStanding
  /** The phase, membership, addresses, or array state changed: parts that depend on them review what should be. */
  readonly changed: Signal
}

export function createPeer(parts: ControllerParts): Peer {
  const { clock, ports } = parts
  const log = new EventLog(clock)
  const changed = new Signal()
  const session = new PeerSession({ ...parts, port: ports.peer })
  return { log, security: new SecurityLog(parts), session, changed, standing: new PairStanding({ ...parts, log, session, changed }) }
}
