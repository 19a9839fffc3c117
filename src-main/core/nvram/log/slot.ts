import { assert } from '../../../base/assert'
import type { ArrayState, VolumeOwnership } from '../../../contract/array-state'
import type { ControllerId } from '../../../contract/controller-id'
import type { NvramPort } from '../../ports'
import type { LogRecord } from './record'
import { NO_STAMP, RingLog } from './ring-log'

/**
 * This controller's NVRAM slot: the log of its own writes in the first half, the mirror of the peer's log in the second.
 *
 * Which of its records count is decided against the array state on the drives:
 * - by the volume: a record is of the volume's ownership epoch (from `logEpoch` on, where a replay has not ended). A volume
 *   is cleaned before it moves, so no record outlives its epoch.
 * - by the slot: nobody acknowledged a write without this slot since its stamp. Whoever goes on alone makes a claim first,
 *   which raises the mirror epoch on the drives; the slot that was left behind has the stamp of an older one.
 * - by the holder: records of a volume that is held by this controller count whatever the stamp, those of one that is held
 *   by the peer never.
 */
export class NvramSlot {
  readonly log: RingLog
  readonly mirror: RingLog
  readonly #self: ControllerId

  constructor(port: NvramPort, self: ControllerId) {
    const half = Math.floor(port.sizeBytes / 2 / 512) * 512
    this.log = new RingLog(port, { offset: 0, sizeBytes: half })
    this.mirror = new RingLog(port, { offset: half, sizeBytes: half })
    this.#self = self
  }

  /** How much of this slot counts for a state: more is better. */
  rank(state: ArrayState): number {
    const held = state.ownership.some(({ heldBy }) => heldBy === this.#self) ? 4 : 0
    return held + (this.#counts(this.log, state) ? 2 : 0) + (this.#counts(this.mirror, state) ? 1 : 0)
  }

  /** All that the peer may be in the middle of is in the mirror. */
  mirrorCounts(state: ArrayState): boolean {
    return this.#counts(this.mirror, state)
  }

  /** The records of a region that count for this state, the oldest first. */
  valid(region: 'log' | 'mirror', state: ArrayState): LogRecord[] {
    const ring = this[region]
    const stamped = this.#counts(ring, state)
    if (!stamped && !state.ownership.some(({ heldBy }) => heldBy === this.#self)) return []
    const ownerships = new Map(state.ownership.map((ownership) => [ownership.volumeId, ownership]))
    const counting = ring.scan().filter((record) => {
      const ownership = ownerships.get(record.volumeId)
      const isHeld = ownership?.heldBy === this.#self || (stamped && ownership?.heldBy === undefined)
      return ownership !== undefined && isHeld && isOfEpoch(record, ownership)
    })
    return counting.sort((one, other) => (one.firstHad ?? one.sequence) - (other.firstHad ?? other.sequence))
  }

  /**
   * Before a claim that will raise the mirror epoch from the one of `standing` to `next`: what counts now must count then
   * too, and still for the old one, should the claim not get to the drives.
   */
  prepareClaim(standing: ArrayState, next: number): void {
    assert(next > (standing.mirrorEpoch ?? 0), () => `a claim with mirror epoch ${next} after ${standing.mirrorEpoch ?? 0}`)
    for (const ring of [this.log, this.mirror]) {
      if (this.#counts(ring, standing)) ring.stampAs({ base: standing.mirrorEpoch ?? 0, newest: next })
    }
  }

  /** The peer's log from its oldest record on; it counts for nothing before it is stamped. */
  beginMirror(stream: { readonly logEpoch: number; readonly firstSequence: number }): void {
    this.mirror.reset({ ...stream, stamp: NO_STAMP })
  }

  /** The peer's mirror stream is over or has not begun: what the region has counts for nothing. */
  voidMirror(): void {
    if (this.mirror.stamp.base !== NO_STAMP.base || this.mirror.records > 0) this.mirror.reset({ stamp: NO_STAMP })
  }

  #counts(ring: RingLog, state: ArrayState): boolean {
    const { base, newest } = ring.stamp
    const epoch = state.mirrorEpoch ?? 0
    return epoch === base || (epoch > base && epoch <= newest && epoch % 2 === (this.#self === 'a' ? 0 : 1))
  }
}

function isOfEpoch({ volumeEpoch }: LogRecord, { epoch, logEpoch }: VolumeOwnership): boolean {
  return volumeEpoch <= epoch && volumeEpoch >= (logEpoch ?? epoch)
}
