import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const staleNvramReplayed: PlantedBug = {
  name: 'stale NVRAM is replayed',
  file: 'src-main/core/nvram/log/slot.ts',
  find: 'return ownership !== undefined && isHeld && isOfEpoch(record, ownership)',
  replace: 'return ownership !== undefined',
  why: 'Records of before a takeover or a move go over what was acknowledged since.',
  searchFrom: 58,
  checkers: ['blocks-linearizable', 'ledger', 'writers', 'assertions'],
}
