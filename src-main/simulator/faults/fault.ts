import type { Prng } from '../../base/prng'
import type { ControllerId } from '../../contract/controller-id'
import type { Place } from '../../contract/trace'
import type { World } from '../world'

/** Called for each thing that a fault hits. `lasts`: whether the effect is still there. Left out: the effect is over at once. */
export type FaultHits = (place: Place, lasts?: () => boolean) => void

export interface FaultSurroundings {
  readonly world: World
  readonly random: Prng
  /** Draws one of the two. A fault that is aimed at a phase of the pair gets one that is alive, if there is any. */
  controller(): ControllerId
  /**
   * A drive that may fail, and a sector of it that hosts use. Undefined if one more failure would be too many. What the fault does
   * to it begins within this time (0 by default).
   */
  mediaTarget(withinMs?: number): { readonly drive: number; readonly block: number } | undefined
  /** The same for all drives of a group that may fail at once, and a sector of each in one row. Empty if none may. */
  mediaRow(withinMs?: number): readonly { readonly drive: number; readonly block: number }[]
  /** The only drives whose newest superblock may be lost for good. */
  readonly sickDrives: readonly number[]
  /** Corrupts some sector that hosts use and returns its drive. */
  corrupt(): number | undefined
  /**
   * Makes some sector unreadable that hosts use, and returns its place. It is on a drive that may not fail. `victim` may: then the row of
   * the sector is lost.
   */
  loseBeside(): { readonly drive: number; readonly block: number; readonly victim: number } | undefined
  /** Makes the next write of some sector that hosts use go to another one. `went` is told the drive when it does. */
  misdirect(went: (drive: number) => void): void
  /** Takes from the drives some of what nobody flushed. */
  losePower(): void
  /** Faults have stopped, so a strike must do nothing more. */
  isOver(): boolean
  /** Reports hits to viewers. */
  readonly hit: FaultHits
}

export interface Fault {
  readonly name: string
  /** Begins now. Some faults end by themselves later. */
  strike(around: FaultSurroundings): void
}
