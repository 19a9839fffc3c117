import type { PlantedBug } from '../planted-bug'

export const acknowledgedBeforeMirror: PlantedBug = {
  name: 'acknowledge before mirror',
  file: 'src-main/core/nvram/mirror/mirror.ts',
  find: "if (status.mode === 'mirrored') this.#sender.append(records)\n    else",
  replace:
    "if (status.mode === 'mirrored') {\n      this.#sender.append(records)\n      " +
    "this.#appended(present(records.at(-1), 'a record').sequence)\n    } else",
  why: 'The owner dies with the only copy of what it has acknowledged.',
  searchFrom: 10,
  checkers: ['blocks-linearizable', 'ledger'],
}
