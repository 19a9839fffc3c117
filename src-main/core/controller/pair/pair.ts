import type { TraceId } from '../../../contract/trace'
import type { IscsiTarget } from '../../iscsi/session/target'
import type { Drives, DrivesParts } from '../drives/drives'
import { Signal } from '../peer/signal'
import { Giveback } from './giveback'
import { Membership } from './membership'
import { PlannedHalt } from './planned-halt'
import { Portals } from './portals'
import { Restarts } from './restarts'
import { Shutdown } from './shutdown'
import { TakeoverHistory } from './takeover-record'

/** The pair: who is in it, taking over from the other controller, and giving back to it. */
export interface Pair {
  readonly portals: Portals
  readonly history: TakeoverHistory
  readonly membership: Membership
  readonly giveback: Giveback
  readonly halt: PlannedHalt
  readonly restarts: Restarts
  readonly shutdown: Shutdown
  readonly peerLost: Signal
  readonly peerJoined: Signal<[cause: TraceId | undefined]>
  readonly takenOver: Signal
}

export type PairParts = DrivesParts & Drives & { readonly iscsi: IscsiTarget }

export function createPair(below: PairParts): Pair {
  const peerLost = new Signal()
  const peerJoined: Pair['peerJoined'] = new Signal()
  const takenOver = new Signal()
  const history = new TakeoverHistory()
  const portals = new Portals(below)
  const membership = new Membership({ ...below, portals, history, peerLost, peerJoined, takenOver })
  const giveback = new Giveback({ ...below, history })
  const halt = new PlannedHalt({ ...below, portals, membership })
  const restarts = new Restarts(below)
  const shutdown = new Shutdown({ ...below, portals, membership })
  return { portals, history, membership, giveback, halt, restarts, shutdown, peerLost, peerJoined, takenOver }
}
