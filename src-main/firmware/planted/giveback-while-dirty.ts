import type { PlantedBug } from '../planted-bug'

export const givebackWhileDirty: PlantedBug = {
  name: 'giveback while dirty',
  file: 'src-main/core/controller/volumes/owned-io.ts',
  find: 'const clean = (): void => this.#parts.cache.clean(this.volumeId, drained)',
  replace: 'const clean = (): void => drained(true)',
  why: 'What was acknowledged is in the NVRAM of the controller that gave the volume away; the new owner reads what the drives have.',
  checkers: ['blocks-linearizable', 'ledger', 'writers', 'assertions'],
}
