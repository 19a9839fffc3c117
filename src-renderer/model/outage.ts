import type { HostReport, LunOutageReport, Outage } from '../../src-main/contract/host'

/** A LUN that lets its host wait for so long does not answer. A shorter wait is usual, also of one that works. */
export const UNANSWERED_MS = 200

export interface OutageHeadline {
  /** Nothing is measured: there is no host, or nothing goes to any LUN. What was measured before still stands. */
  readonly isMeasuring: boolean
  /** Undefined: no command has waited yet. */
  readonly longest: Outage | undefined
  readonly luns: readonly LunOutageReport[]
  /** LUNs that do not answer now, with what is waited for longest first. */
  readonly unanswered: readonly LunOutageReport[]
}

export function outageHeadline(host: HostReport | undefined): OutageHeadline {
  const { longest, luns } = host?.outages ?? { longest: undefined, luns: [] }
  return { isMeasuring: luns.some(({ measured }) => measured), longest, luns, unanswered: unansweredLuns(host) }
}

/** As its host finds it now, whatever the controllers say of themselves. */
export function unansweredLuns(host: HostReport | undefined): readonly LunOutageReport[] {
  const waiting = (host?.outages.luns ?? []).filter(({ measured, unansweredMs }) => measured && unansweredMs >= UNANSWERED_MS)
  return waiting.toSorted((one, other) => other.unansweredMs - one.unansweredMs)
}
