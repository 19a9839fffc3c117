import type { Outage } from '../../src-main/contract/host'
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
  /** The longest wait of each LUN on this axis, in the order of the LUNs. */
  readonly waits: readonly AxisWait[]
}

export interface AxisWait {
  readonly lun: number
  readonly fromMs: number
  readonly toMs: number
  readonly isOver: boolean
}

/**
 * Where the host's longest outage began and ended beside the takeover, in milliseconds. There may be shorter ones, of which nothing is
 * said: what holds for the longest may not hold for them.
 */
export interface OutageReason {
  readonly kind:
    | 'waited-before'
    | 'waited-before-halt'
    | 'began-later'
    | 'began-after-halt'
    | 'before-fence'
    | 'around-fence'
    | 'answered-early'
    | 'back-later'
    | 'no-answer'
  readonly ms: number
}

export function takeoverAxis({ startedAtMs, totalMs, hostOutage, hostWaits }: TakeoverRecord): TakeoverAxis {
  const placed = ({ lun, isOver, ...outage }: Outage): AxisWait => {
    const fromMs = outage.startedAtMs - startedAtMs
    return { lun, fromMs, toMs: fromMs + outage.durationMs, isOver }
  }
  const longest = hostOutage && placed(hostOutage)
  const waits = hostWaits === undefined ? (longest === undefined ? [] : [longest]) : hostWaits.map(placed)
  const fromMs = Math.min(0, ...waits.map((wait) => wait.fromMs))
  const host = longest && { fromMs: longest.fromMs, toMs: longest.toMs }
  return { fromMs, spanMs: Math.max(1, totalMs, ...waits.map((wait) => wait.toMs)) - fromMs, host, waits }
}

/** Somebody asked for it: nothing has failed. */
export function isPlanned({ reason }: Pick<TakeoverRecord, 'reason'>): boolean {
  return reason === 'planned' || reason === 'restart'
}

export function outageReasons(takeover: TakeoverRecord): readonly OutageReason[] {
  const { host } = takeoverAxis(takeover)
  if (host === undefined) return []
  const first = beginning(takeover, host)
  // Where both still serve, its end says nothing of the takeover.
  return [first, ...(first?.kind === 'before-fence' ? [] : [end(takeover, host.toMs)])].filter((reason) => reason !== undefined)
}

function beginning(takeover: TakeoverRecord, { fromMs, toMs }: NonNullable<TakeoverAxis['host']>): OutageReason | undefined {
  const { reason } = takeover
  if (reason === 'interconnect' && toMs < fenceAskedMs(takeover)) return { kind: 'before-fence', ms: Math.max(0, fromMs) }
  if (fromMs < -TELLABLE_MS) return { kind: isPlanned(takeover) ? 'waited-before-halt' : 'waited-before', ms: -fromMs }
  if (fromMs <= TELLABLE_MS) return undefined
  if (reason === 'interconnect') return { kind: 'around-fence', ms: fromMs }
  return { kind: isPlanned(takeover) ? 'began-after-halt' : 'began-later', ms: fromMs }
}

/** Until then both controllers of a cut pair serve. */
function fenceAskedMs({ phases, startedAtMs }: TakeoverRecord): number {
  return (phases.find(({ phase }) => phase === 'detect')?.endedAtMs ?? startedAtMs) - startedAtMs
}

function end({ totalMs, hostOutage }: TakeoverRecord, toMs: number): OutageReason | undefined {
  if (toMs < totalMs - TELLABLE_MS) return { kind: 'answered-early', ms: totalMs - toMs }
  if (toMs <= totalMs + TELLABLE_MS) return undefined
  return { kind: hostOutage?.isOver === false ? 'no-answer' : 'back-later', ms: toMs - totalMs }
}
