import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const givebackWithoutDraining: PlantedBug = {
  name: 'giveback without draining',
  file: 'src-main/core/controller/volumes/owned-io.ts',
  find: 'if (this.#underWay === 0) clean()',
  replace: 'if (this.#underWay >= 0) clean()',
  why: 'The volume has a new owner while writes of the old one are under way.',
  checkers: ['assertions', 'writers', 'blocks-linearizable', 'ledger'],
}
