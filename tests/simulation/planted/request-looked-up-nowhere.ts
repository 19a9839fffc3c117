import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const requestLookedUpNowhere: PlantedBug = {
  name: 'request run twice when it is sent again',
  file: 'src-main/core/management/exactly-once.ts',
  find: 'const completed = state.completedRequests.find(({ id }) => id === request.id)',
  replace: "const completed = state.completedRequests.find(({ id, servedBy }) => id === request.id && servedBy !== 'a')",
  why: 'What controller A carried out is not looked up: an id that is sent again runs a second time.',
  searchFrom: 7,
  checkers: ['service-requests', 'array-state'],
}
