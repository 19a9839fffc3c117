import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const handOverInNewEpoch: PlantedBug = {
  name: 'service ownership handed over in the new epoch',
  file: 'src-main/core/controller/state/committer.ts',
  find: 'epoch: standing.serviceEpoch, cause',
  replace: 'epoch: next.serviceEpoch, cause',
  why: 'The owner that relinquishes writes under the epoch of the one that gets it: two write superblocks in one epoch.',
  checkers: ['writers', 'assertions', 'array-state'],
}
