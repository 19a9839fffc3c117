import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const parityWithoutLock: PlantedBug = {
  name: 'parity updated without a lock',
  file: 'src-main/core/raid/group-io.ts',
  find: 'this.#locking = layout.redundancy > 0',
  replace: 'this.#locking = layout.rule.parityCount === 0',
  why: 'Two writes of one stripe read the same old parity, and the later one forgets the earlier.',
  checkers: ['redundancy', 'blocks-linearizable'],
}
