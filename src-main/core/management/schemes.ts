import type { ControllerId } from '../../contract/controller-id'
import type { DispatchScheme } from '../../contract/service-request'
import type { PreparedRequest } from './request'

export interface DispatchQuestion {
  readonly scheme: DispatchScheme | undefined
  readonly serviceOwner: ControllerId | undefined
  readonly self: ControllerId
  /** The other controller received it and decided already. */
  readonly isForwarded: boolean
}

const SCHEMES: Readonly<Record<DispatchScheme, (question: DispatchQuestion) => ControllerId>> = {
  'serve-locally': ({ self }) => self,
  'forward-to-owner': ({ self, serviceOwner }) => serviceOwner ?? self,
}

/** Who serves a request that this controller holds. A request that only one of them can do goes there in every scheme. */
export function chooseServer(prepared: PreparedRequest, question: DispatchQuestion): ControllerId {
  if (prepared.how === 'act' && prepared.server !== undefined) return prepared.server
  if (question.isForwarded || question.scheme === undefined) return question.self
  return SCHEMES[question.scheme](question)
}
