import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const logBoundIgnored: PlantedBug = {
  name: 'log bound ignored',
  file: 'src-main/core/nvram/log/ring-log.ts',
  find: 'return this.#usedBytes + byteLength <= this.capacityBytes',
  replace: 'return byteLength > 0',
  why: 'The newest record is written over the oldest one, which is not on the drives yet.',
  // Most often an invariant of the log ends the controller first.
  checkers: ['nvram-bounded', 'assertions'],
}
