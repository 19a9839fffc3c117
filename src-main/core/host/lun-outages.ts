import type { HostReport, Outage, OutagesSince } from '../../contract/host'
import { LIMITS } from '../../contract/limits'
import type { HostVolume } from './host-volume'
import type { MeasuredOutage } from './longest-outages'
import { OutageMeter } from './outage-meter'
import type { TakeoverSpan } from './takeover-outage'

/** A volume keeps its meter if its LUN changes. */
type MeteredVolume = Pick<HostVolume, 'identifier' | 'lun'>

/** The outages of all LUNs, measured apart, because one may serve while another does not. The array's is that of the worst LUN. */
export class LunOutages {
  readonly #meters = new Map<string, { readonly meter: OutageMeter; lun: number }>()
  #sent: ReadonlySet<string> = new Set()
  #since: OutagesSince = { atMs: 0, reason: 'start' }

  /** The meter of a volume; whoever asks for a request keeps it until the answer. */
  meterOf({ identifier, lun }: MeteredVolume): OutageMeter {
    const known = this.#meters.get(identifier)
    if (known) {
      known.lun = lun
      return known.meter
    }
    const [oldest] = this.#meters.keys()
    if (oldest !== undefined && this.#meters.size >= LIMITS.luns) this.#meters.delete(oldest)
    const meter = new OutageMeter()
    this.#meters.set(identifier, { meter, lun })
    return meter
  }

  /** The volumes that the workload sends to. Of others nothing is known, which is not the same as no outage. */
  sendTo(volumes: readonly MeteredVolume[]): void {
    this.#sent = new Set(volumes.map(({ identifier }) => identifier))
  }

  /** What was over before does not count any more. It may be told later than it was. */
  countFrom(since: OutagesSince, nowMs: number): void {
    this.#since = since
    if (since.reason === 'fault') this.#faultStruck(since.atMs, nowMs)
  }

  takeoverOver(takeover: TakeoverSpan, nowMs: number): void {
    for (const { meter } of this.#meters.values()) meter.takeoverOver(takeover, nowMs)
    // The next fault may have been told before.
    if (this.#since.reason === 'fault') this.#faultStruck(this.#since.atMs, nowMs)
  }

  #faultStruck(atMs: number, nowMs: number): void {
    for (const { meter } of this.#meters.values()) meter.faultStruck(atMs, nowMs)
  }

  report(nowMs: number): Pick<HostReport, 'outages' | 'takeoverOutage' | 'takeoverWaits'> {
    const luns = [...this.#meters].map(([identifier, { meter, lun }]) => {
      const longest = outageOf(lun, meter.longestSince(this.#since.atMs, nowMs))
      return {
        lun,
        measured: this.#sent.has(identifier) || meter.isWaiting,
        unansweredMs: meter.unansweredMs(nowMs),
        ...(longest === undefined ? {} : { longest }),
      }
    })
    luns.sort((a, b) => a.lun - b.lun)
    const longest = longestOf(luns.map((lun) => lun.longest))
    const waits = [...this.#meters.values()].flatMap(({ meter, lun }) => outageOf(lun, meter.ofTakeover(nowMs)) ?? [])
    waits.sort((a, b) => a.lun - b.lun)
    const takeoverOutage = longestOf(waits)
    return {
      outages: { since: this.#since, ...(longest === undefined ? {} : { longest }), luns },
      ...(takeoverOutage === undefined ? {} : { takeoverOutage, takeoverWaits: waits }),
    }
  }
}

function outageOf(lun: number, measured: MeasuredOutage | undefined): Outage | undefined {
  if (measured === undefined) return undefined
  const { startedAtMs, endedAtMs, isOver } = measured
  return { lun, startedAtMs, durationMs: endedAtMs - startedAtMs, isOver }
}

function longestOf(outages: readonly (Outage | undefined)[]): Outage | undefined {
  return outages.reduce<Outage | undefined>(
    (longest, outage) => (outage && outage.durationMs > (longest?.durationMs ?? -1) ? outage : longest),
    undefined,
  )
}
