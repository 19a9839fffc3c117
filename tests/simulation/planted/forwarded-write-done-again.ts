import type { PlantedBug } from './planted-bug'

/** Was in the core until a seed found it. */
export const forwardedWriteDoneAgain: PlantedBug = {
  name: 'forwarded write done again after the takeover',
  file: 'src-main/core/controller/served-volume.ts',
  find: "if (io.operation === 'write') this.#finish(io, { ok: false, fault: 'transitioning' })\n        else this.submit(io)",
  replace: 'this.submit(io)',
  why: 'The dead owner had done it, and a newer write of the same blocks since: old data is back.',
  checkers: ['blocks-linearizable'],
}
