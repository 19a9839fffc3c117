import { BLOCK_BYTES } from '../../base/units'
import type { Workload } from '../../contract/workload'
import type { ExerciseWorkload } from './exercise'

/** As the lab's host wants it. */
export function hostWorkload({ requestsPerSecond, readShare, blocks, regionBlocks, luns }: ExerciseWorkload): Workload {
  return {
    requestsPerSecond,
    readShare,
    // One of the sizes of a workload, or the file would not have been read.
    blockBytes: (blocks * BLOCK_BYTES) as Workload['blockBytes'],
    regionBytes: regionBlocks * BLOCK_BYTES,
    luns: luns === 'all' ? 'all' : [...luns],
  }
}
