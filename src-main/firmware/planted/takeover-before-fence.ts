import type { PlantedBug } from '../planted-bug'

export const takeoverBeforeFence: PlantedBug = {
  name: 'take over before the fence',
  file: 'src-main/core/controller/pair/takeover.ts',
  find: 'if (alreadyGone) {',
  replace: 'if (alreadyGone || !this.#isFenced) {',
  why: 'A controller that is silent is not one that is dead: both write the same volumes.',
  checkers: ['writers', 'blocks-linearizable', 'ledger', 'assertions', 'array-state'],
}
