import type { Prng } from '../../base/prng'
import { BoundedQueue } from '../../base/queue'
import { BLOCK_BYTES } from '../../base/units'
import { LIMITS } from '../../contract/limits'
import type { ClockPort } from '../ports'
import type { HostVolume } from './host-volume'
import type { VolumeLedger } from './ledger'
import type { LossRecord } from './loss-record'
import type { IoOutcome, Multipath } from './multipath'
import type { OutageMeter } from './outage-meter'
import type { RateMeter } from './rate-meter'

export interface VolumeFeedParts {
  readonly clock: ClockPort
  readonly random: Prng
  readonly paths: Multipath
  readonly ledger: VolumeLedger
  readonly outages: OutageMeter
  readonly rate: RateMeter
  readonly losses: LossRecord
}

export interface VolumeFeedSettings {
  /** Blocks of one request. */
  readonly blocks: number
  /** Requests that fit into the region side by side. */
  readonly positions: number
  readonly maxUnderWay: number
  readonly maxQueued: number
}

/** Counted for the whole workload. */
export interface WorkloadTally {
  dropped: number
  acknowledged: number
  unknown: number
}

interface Arrival {
  readonly operation: 'read' | 'write'
  readonly arrivedMs: number
}

/** Tries at finding a position without a pending write. After that, the request waits for one to end. */
const MAX_PICKS = LIMITS.workloadPicks
/** Of any volume, whatever its share is. */
const QUEUE_CAPACITY = LIMITS.workloadQueuedOfVolume

/** The requests for one volume: a volume that hangs must not hold up the others. */
export class VolumeFeed {
  readonly volume: HostVolume
  readonly #parts: VolumeFeedParts
  readonly #tally: WorkloadTally
  readonly #onAnswer: () => void
  readonly #queue = new BoundedQueue<Arrival>(QUEUE_CAPACITY)
  #settings: VolumeFeedSettings = { blocks: 1, positions: 1, maxUnderWay: 1, maxQueued: 1 }
  #underWay = 0

  constructor(volume: HostVolume, parts: VolumeFeedParts, tally: WorkloadTally, onAnswer: () => void) {
    this.volume = volume
    this.#parts = parts
    this.#tally = tally
    this.#onAnswer = onAnswer
  }

  get underWay(): number {
    return this.#underWay
  }

  get queued(): number {
    return this.#queue.length
  }

  adjust(settings: VolumeFeedSettings): void {
    this.#settings = settings
    this.#parts.ledger.truncate(this.volume.blockCount)
  }

  arrive(operation: 'read' | 'write', arrivedMs: number): void {
    if (this.#queue.length >= Math.min(this.#settings.maxQueued, QUEUE_CAPACITY)) {
      this.#tally.dropped++
      return
    }
    this.#parts.outages.requested(arrivedMs)
    this.#queue.push({ operation, arrivedMs })
    this.#sendQueued()
  }

  /** What was not sent is not wanted any more. */
  discardQueue(): void {
    while (this.#queue.shift()) this.#parts.outages.abandoned(this.#parts.clock.nowMs())
  }

  #sendQueued(): void {
    for (let next = this.#queue.peek(); next !== undefined; next = this.#queue.peek()) {
      if (this.#underWay >= this.#settings.maxUnderWay || this.#parts.paths.isFull) return
      const firstBlock = this.#pickPosition(next.operation)
      if (firstBlock === undefined) return
      this.#queue.shift()
      if (next.operation === 'read') this.#read(next, firstBlock)
      else this.#write(next, firstBlock)
    }
  }

  #pickPosition(operation: 'read' | 'write'): number | undefined {
    const { blocks, positions } = this.#settings
    for (let pick = 0; pick < MAX_PICKS; pick++) {
      const firstBlock = this.#parts.random.below(positions) * blocks
      if (operation === 'read' || !this.#parts.ledger.hasWriteUnderWay(firstBlock, blocks)) return firstBlock
    }
    return undefined
  }

  #read(arrival: Arrival, firstBlock: number): void {
    const { ledger, losses, paths } = this.#parts
    const blockCount = this.#settings.blocks
    const ticket = ledger.beginRead(firstBlock, blockCount)
    this.#underWay++
    paths.submit({ volume: this.volume, operation: 'read', firstBlock, blockCount }, (outcome) => {
      if (outcome.ok) losses.take(this.volume, ledger.endRead(ticket, outcome.dataIn).lost)
      this.#answered(arrival, outcome, blockCount)
    })
  }

  #write(arrival: Arrival, firstBlock: number): void {
    const { ledger, paths } = this.#parts
    const blockCount = this.#settings.blocks
    const ticket = ledger.beginWrite(firstBlock, blockCount)
    this.#underWay++
    paths.submit({ volume: this.volume, operation: 'write', firstBlock, blockCount, dataOut: ticket.data }, (outcome) => {
      ledger.endWrite(ticket, outcome.ok ? 'acknowledged' : 'unknown')
      if (outcome.ok) this.#tally.acknowledged++
      else this.#tally.unknown++
      this.#answered(arrival, outcome, blockCount)
    })
  }

  #answered(arrival: Arrival, outcome: IoOutcome, blockCount: number): void {
    const { clock, outages, rate } = this.#parts
    const nowMs = clock.nowMs()
    this.#underWay--
    if (outcome.ok) {
      outages.answered(nowMs)
      rate.answered({ nowMs, operation: arrival.operation, bytes: blockCount * BLOCK_BYTES, latencyMs: nowMs - arrival.arrivedMs })
    } else {
      outages.abandoned(nowMs)
    }
    this.#onAnswer()
    this.#sendQueued()
  }
}
