import type { TakeoverRecord } from '../../src-main/contract/snapshot'

/** What differs by less cannot be seen. */
const TELLABLE_MS = 1

/** One axis for what the controllers did and what the host saw. Zero is the failure, or when the dead controller was last heard of. */
export interface TakeoverAxis {
  /** At its left end: 0, or negative if the host waited before. */
  readonly fromMs: number
  readonly spanMs: number
  /** The host's outage on this axis; undefined: it has not been measured. */
  readonly host: { readonly fromMs: number; readonly toMs: number } | undefined
}

/** Why the host's outage is not as long as the takeover: what its two ends have to say, in milliseconds. */
export type OutageReason = {
  readonly kind: 'waited-before' | 'answered-until' | 'served-until-fence' | 'answered-early' | 'back-later'
  readonly ms: number
}

export function takeoverAxis({ startedAtMs, totalMs, hostOutage }: TakeoverRecord): TakeoverAxis {
  const host = hostOutage && {
    fromMs: hostOutage.startedAtMs - startedAtMs,
    toMs: hostOutage.startedAtMs + hostOutage.durationMs - startedAtMs,
  }
  const fromMs = Math.min(0, host?.fromMs ?? 0)
  return { fromMs, spanMs: Math.max(1, totalMs, host?.toMs ?? 0) - fromMs, host }
}

export function outageReasons(takeover: TakeoverRecord): readonly OutageReason[] {
  const { host } = takeoverAxis(takeover)
  if (host === undefined) return []
  return [beginning(takeover, host.fromMs), end(takeover, host.toMs)].filter((reason) => reason !== undefined)
}

function beginning({ reason }: TakeoverRecord, fromMs: number): OutageReason | undefined {
  if (fromMs < -TELLABLE_MS) return { kind: 'waited-before', ms: -fromMs }
  if (fromMs <= TELLABLE_MS) return undefined
  return { kind: reason === 'interconnect' ? 'served-until-fence' : 'answered-until', ms: fromMs }
}

function end({ totalMs }: TakeoverRecord, toMs: number): OutageReason | undefined {
  if (toMs < totalMs - TELLABLE_MS) return { kind: 'answered-early', ms: totalMs - toMs }
  return toMs > totalMs + TELLABLE_MS ? { kind: 'back-later', ms: toMs - totalMs } : undefined
}
