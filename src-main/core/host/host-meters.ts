import type { HostRates } from '../../contract/host'
import { LIMITS } from '../../contract/limits'
import { GapMeter } from './gap-meter'
import type { HostVolume } from './host-volume'
import { RateMeter } from './rate-meter'

/** Measures the workload: rates over all volumes, and gaps per volume, because one may serve while another does not. */
export class HostMeters {
  readonly rate = new RateMeter()
  readonly #gaps = new Map<string, { readonly meter: GapMeter; lun: number }>()

  /** The meter of a volume; whoever asks for a request keeps it until the answer. */
  gapOf(volume: HostVolume): GapMeter {
    const known = this.#gaps.get(volume.identifier)
    if (known) {
      known.lun = volume.lun
      return known.meter
    }
    const [oldest] = this.#gaps.keys()
    if (oldest !== undefined && this.#gaps.size >= LIMITS.luns) this.#gaps.delete(oldest)
    const meter = new GapMeter()
    this.#gaps.set(volume.identifier, { meter, lun: volume.lun })
    return meter
  }

  workloadStarted(nowMs: number): void {
    for (const { meter } of this.#gaps.values()) meter.restart(nowMs)
  }

  takeoverStarted(startedAtMs: number, nowMs: number): void {
    for (const { meter } of this.#gaps.values()) meter.takeoverStarted(startedAtMs, nowMs)
  }

  report(nowMs: number): {
    readonly rates: HostRates
    readonly longestGapMs: number
    readonly lastOutageMs: number
    readonly lunGaps: readonly { readonly lun: number; readonly longestGapMs: number; readonly lastOutageMs: number }[]
  } {
    const lunGaps = [...this.#gaps.values()].map(({ meter, lun }) => ({
      lun,
      longestGapMs: meter.longestGapMs(nowMs),
      lastOutageMs: meter.lastOutageMs(nowMs),
    }))
    lunGaps.sort((a, b) => a.lun - b.lun)
    return {
      rates: this.rate.rates(nowMs),
      longestGapMs: lunGaps.reduce((longest, gap) => Math.max(longest, gap.longestGapMs), 0),
      lastOutageMs: lunGaps.reduce((longest, gap) => Math.max(longest, gap.lastOutageMs), 0),
      lunGaps,
    }
  }
}
