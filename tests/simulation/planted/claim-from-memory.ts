import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const claimFromMemory: PlantedBug = {
  name: 'takeover does not look at the drives',
  file: 'src-main/core/controller/pair/claim.ts',
  find: 'if (isNewer === false) done(',
  replace: 'if (isNewer !== undefined) done(',
  why: 'A commit of the dead controller had reached the drives but not this one: it is undone.',
  searchFrom: 86,
  checkers: ['array-state', 'service-requests', 'writers', 'assertions'],
}
