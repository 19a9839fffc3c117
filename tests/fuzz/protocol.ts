/** Between the thread that fuzzes and the one that watches it. */

/** 32-bit numbers in shared memory: which batch and case is being run. */
export const SHARED = { target: 0, batch: 1, item: 2, beats: 3, words: 4 } as const

export interface WorkerOrders {
  readonly seed: number
  readonly cases: number
  readonly endMs: number
  /** Names of the targets. */
  readonly targets: readonly string[]
  readonly shared: SharedArrayBuffer
  readonly corpus: string
}

export interface TargetFigures {
  readonly name: string
  cases: number
  seconds: number
}

export type WorkerNews =
  | { readonly kind: 'progress'; readonly cases: number; readonly heldMib: number }
  | { readonly kind: 'found'; readonly target: string; readonly message: string; readonly file: string; readonly cases: number }
  /** Growth that the same cases do not bring again. */
  | { readonly kind: 'noise'; readonly target: string; readonly message: string }
  | { readonly kind: 'done'; readonly figures: readonly TargetFigures[]; readonly heldMib: readonly number[]; readonly found: number }

/** The seed of a batch, from that of the run: no two batches of a run share it. */
export function batchSeed(seed: number, batch: number): number {
  return (seed + Math.imul(batch, 0x9e37_79b1)) & 0x7fff_ffff
}
