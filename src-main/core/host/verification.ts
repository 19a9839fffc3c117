import { LIMITS } from '../../contract/limits'
import type { ClockPort, Timer, TracePort } from '../ports'
import type { HostVolume } from './host-volume'
import type { Ledger, VolumeLedger } from './ledger'
import type { LossRecord } from './loss-record'
import type { IoOutcome, Multipath } from './multipath'

export interface VerificationOptions {
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly paths: Multipath
  readonly ledger: Ledger
  readonly losses: LossRecord
}

export interface VerificationResult {
  readonly checkedBlocks: number
  readonly verified: number
  readonly lost: number
}

/** Reading back goes on beside the workload: at most this many reads at a time, and no more than one in so many milliseconds. */
const READ_BLOCKS = 128
const MAX_READS = LIMITS.hostVerificationReads
const PACE_MS = 4

interface BlockRange {
  readonly volume: HostVolume
  readonly ledger: VolumeLedger
  readonly firstBlock: number
  readonly blockCount: number
}

/** Reads back every block that the ledger knows, on all volumes that can be seen. */
export class Verification {
  readonly #options: VerificationOptions
  #run: VerificationRun | undefined
  #again = false
  #last: VerificationResult | undefined
  #isLastDoubted = false
  #isRunDoubted = false
  #waiting: ((result: VerificationResult) => void)[] = []
  #waitingForNext: ((result: VerificationResult) => void)[] = []

  constructor(options: VerificationOptions) {
    this.#options = options
  }

  get isRunning(): boolean {
    return this.#run !== undefined
  }

  /** Of the last run that ended. */
  get last(): VerificationResult | undefined {
    return this.#last
  }

  /** Whether something came after it began that it may have missed. */
  get isLastDoubted(): boolean {
    return this.#isLastDoubted
  }

  /** A fault or a takeover: what was read before it proves nothing of what came of it. */
  doubt(): void {
    this.#isLastDoubted = this.#last !== undefined
    this.#isRunDoubted = this.#run !== undefined
  }

  /** In the run under way, else in the last one. */
  get checkedBlocks(): number {
    return (this.#run?.result ?? this.#last)?.checkedBlocks ?? 0
  }

  /** Of the ledger, in the run under way. It never falls, though the ledger grows meanwhile. */
  get checkedShare(): number {
    return this.#run?.share ?? 0
  }

  /** Starts a run. If one is in progress, another follows, because the current one may have read some blocks too early. */
  request(done?: (result: VerificationResult) => void): void {
    if (this.#run) {
      this.#again = true
      if (done) this.#waitingForNext.push(done)
      return
    }
    if (done) this.#waiting.push(done)
    this.#start()
  }

  stop(): void {
    this.#run?.stop()
    this.#run = undefined
  }

  #start(): void {
    const { trace, ledger, losses } = this.#options
    losses.allowEvents()
    this.#isRunDoubted = false
    trace.record({ place: 'host', kind: 'host.verification-started', data: { blocks: ledger.knownBlocks } })
    this.#run = new VerificationRun(this.#options, (result) => this.#finished(result))
  }

  #finished(result: VerificationResult): void {
    this.#run = undefined
    this.#last = result
    this.#isLastDoubted = this.#isRunDoubted
    this.#options.trace.record({ place: 'host', kind: 'host.verification-finished', data: { ...result } })
    for (const done of this.#waiting.splice(0)) done(result)
    if (!this.#again) return
    this.#again = false
    this.#waiting = this.#waitingForNext.splice(0)
    this.#start()
  }
}

class VerificationRun {
  readonly #options: VerificationOptions
  readonly #done: (result: VerificationResult) => void
  readonly #volumes: HostVolume[]
  /** Ranges with an unreadable block. They are halved until it is found. */
  readonly #halves: BlockRange[] = []
  #nextBlock = 0
  #reads = 0
  #timer: Timer | undefined
  #stopped = false
  #checkedBlocks = 0
  #share = 0
  #verified = 0
  #lost = 0

  constructor(options: VerificationOptions, done: (result: VerificationResult) => void) {
    this.#options = options
    this.#done = done
    this.#volumes = [...options.paths.volumes()]
    this.#timer = options.clock.after(0, () => this.#step())
  }

  get result(): VerificationResult {
    return { checkedBlocks: this.#checkedBlocks, verified: this.#verified, lost: this.#lost }
  }

  get share(): number {
    return this.#share
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  #step(): void {
    this.#timer = undefined
    if (this.#reads < MAX_READS && !this.#options.paths.isFull) {
      const range = this.#halves.pop() ?? this.#nextRange()
      if (range) this.#read(range)
      else if (this.#reads === 0) return this.#done(this.result)
    }
    this.#timer = this.#options.clock.after(PACE_MS, () => this.#step())
  }

  #nextRange(): BlockRange | undefined {
    for (let volume = this.#volumes[0]; volume !== undefined; volume = this.#volumes[0]) {
      const ledger = this.#options.ledger.volume(volume.identifier)
      const range = ledger.nextKnownRange(this.#nextBlock, READ_BLOCKS)
      if (range) {
        this.#nextBlock = range.firstBlock + range.blockCount
        return { volume, ledger, ...range }
      }
      this.#volumes.shift()
      this.#nextBlock = 0
    }
    return undefined
  }

  #read(range: BlockRange): void {
    const { volume, ledger, firstBlock, blockCount } = range
    const ticket = ledger.beginRead(firstBlock, blockCount)
    this.#reads++
    this.#options.paths.submit({ volume, operation: 'read', firstBlock, blockCount }, (outcome) => {
      this.#reads--
      if (this.#stopped) return
      if (!outcome.ok) return this.#takeFailure(range, outcome)
      const findings = ledger.endRead(ticket, outcome.dataIn)
      this.#checked(blockCount)
      this.#verified += findings.verified
      this.#lose(range, findings.lost)
    })
  }

  #checked(blockCount: number): void {
    this.#checkedBlocks += blockCount
    this.#share = Math.min(1, Math.max(this.#share, this.#checkedBlocks / Math.max(1, this.#options.ledger.knownBlocks)))
  }

  /** Blocks of a volume that cannot be reached now are not lost: they are not read back. */
  #takeFailure(range: BlockRange, outcome: IoOutcome & { readonly ok: false }): void {
    if (outcome.reason !== 'medium-error') return
    const { firstBlock, blockCount } = range
    if (blockCount > 1) {
      const half = Math.floor(blockCount / 2)
      this.#halves.push({ ...range, firstBlock: firstBlock + half, blockCount: blockCount - half }, { ...range, blockCount: half })
      return
    }
    this.#checked(1)
    if (range.ledger.acknowledgedAt(firstBlock) === 0) return
    range.ledger.forget(firstBlock)
    this.#lose(range, [{ block: firstBlock, reason: 'unreadable' }])
  }

  #lose(range: BlockRange, lost: Parameters<LossRecord['take']>[1]): void {
    this.#lost += lost.length
    this.#options.losses.take(range.volume, lost)
  }
}
