import type { CachePorts } from '../cache-status'
import type { CacheOutcome, LiveRecord } from '../log/live-record'
import type { DirtyRead } from './dirty-read'
import type { ExtentMap } from './extent-map'

type ReadDone = (outcome: CacheOutcome<readonly Uint8Array[]>) => void

interface WaitingRead {
  readonly io: DirtyRead
  readonly done: ReadDone
}

/**
 * Reads of dirty data that would be lost with this controller. A write may go to the drives first because nobody else has it, and
 * they may refuse it halfway: then it is dirty although its host was told of an error. If a read saw it and this controller died,
 * its successor would give the old data again. So the read waits until the drives say who holds the volume, or have the data.
 */
export class WaitingReads {
  readonly #ports: Pick<CachePorts, 'isHeld' | 'holdsChanged'>
  #reads: WaitingRead[] = []
  #isStopped = false

  constructor(ports: Pick<CachePorts, 'isHeld' | 'holdsChanged'>) {
    this.#ports = ports
  }

  /** Takes the read if it has to wait. */
  take(io: DirtyRead, extents: ExtentMap<LiveRecord> | undefined, done: ReadDone): boolean {
    const { volumeId, firstBlock, blockCount } = io
    if (extents === undefined || extents.isEmpty || this.#ports.isHeld(volumeId)) return false
    if (extents.within(firstBlock, firstBlock + blockCount).every(({ source }) => source.isMirrored)) return false
    if (this.#isStopped) done({ ok: false, fault: 'stopped' })
    else {
      this.#reads.push({ io, done })
      this.#ports.holdsChanged()
    }
    return true
  }

  has(volumeId: number): boolean {
    return this.#reads.some(({ io }) => io.volumeId === volumeId)
  }

  /** Takes all reads, to be begun anew. */
  takeAll(): readonly WaitingRead[] {
    return this.#reads.splice(0)
  }

  /** The volume is not this controller's any more. */
  drop(volumeId: number): void {
    const dropped = this.#reads.filter(({ io }) => io.volumeId === volumeId)
    this.#reads = this.#reads.filter(({ io }) => io.volumeId !== volumeId)
    for (const { done } of dropped) done({ ok: false, fault: 'stale-epoch' })
  }

  stop(): void {
    this.#isStopped = true
    for (const { done } of this.takeAll()) done({ ok: false, fault: 'stopped' })
  }
}
