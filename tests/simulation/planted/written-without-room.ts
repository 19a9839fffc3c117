import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const writtenWithoutRoom: PlantedBug = {
  name: 'written without room',
  file: 'src-main/core/nvram/destage/destager.ts',
  find: 'if (outcome.ok) this.#written(dirt, range)',
  replace: "if (outcome.ok || outcome.fault === 'no-space') this.#written(dirt, range)",
  why: 'The disk is full, and data that did not get to the drives is given up in the NVRAM.',
  checkers: ['blocks-linearizable', 'ledger', 'redundancy'],
}
