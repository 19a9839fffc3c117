import type { HostReport, LunOutageReport, Outage, OutageCause } from '../../src-main/contract/host'
import type { TakeoverRecord } from '../../src-main/contract/snapshot'

/** A LUN that lets its host wait for so long does not answer. A shorter wait is usual, also of one that works. */
export const UNANSWERED_MS = 200

export interface OutageHeadline {
  /** Nothing is measured: there is no host, or nothing goes to any LUN. What was measured before still stands. */
  readonly isMeasuring: boolean
  /** Undefined: no command has waited yet, or none for longer than is usual. */
  readonly longest: Outage | undefined
  /** The longest wait where there was no outage. */
  readonly usualMs: number | undefined
  readonly luns: readonly LunOutageReport[]
  /** LUNs that do not answer now, with what is waited for longest first. */
  readonly unanswered: readonly LunOutageReport[]
}

export function outageHeadline(host: HostReport | undefined): OutageHeadline {
  const { longest, luns: reported } = host?.outages ?? { longest: undefined, luns: [] }
  const luns = onceEach(reported)
  const isOutage = longest !== undefined && !isUsual(longest)
  return {
    isMeasuring: luns.some(({ measured }) => measured),
    longest: isOutage ? longest : undefined,
    usualMs: isOutage ? undefined : longest?.durationMs,
    luns,
    unanswered: unansweredLuns(host),
  }
}

/** Nothing was done to the pair, or by it, and a LUN that works may let its host wait for so long. */
export function isUsual({ cause, durationMs }: Outage): boolean {
  return cause === undefined && durationMs < UNANSWERED_MS
}

/** The meter counts from a fault that struck when that takeover was over: it has nothing to do with what the meter says. */
export function isBeforeFault({ startedAtMs, totalMs }: TakeoverRecord, host: HostReport | undefined): boolean {
  const since = host?.outages.since
  return since?.reason === 'fault' && since.atMs > startedAtMs + totalMs
}

/** What the sentence of a cause is named by, and what is in it. */
export function causeWords(cause: OutageCause | undefined): { readonly key: string; readonly controller: string; readonly drive: string } {
  return {
    key: `outage.cause.${cause?.kind ?? 'none'}`,
    controller: cause !== undefined && 'controller' in cause ? cause.controller.toUpperCase() : '',
    drive: cause !== undefined && 'drive' in cause ? String(cause.drive) : '',
  }
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
