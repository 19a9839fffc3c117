import type { PlantedBug } from '../planted-bug'

export const replaySkipsLastRecord: PlantedBug = {
  name: 'replay skips the last record',
  file: 'src-main/core/nvram/replay/cache-recovery.ts',
  find: "mirrored: slot.valid('mirror', state),",
  replace: "mirrored: slot.valid('mirror', state).slice(0, -1),",
  why: 'The last acknowledged write before the crash is in the mirror and does not get to the drives.',
  checkers: ['blocks-linearizable', 'ledger'],
}
