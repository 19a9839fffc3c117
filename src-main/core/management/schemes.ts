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

/** - `own`: this controller serves it as soon as it is the service owner; `refuse`: only the primary takes requests. */
export type Way = 'self' | 'peer' | 'own' | 'refuse'

const WAYS_OF_NON_OWNER: Readonly<Record<DispatchScheme, Way>> = {
  'serve-locally': 'self',
  'forward-to-owner': 'peer',
  'transfer-ownership': 'own',
  'primary-only': 'refuse',
}

/**
 * Decides where a request goes. A request that only one controller can carry out goes there under every scheme, unless it is
 * refused.
 */
export function chooseWay(prepared: PreparedRequest, { scheme, serviceOwner, self, isForwarded }: DispatchQuestion): Way {
  const isOwner = serviceOwner === undefined || serviceOwner === self
  if (scheme === 'primary-only' && !isOwner && !isForwarded) return 'refuse'
  if (prepared.how === 'act' && prepared.server !== undefined) return prepared.server === self ? 'self' : 'peer'
  if (isForwarded || scheme === undefined) return 'self'
  if (isOwner) return scheme === 'transfer-ownership' ? 'own' : 'self'
  return WAYS_OF_NON_OWNER[scheme]
}
