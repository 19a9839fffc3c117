import type { PlantedBug } from '../planted-bug'

export const hysteresisRemoved: PlantedBug = {
  name: 'hysteresis removed',
  file: 'src-main/core/controller/peer/peer-session.ts',
  find: 'else if (this.#missedBeats >= timings.fenceAfterBeats)',
  replace: 'if (this.#missedBeats >= timings.suspectAfterBeats)',
  why: 'A controller that is slow for a moment is killed for nothing.',
  checkers: ['fences'],
}
