import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const parityBeforeData: PlantedBug = {
  name: 'parity updated before data without log',
  file: 'src-main/core/raid/carry-out.ts',
  find: 'for (const write of plan.writes) issue(',
  replace: 'for (const write of plan.writes.toReversed()) issue(',
  also: { file: 'src-main/core/nvram/replay/replay.ts', find: 'recomputeParity: true', replace: 'recomputeParity: false' },
  why:
    'A controller dies between parity and data. ' +
    'What is replayed updates a parity that is wrong already, so it stays wrong until a drive fails.',
  searchFrom: 8,
  checkers: ['redundancy', 'answers', 'blocks-linearizable'],
}
