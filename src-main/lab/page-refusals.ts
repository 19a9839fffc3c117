import { LIMITS } from '../contract/limits'
import type { SecurityKind } from '../contract/security'
import type { TracePort } from '../core/ports'

const WHAT: SecurityKind = 'token-refused'

interface Refusals {
  readonly toldAtMs: number
  /** Since then, and not told. */
  readonly untold: number
}

/**
 * What the page's address refused: a missing or wrong token, a foreign page. It is no controller's, so no controller's security log has
 * it, but the trace does. The same again is counted, and is an event again only after a while: no flood pushes out other events.
 */
export class PageRefusals {
  readonly #trace: Pick<TracePort, 'record'>
  readonly #nowMs: () => number
  /** By sentence. The page has a handful. */
  readonly #bySentence = new Map<string, Refusals>()

  constructor(options: { readonly trace: Pick<TracePort, 'record'>; readonly nowMs: () => number }) {
    this.#trace = options.trace
    this.#nowMs = options.nowMs
  }

  note(remote: string, text: string): void {
    const nowMs = this.#nowMs()
    const known = this.#bySentence.get(text)
    if (known !== undefined && nowMs - known.toldAtMs < LIMITS.securityEventAgainMs) {
      this.#bySentence.set(text, { ...known, untold: known.untold + 1 })
      return
    }
    if (known === undefined && this.#bySentence.size >= LIMITS.securityEntriesPerKind) return
    this.#bySentence.set(text, { toldAtMs: nowMs, untold: 0 })
    const before = known === undefined || known.untold === 0 ? {} : { untoldBefore: known.untold }
    this.#trace.record({ place: 'midplane', kind: 'security.noted', data: { what: WHAT, who: '', remote, text, ...before } })
  }
}
