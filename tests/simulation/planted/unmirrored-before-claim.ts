import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const unmirroredBeforeClaim: PlantedBug = {
  name: 'acknowledged without the mirror, and no claim says so',
  file: 'src-main/core/controller/pair/claim.ts',
  find: 'mirrorEpoch: serviceEpoch }',
  replace: 'mirrorEpoch: newest.mirrorEpoch ?? serviceEpoch }',
  why: 'The mirror that was left behind still counts, and is replayed over what was acknowledged without it, with its partial parity.',
  searchFrom: 19,
  checkers: ['blocks-linearizable', 'ledger', 'redundancy'],
}
