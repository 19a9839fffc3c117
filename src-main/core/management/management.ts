import type { Prng } from '../../base/prng'
import type { TransferOutcome } from '../../contract/interconnect'
import type { ControllerId } from '../../contract/controller-id'
import type { TraceId } from '../../contract/trace'
import type { Pair, PairParts } from '../controller/pair/pair'
import { Signal } from '../controller/peer/signal'
import { Dispatch } from './dispatch'
import { Operations } from './operations'
import { ServiceCounters } from './request-parts'
import { Server } from './server'
import { ServiceTransfer } from './service-transfer'

/** Service requests: receiving them, finding the controller that serves them, and carrying them out. */
export interface Management {
  readonly serviceCounters: ServiceCounters
  readonly operations: Operations
  readonly transfer: ServiceTransfer
  readonly dispatch: Dispatch
  /** Requests that waited for service ownership can be reviewed. `outcome` answers this controller's ask, else it is `moot`. */
  readonly transferEnded: Signal<[outcome: TransferOutcome, cause: TraceId | undefined]>
}

export interface ManagementOptions {
  readonly random: Prng
  readonly targetName: string
  /** Where each controller's service requests are sent: "http://127.0.0.1:8001". */
  readonly managementAddresses: Readonly<Record<ControllerId, string>>
}

export type ManagementParts = PairParts & Pair & ManagementOptions

export function createManagement(below: ManagementParts): Management {
  const transferEnded: Management['transferEnded'] = new Signal()
  const serviceCounters = new ServiceCounters()
  const operations = new Operations(below)
  const server = new Server({ ...below, operations, serviceCounters })
  const transfer = new ServiceTransfer({ ...below, transferEnded })
  const dispatch = new Dispatch({ ...below, serviceCounters, server, transfer })
  return { serviceCounters, operations, transfer, dispatch, transferEnded }
}
