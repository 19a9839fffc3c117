import type { LabApi } from '../../src-main/contract/lab-api'

/**
 * - `refused`: the lab does not know this page's token; trying again is no use.
 * - `closed`: the lab was ended on purpose.
 */
export type LinkState = 'connecting' | 'open' | 'lost' | 'refused' | 'closed'

/** A LabApi and the state of the connection to it. Calls reject while the connection is not open. */
export interface LabConnection {
  readonly api: LabApi
  readonly kind: 'desktop' | 'browser'
  linkState(): LinkState
  onLinkState(listener: (state: LinkState) => void): () => void
}
