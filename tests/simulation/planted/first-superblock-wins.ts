import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const firstSuperblockWins: PlantedBug = {
  name: 'newest generation ignored',
  file: 'src-main/core/raid/election.ts',
  find: 'if (isNewer(state, array.state)) array.state = state',
  replace: 'if (isNewer(array.state, state)) array.state = state',
  why: 'A drive that could not read its newest superblock takes the whole array back to an older configuration.',
  checkers: ['array-state', 'service-requests', 'assertions', 'writers'],
}
