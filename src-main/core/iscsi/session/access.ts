import { LIMITS } from '../../../contract/limits'
import { LOGIN_STATUS } from '../codec/pdu/login'
import type { LoginFacts } from './login'

/** What stands in the place that a login wants: a session of the same initiator port, or the connection of a session. */
export interface Standing {
  /** Since its initiator was last heard. */
  readonly silentMs: number
}

export interface Refusal {
  readonly status: number
  readonly reason: string
}

/**
 * Who may log in, and to what: the one place where that is decided. Today everybody may who knows the target's name. CHAP and
 * the access of initiators to LUNs belong here: the negotiation of AuthMethod (`login.ts`, `wishes.ts`) hands over what was
 * proved in `facts`, and this answers `authenticationFailure` or `authorizationFailure`. Which LUNs an initiator sees is asked of
 * the logical unit directory by its nexus.
 *
 * A name and an ISID are no secret. So they do not take the place of a session that is in use: its initiator was heard a moment
 * ago, and one that comes back after a failure was not. It tries again (the status is one of the target's, RFC 7143 §11.13.5).
 */
export function refuseLogin(facts: LoginFacts, standing: Standing | undefined): Refusal | undefined {
  if (standing === undefined || facts.discovery || standing.silentMs >= LIMITS.sessionInUseMs) return undefined
  return { status: LOGIN_STATUS.serviceUnavailable, reason: 'the session of this name and ISID is in use' }
}
