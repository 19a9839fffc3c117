import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const commitBeforeInstall: PlantedBug = {
  name: 'commit answered before the peer installed it',
  file: 'src-main/core/controller/state/committer.ts',
  find: 'const callId = this.#installs.begin(() => this.#finish(commit, ok(next)))',
  replace: 'const callId = 0\n      this.#finish(commit, ok(next))',
  why: 'Whoever asks the other controller right after the answer sees the configuration of before.',
  checkers: ['service-requests', 'assertions'],
}
