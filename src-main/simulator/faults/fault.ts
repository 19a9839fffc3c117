import type { Prng } from '../../base/prng'
import type { Place } from '../../contract/trace'
import type { World } from '../world'

/** Told of each thing that a fault does something to. `lasts`: whether it still does; left out: it is over at once. */
export type FaultHits = (place: Place, lasts?: () => boolean) => void

export interface FaultSurroundings {
  readonly world: World
  readonly random: Prng
  /** A drive that may fail and a sector of it that hosts use; undefined where one more would be too many. */
  mediaTarget(): { readonly drive: number; readonly block: number } | undefined
  /** The only drives whose newest superblock may be lost for good. */
  readonly sickDrives: readonly number[]
  /** Corrupts some sector that hosts use; gives its drive. */
  corrupt(): number | undefined
  /** Faults have stopped: what a strike still had in store does not happen. */
  isOver(): boolean
  /** For who looks on. */
  readonly hit: FaultHits
}

export interface Fault {
  readonly name: string
  /** Begins now and, if it is of the kind that ends by itself, ends later. */
  strike(around: FaultSurroundings): void
}
