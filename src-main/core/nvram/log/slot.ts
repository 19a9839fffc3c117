import { assert } from '../../../base/assert'
import type { ArrayState, VolumeOwnership } from '../../../contract/array-state'
import type { ControllerId } from '../../../contract/controller-id'
import { configuredMap } from '../../mapping/configured-map'
import type { MappedGroup, VolumeMap } from '../../mapping/volume-map'
import type { NvramPort } from '../../ports'
import type { LogRecord } from './record'
import { NO_STAMP, RingLog } from './ring-log'

/**
 * This controller's NVRAM slot: the log of its own writes in the first half, the mirror of the peer's log in the second.
 *
 * The array state on the drives decides which of its records count:
 * - by the volume: the record must have the ownership epoch of its volume. If a replay has not ended, any epoch since `logEpoch`
 *   will do. A volume is cleaned before it moves, so no record outlives its epoch.
 * - by the slot: the stamp must match the mirror epoch. A controller that goes on alone first makes a claim, which raises the
 *   mirror epoch on the drives. The slot that is left behind has an older stamp.
 * - by the holder: if this controller holds the volume, its records count whatever the stamp. If the peer holds it, they never
 *   count.
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

  /** How much of this slot counts for a state. More is better. */
  rank(state: ArrayState): number {
    const held = state.ownership.some(({ heldBy }) => heldBy === this.#self) ? 4 : 0
    return held + (this.#counts(this.log, state) ? 2 : 0) + (this.#counts(this.mirror, state) ? 1 : 0)
  }

  /** The mirror has every update in which the peer may have been interrupted. */
  mirrorCounts(state: ArrayState): boolean {
    return this.#counts(this.mirror, state)
  }

  /** The records of a region that count for this state, the oldest first. */
  valid(region: 'log' | 'mirror', state: ArrayState): LogRecord[] {
    const ring = this[region]
    const stamped = this.#counts(ring, state)
    if (!stamped && !state.ownership.some(({ heldBy }) => heldBy === this.#self)) return []
    const ownerships = new Map(state.ownership.map((ownership) => [ownership.volumeId, ownership]))
    const maps = new Map(state.configuration.volumes.map((volume) => [volume.id, configuredMap(state.configuration, volume)]))
    const counting = ring.scan().filter((record) => {
      const ownership = ownerships.get(record.volumeId)
      const isHeld = ownership?.heldBy === this.#self || (stamped && ownership?.heldBy === undefined)
      return ownership !== undefined && isHeld && isOfEpoch(record, ownership) && isWithin(record, maps.get(record.volumeId))
    })
    return counting.sort((one, other) => (one.firstHad ?? one.sequence) - (other.firstHad ?? other.sequence))
  }

  /**
   * Called before a claim raises the mirror epoch from that of `standing` to `next`. What counts now must count after the claim.
   * It must still count if the claim does not get to the drives. So it is stamped for both epochs.
   */
  prepareClaim(standing: ArrayState, next: number): void {
    assert(next > (standing.mirrorEpoch ?? 0), () => `a claim with mirror epoch ${next} after ${standing.mirrorEpoch ?? 0}`)
    for (const ring of [this.log, this.mirror]) {
      if (this.#counts(ring, standing)) ring.stampAs({ base: standing.mirrorEpoch ?? 0, newest: next })
    }
  }

  /** Begins a copy of the peer's log, at its oldest record. The copy does not count before it is stamped. */
  beginMirror(stream: { readonly logEpoch: number; readonly firstSequence: number }): void {
    this.mirror.reset({ ...stream, stamp: NO_STAMP })
  }

  /** The peer sends no stream now, so nothing in the mirror region may count. */
  voidMirror(): void {
    if (this.mirror.stamp.base !== NO_STAMP.base || this.mirror.records > 0) this.mirror.reset({ stamp: NO_STAMP })
  }

  #counts(ring: RingLog, state: ArrayState): boolean {
    const { base, newest } = ring.stamp
    const epoch = state.mirrorEpoch ?? 0
    return epoch === base || (epoch > base && epoch <= newest && epoch % 2 === (this.#self === 'a' ? 0 : 1))
  }
}

/**
 * No controller logs anything else, but a right checksum is no proof that one did. Partial parity may name blocks that the volume
 * leaves unused in its last stripe: it is of whole rows, and what such a block was given is part of them.
 */
function isWithin(record: LogRecord, map: VolumeMap<MappedGroup> | undefined): boolean {
  if (map === undefined) return false
  if (record.parityBlocks !== undefined) return map.sliceOfStripes(record) !== undefined
  return record.firstBlock + record.blockCount <= map.blockCount
}

function isOfEpoch({ volumeEpoch }: LogRecord, { epoch, logEpoch }: VolumeOwnership): boolean {
  return volumeEpoch <= epoch && volumeEpoch >= (logEpoch ?? epoch)
}
