import type { Prng } from '../../base/prng'
import { BLOCK_BYTES } from '../../base/units'
import { LIMITS } from '../../contract/limits'
import type { Workload } from '../../contract/workload'
import type { ClockPort, Timer } from '../ports'
import type { HostVolume } from './host-volume'
import type { Ledger } from './ledger'
import type { LossRecord } from './loss-record'
import type { LunOutages } from './lun-outages'
import type { Multipath } from './multipath'
import type { RateMeter } from './rate-meter'
import { VolumeFeed } from './volume-feed'

export interface WorkloadOptions {
  readonly clock: ClockPort
  readonly random: Prng
  readonly paths: Multipath
  readonly ledger: Ledger
  readonly outages: LunOutages
  readonly rate: RateMeter
  readonly losses: LossRecord
}

export interface WorkloadCounts {
  /** Arrivals that are not sent yet. */
  readonly queued: number
  /** Arrivals for which there was no room. */
  readonly dropped: number
  readonly acknowledged: number
  readonly unknown: number
}

/** Requests of all volumes that are sent and not answered. */
const MAX_UNDER_WAY = LIMITS.workloadUnderWay
/** Arrivals of all volumes that wait to be sent. */
const MAX_QUEUED = LIMITS.workloadQueued
/** A host that slept longer than this does not catch up. */
const MAX_LAG_MS = LIMITS.workloadLagMs

/**
 * Open-loop: requests arrive by a Poisson process whether or not earlier ones are answered, each for a random volume,
 * and reads check what the ledger knows.
 */
export class WorkloadGenerator {
  readonly #options: WorkloadOptions
  readonly #feeds = new Map<string, VolumeFeed>()
  /** Of volumes that are gone or not wanted any more, while something is under way. */
  readonly #retired = new Set<VolumeFeed>()
  #eligible: readonly VolumeFeed[] = []
  #settings: Workload | undefined
  #timer: Timer | undefined
  #nextArrivalMs = 0
  #droppedByLag = 0
  readonly #tally = { dropped: 0, acknowledged: 0, unknown: 0 }
  #stopping: (() => void)[] = []

  constructor(options: WorkloadOptions) {
    this.#options = options
  }

  get isRunning(): boolean {
    return this.#settings !== undefined
  }

  get counts(): WorkloadCounts {
    let queued = 0
    for (const feed of this.#eligible) queued += feed.queued
    const { dropped, acknowledged, unknown } = this.#tally
    return { queued, dropped: dropped + this.#droppedByLag, acknowledged, unknown }
  }

  /** Begins, or goes on with other settings. */
  start(settings: Workload): void {
    const nowMs = this.#options.clock.nowMs()
    this.#settings = settings
    this.#nextArrivalMs = nowMs
    this.volumesChanged()
    this.#timer?.cancel()
    this.#schedule()
  }

  /** No more arrivals; `done` when nothing is under way any more. */
  stop(done: () => void): void {
    this.#timer?.cancel()
    this.#settings = undefined
    this.#stopping.push(done)
    this.volumesChanged()
    this.#options.clock.after(0, () => this.#tellStopped())
  }

  /** Volumes came, went or changed size. */
  volumesChanged(): void {
    const wanted = this.#wantedVolumes()
    const bounds = {
      maxUnderWay: Math.floor(MAX_UNDER_WAY / Math.max(1, wanted.length)),
      maxQueued: Math.floor(MAX_QUEUED / Math.max(1, wanted.length)),
    }
    this.#options.outages.sendTo(wanted)
    const settings = this.#settings
    const kept = new Set(wanted.map((volume) => volume.identifier))
    for (const [identifier, feed] of [...this.#feeds]) if (!kept.has(identifier)) this.#retire(identifier, feed)
    this.#eligible = settings === undefined ? [] : wanted.map((volume) => this.#feedOf(volume, settings, bounds))
  }

  #wantedVolumes(): readonly HostVolume[] {
    const settings = this.#settings
    if (settings === undefined) return []
    return this.#options.paths.volumes().filter((volume) => {
      const isWanted = settings.luns === 'all' || settings.luns.includes(volume.lun)
      return isWanted && volume.blockCount * BLOCK_BYTES >= settings.blockBytes
    })
  }

  #feedOf(volume: HostVolume, settings: Workload, bounds: { readonly maxUnderWay: number; readonly maxQueued: number }): VolumeFeed {
    let feed = this.#feeds.get(volume.identifier)
    if (!feed) {
      const { clock, random, paths, ledger, outages, rate, losses } = this.#options
      const ofVolume = { ledger: ledger.volume(volume.identifier), outages: outages.meterOf(volume) }
      const parts = { clock, random, paths, rate, losses, ...ofVolume }
      const created = new VolumeFeed(volume, parts, this.#tally, () => this.#fed(created))
      feed = created
      this.#feeds.set(volume.identifier, feed)
    }
    const blocks = settings.blockBytes / BLOCK_BYTES
    const regionBlocks = Math.min(Math.floor(settings.regionBytes / BLOCK_BYTES), volume.blockCount)
    feed.adjust({ blocks, positions: Math.max(1, Math.floor(regionBlocks / blocks)), ...bounds })
    return feed
  }

  #retire(identifier: string, feed: VolumeFeed): void {
    this.#feeds.delete(identifier)
    feed.discardQueue()
    if (feed.underWay > 0) this.#retired.add(feed)
  }

  #fed(feed: VolumeFeed): void {
    if (feed.underWay > 0) return
    this.#retired.delete(feed)
    this.#tellStopped()
  }

  #tellStopped(): void {
    if (this.#retired.size > 0) return
    for (const done of this.#stopping.splice(0)) done()
  }

  #schedule(): void {
    this.#timer = this.#options.clock.after(Math.max(0, this.#nextArrivalMs - this.#options.clock.nowMs()), () => this.#arrive())
  }

  #arrive(): void {
    const settings = this.#settings
    if (settings === undefined) return
    const { random, clock } = this.#options
    const nowMs = clock.nowMs()
    this.#skipLag(nowMs, settings)
    while (this.#nextArrivalMs <= nowMs) {
      const operation = random.fraction() < settings.readShare ? 'read' : 'write'
      if (this.#eligible.length > 0) random.pick(this.#eligible).arrive(operation, this.#nextArrivalMs)
      this.#nextArrivalMs += (-Math.log(1 - random.fraction()) * 1000) / settings.requestsPerSecond
    }
    this.#schedule()
  }

  #skipLag(nowMs: number, settings: Workload): void {
    const lagMs = nowMs - this.#nextArrivalMs
    if (lagMs <= MAX_LAG_MS) return
    this.#droppedByLag += Math.floor((lagMs * settings.requestsPerSecond) / 1000)
    this.#nextArrivalMs = nowMs
  }
}
