/** What concerns who may do what at a controller. */
export type SecurityKind = 'login' | 'login-refused' | 'session-replaced' | 'reset' | 'token-refused' | 'address-stolen'

export interface SecurityNote {
  readonly kind: SecurityKind
  /** The name that it gave, if any. */
  readonly who: string
  /** "127.0.0.1:50412" */
  readonly remote: string
  /** A sentence for people. */
  readonly text: string
}
