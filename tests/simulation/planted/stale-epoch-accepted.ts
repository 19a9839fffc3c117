import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const staleEpochAccepted: PlantedBug = {
  name: 'stale epoch accepted',
  file: 'src-main/simulator/virtual-drive.ts',
  find: "    if (!claims.admits(write.claim)) return 'stale-epoch'\n",
  replace: '',
  also: {
    file: 'src-main/simulator/virtual-midplane.ts',
    find: "this.#whenGone(peer, () => self.after(this.noticeMs(), () => done('fenced')))",
    replace: "this.#whenGone(peer, () => undefined)\n          self.after(this.noticeMs(), () => done('fenced'))",
  },
  why:
    'The fence is confirmed while the last writes of the dead are still on their way, ' +
    'and the drives take them after those of the new owner.',
  checkers: ['writers'],
}
