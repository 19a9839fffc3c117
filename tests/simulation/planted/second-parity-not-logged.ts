import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const secondParityNotLogged: PlantedBug = {
  name: 'Q of an update that leaves two blocks of its row alone is not logged',
  file: 'src-main/core/raid/partial-parity.ts',
  find: 'dataWidth - bitCount(chunks) > leftBeyond',
  replace: 'dataWidth - bitCount(chunks) > 2 * leftBeyond',
  why: 'Two drives of RAID 6 fail while a controller dies in the middle of a stripe, and what was not being written cannot be worked out.',
  searchFrom: 209,
  checkers: ['answers', 'blocks-linearizable', 'ledger', 'redundancy', 'liveness'],
}
