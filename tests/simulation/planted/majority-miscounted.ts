import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const majorityMiscounted: PlantedBug = {
  name: 'superblock majority miscounted',
  file: 'src-main/core/raid/election.ts',
  find: 'return Math.floor(driveCount / 2) + 1',
  replace: 'return Math.floor(driveCount / 3)',
  why: 'Too few drives are asked how things stand: those that answer may all have missed the newest commit.',
  searchFrom: 16,
  checkers: ['array-state', 'service-requests', 'assertions', 'writers'],
}
