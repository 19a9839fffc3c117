import type { PlantedBug } from './planted-bug'

/** Was in the core until a seed found it. */
export const leaderWithoutQuorum: PlantedBug = {
  name: 'two first claims',
  file: 'src-main/core/controller/pair/first-claim.ts',
  find: '(this.#elected?.quorum === true ? this.#elected.state : undefined)',
  replace: 'this.#elected?.state',
  why: 'A controller says what it read from too few drives, then reads again: each of the two finds that it is the one to begin.',
  searchFrom: 1274,
  checkers: ['assertions', 'writers', 'array-state', 'liveness', 'blocks-linearizable'],
}
