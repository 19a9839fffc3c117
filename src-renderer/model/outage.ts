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
  const { longest, luns: reported } = host?.outages ?? { longest: undefined, luns: [] }
  const luns = onceEach(reported)
  return { isMeasuring: luns.some(({ measured }) => measured), longest, luns, unanswered: unansweredLuns(host) }
}

/** A LUN may have been another volume's before. The one that is measured counts, or else the one with the longest outage. */
function onceEach(luns: readonly LunOutageReport[]): readonly LunOutageReport[] {
  const rank = ({ measured, longest }: LunOutageReport) => (measured ? Number.POSITIVE_INFINITY : (longest?.durationMs ?? 0))
  const best = new Map<number, LunOutageReport>()
  for (const one of luns) {
    const known = best.get(one.lun)
    if (known === undefined || rank(one) > rank(known)) best.set(one.lun, one)
  }
  return [...best.values()]
}

/** As its host finds it now, whatever the controllers say of themselves. */
export function unansweredLuns(host: HostReport | undefined): readonly LunOutageReport[] {
  const waiting = (host?.outages.luns ?? []).filter(({ measured, unansweredMs }) => measured && unansweredMs >= UNANSWERED_MS)
  return waiting.toSorted((one, other) => other.unansweredMs - one.unansweredMs)
}
