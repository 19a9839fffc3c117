import type { ArrayState } from '../../contract/array-state'
import type { PeerWords } from '../../contract/interconnect'
import type { NvramReport } from '../../contract/snapshot'
import type { VolumePlace } from './log/live-record'

/**
 * - `off`: this controller does not serve yet, or no longer; it acknowledges nothing
 * - `alone`: a claim on the drives excludes the peer's NVRAM, so nothing has to be mirrored
 * - `mirrored`: a write is acknowledged only when the peer has it too
 * - `suspended`: the peer is lost but its NVRAM would still count, so nothing is acknowledged
 */
export type CacheMode = 'off' | 'alone' | 'mirrored' | 'suspended'

/** What the write cache of one controller may do now. Every stage reads it. */
export class CacheStatus {
  mode: CacheMode = 'off'
  /** The committed state. Undefined before a claim or a welcome. */
  state: ArrayState | undefined

  get mirrorEpoch(): number {
    return this.state?.mirrorEpoch ?? 0
  }
}

/** How a write cache reaches the volumes and the peer. Every stage gets the same object. */
export interface CachePorts {
  /** Undefined if this controller may not write the volume. */
  place(volumeId: number): VolumePlace | undefined
  /** A drive refused this controller's epoch of the volume. */
  ownershipLost(volumeId: number): void
  /** Whether acknowledged data may be in this NVRAM only. The policy must allow it, and the drives must say who holds the volume. */
  mayKeepUnmirrored(volumeId: number): boolean
  /** Dirty data of the volume survives this controller: its mirror has it, or the drives say that only its NVRAM may have it. */
  isHeld(volumeId: number): boolean
  /** Data of the volume that is to go to the drives finds no room there, or all of it is on them again. */
  roomChanged(volumeId: number, isShort: boolean): void
  /** What this controller has to hold may have changed. */
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
