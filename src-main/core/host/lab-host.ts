import type { Prng } from '../../base/prng'
import type { Result } from '../../base/result'
import type { HostReport, OutagesSince } from '../../contract/host'
import { DEFAULT_WORKLOAD, type Workload } from '../../contract/workload'
import type { ClockPort, NetworkPort, Timer, TracePort } from '../ports'
import type { HostPortal } from './host-path'
import { Ledger } from './ledger'
import { loadLedger, saveLedger } from './ledger-file'
import { LossRecord } from './loss-record'
import { LunOutages } from './lun-outages'
import { Multipath } from './multipath'
import { RateMeter } from './rate-meter'
import type { TakeoverSpan } from './takeover-outage'
import { Verification, type VerificationResult } from './verification'
import { WorkloadGenerator } from './workload'

export interface LabHostPorts {
  readonly clock: ClockPort
  readonly network: NetworkPort
  readonly trace: TracePort
  readonly random: Prng
}

export interface LabHostOptions {
  readonly initiatorName: string
  /** The last 16 bits of the ISID on the first portal; the other portals count on from it. */
  readonly isidQualifier: number
  readonly portals: readonly HostPortal[]
  /** Undefined: found by discovery through whichever portal answers. */
  readonly targetName: string | undefined
}

/** If a lost path stays away this long, everything is read back. */
const VERIFY_AFTER_LOSS_MS = 1000
/** After a takeover the workload catches up first, and the lost path may be back. */
const VERIFY_AFTER_TAKEOVER_MS = 300

/** The lab's own host: an initiator on both portals, a workload, and a ledger of what was acknowledged. */
export class LabHost {
  readonly #clock: ClockPort
  readonly #trace: TracePort
  readonly #options: LabHostOptions
  readonly #ledger: Ledger
  readonly #rate = new RateMeter()
  readonly #outages = new LunOutages()
  readonly #losses: LossRecord
  readonly #paths: Multipath
  readonly #workload: WorkloadGenerator
  readonly #verification: Verification
  #settings: Workload = DEFAULT_WORKLOAD
  #pathWasLost = false
  #verifyTimer: Timer | undefined
  #isClosing = false

  constructor(ports: LabHostPorts, options: LabHostOptions) {
    const { clock, network, trace, random } = ports
    this.#clock = clock
    this.#trace = trace
    this.#options = options
    this.#ledger = new Ledger(random.u32() * 0x1_0000 + (random.u32() & 0xffff))
    this.#losses = new LossRecord(trace)
    this.#paths = new Multipath(
      { clock, network, trace, ...options },
      { volumesChanged: () => this.#volumesChanged(), pathUp: () => this.#pathUp(), pathDown: () => this.#pathDown() },
    )
    const shared = { clock, paths: this.#paths, ledger: this.#ledger, losses: this.#losses }
    this.#workload = new WorkloadGenerator({ ...shared, random: random.fork(), outages: this.#outages, rate: this.#rate })
    this.#verification = new Verification({ ...shared, trace })
  }

  /** Connects to the portals. A saved ledger must be there before. */
  open(): void {
    this.#paths.open()
  }

  /** Begins, or goes on with other settings. */
  startWorkload(settings: Workload = this.#settings): void {
    this.#settings = settings
    this.#losses.allowEvents()
    this.#trace.record({ place: 'host', kind: 'host.workload-started', data: { ...settings } })
    this.#workload.start(settings)
  }

  /** `done` when everything that was sent is answered or given up. */
  stopWorkload(done: () => void): void {
    if (this.#workload.isRunning) this.#trace.record({ place: 'host', kind: 'host.workload-stopped' })
    this.#workload.stop(done)
  }

  /** Reads back all that the ledger knows. */
  verify(done: (result: VerificationResult) => void): void {
    this.#verification.request(done)
  }

  /** A takeover is over: everything is read back, and outages around it are measured apart. */
  noteTakeover(takeover: TakeoverSpan): void {
    this.#verification.doubt()
    this.#outages.takeoverOver(takeover, this.#clock.nowMs())
    this.#verifyAfter(VERIFY_AFTER_TAKEOVER_MS)
  }

  /** A person or a fault begins a new measurement of outages. One that goes on is not cut. A fault puts what was read back in doubt. */
  countOutagesFrom(since: OutagesSince): void {
    if (since.reason === 'fault') this.#verification.doubt()
    this.#outages.countFrom(since, this.#clock.nowMs())
  }

  /** So that the next run of the lab knows what this one was promised. */
  exportLedger(): Uint8Array {
    return saveLedger(this.#ledger)
  }

  /** Before `open`, once. The error is a sentence; the ledger then stays empty. What was promised is read back when a path is up. */
  importLedger(bytes: Uint8Array): Result<null, string> {
    const loaded = loadLedger(this.#ledger, bytes)
    if (loaded.ok) this.#pathWasLost = true
    return loaded
  }

  report(): HostReport {
    const nowMs = this.#clock.nowMs()
    const { sent, answered, underWay, held, retried } = this.#paths.counts
    const { queued, dropped, acknowledged, unknown } = this.#workload.counts
    const { last, isLastDoubted, checkedBlocks, checkedShare } = this.#verification
    return {
      initiatorName: this.#options.initiatorName,
      paths: this.#paths.report(),
      workload: { running: this.#workload.isRunning, settings: this.#settings, answered: this.#rate.total },
      ledger: {
        acknowledged,
        verified: last?.verified,
        isDoubted: isLastDoubted,
        retried,
        unknown,
        lost: this.#losses.lost,
        blocks: this.#ledger.knownBlocks,
        verifying: this.#verification.isRunning,
        checkedBlocks,
        checkedShare,
      },
      rates: this.#rate.rates(nowMs),
      ...this.#outages.report(nowMs),
      commands: { sent, answered, underWay: underWay - held, queued: queued + held, dropped },
    }
  }

  /** Stops the workload, gives up what waits for a path, and logs out. */
  shutdown(done: () => void): void {
    this.#isClosing = true
    this.#verifyTimer?.cancel()
    this.#verification.stop()
    this.#workload.stop(() => undefined)
    this.#paths.close(done)
  }

  #volumesChanged(): void {
    this.#ledger.trim(new Set(this.#paths.volumes().map((volume) => volume.identifier)))
    this.#workload.volumesChanged()
  }

  #pathUp(): void {
    if (this.#pathWasLost) this.#verifyAfter(VERIFY_AFTER_TAKEOVER_MS)
  }

  #pathDown(): void {
    this.#pathWasLost = true
    this.#verifyAfter(VERIFY_AFTER_LOSS_MS)
  }

  /** The newest reason counts. */
  #verifyAfter(delayMs: number): void {
    this.#verifyTimer?.cancel()
    // A path that goes down while others are still logging out does not count as lost.
    if (this.#isClosing) return
    this.#verifyTimer = this.#clock.after(delayMs, () => this.#verifyNow())
  }

  #verifyNow(): void {
    this.#pathWasLost = false
    if (this.#ledger.knownBlocks > 0) this.#verification.request()
  }
}
