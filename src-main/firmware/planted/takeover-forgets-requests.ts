import type { PlantedBug } from '../planted-bug'

export const takeoverForgetsRequests: PlantedBug = {
  name: 'request run twice after takeover',
  file: 'src-main/core/controller/pair/claim.ts',
  find: '{ ...newest, serviceOwner: self,',
  replace: '{ ...newest, completedRequests: [], serviceOwner: self,',
  why: 'The survivor does not know which requests were carried out: sent again with the same id, they run again.',
  checkers: ['array-state', 'service-requests'],
}
