import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const degradedWithoutLog: PlantedBug = {
  name: 'a volume that lacks a drive is served without the log',
  file: 'src-main/core/controller/pair/unknown-stripes.ts',
  find: 'rule.parityCount > 0 && !isWhole',
  replace: 'rule.parityCount === 0 && !isWhole',
  why:
    'A controller that was alone dies together with a drive, and the other one comes up first: ' +
    'parity of interrupted stripes stands in for blocks that nobody wrote.',
  checkers: ['blocks-linearizable', 'ledger', 'answers'],
}
