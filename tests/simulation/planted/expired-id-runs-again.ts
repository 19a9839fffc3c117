import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const expiredIdRunsAgain: PlantedBug = {
  name: 'an expired id runs again',
  file: 'src-main/core/management/exactly-once.ts',
  find: 'return mayHaveExpired(state, request.id, request.since) ? failure(idExpired(state, request.id)) : undefined',
  replace: 'return undefined',
  why: 'After 128 other results a request is new to the pair and runs a second time, and says nothing.',
  searchFrom: 11,
  checkers: ['array-state', 'service-requests'],
}
