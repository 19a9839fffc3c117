import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const bothWinArbitration: PlantedBug = {
  name: 'two winners of arbitration',
  file: 'src-main/simulator/virtual-midplane.ts',
  find: "this.#whenGone(peer, () => self.after(this.noticeMs(), () => done('fenced')))",
  replace: "self.after(this.noticeMs(), () => done('fenced'))",
  why: 'With the interconnect cut each controller asks for the reset line of the other, and each is told that it has it.',
  checkers: ['writers'],
}
