import type { ControllerParts, Peer } from '../peer/peer'
import { Signal } from '../peer/signal'
import { ArrayStore } from './array-store'
import { Committer } from './committer'
import { StateDrives } from './state-drives'

/** The array state: what this controller knows of it, what the drives say, and how it is changed. */
export interface State {
  readonly store: ArrayStore
  readonly stateDrives: StateDrives
  readonly committer: Committer
  /** The drives refused this controller's claim: the other one is the service owner. */
  readonly claimLost: Signal
}

export type StateParts = ControllerParts & Peer

export function createState(parts: StateParts): State {
  const store = new ArrayStore()
  const stateDrives = new StateDrives(parts.ports.drives)
  const claimLost = new Signal()
  return { store, stateDrives, claimLost, committer: new Committer({ ...parts, store, stateDrives, claimLost }) }
}
