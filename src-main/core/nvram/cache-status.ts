import type { ArrayState } from '../../contract/array-state'
import type { PeerWords } from '../../contract/interconnect'
import type { NvramReport } from '../../contract/snapshot'
import type { VolumePlace } from './log/live-record'

/**
 * - `off`: nothing is acknowledged here: not serving yet, or not any more
 * - `alone`: the claim that shuts the peer's NVRAM out stands on the drives, so nothing has to be mirrored
 * - `mirrored`: nothing is acknowledged before the peer has it too
 * - `suspended`: the peer was lost, and its NVRAM would still count: nothing is acknowledged
 */
export type CacheMode = 'off' | 'alone' | 'mirrored' | 'suspended'

/** What the write cache of one controller may do now. Built first, and read directly by every stage. */
export class CacheStatus {
  mode: CacheMode = 'off'
  /** What is committed; undefined before a claim or a welcome. */
  state: ArrayState | undefined

  get mirrorEpoch(): number {
    return this.state?.mirrorEpoch ?? 0
  }
}

/** What a write cache asks of the volumes, and what it tells them and the peer. Handed in once, and passed on to every stage as it is. */
export interface CachePorts {
  /** Undefined where this controller may not write the volume. */
  place(volumeId: number): VolumePlace | undefined
  /** A drive refused this controller's epoch of the volume. */
  ownershipLost(volumeId: number): void
  /** Whether acknowledged data of the volume may be in this NVRAM alone: by policy, and said on the drives. */
  mayKeepUnmirrored(volumeId: number): boolean
  /** Something changed on which it depends what this controller has to hold. */
  holdsChanged(): void
  send(words: PeerWords): void
}

/** How an operator sees the mirror. */
export function mirrorReportOf(mode: CacheMode, isInStep: boolean): NvramReport['mirror'] {
  const mirrors: Readonly<Record<CacheMode, NvramReport['mirror']>> = {
    off: 'off',
    alone: 'away',
    mirrored: isInStep ? 'in-step' : 'resyncing',
    suspended: 'away',
  }
  return mirrors[mode]
}
