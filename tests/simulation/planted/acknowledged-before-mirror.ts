import type { PlantedBug } from './planted-bug'

export const acknowledgedBeforeMirror: PlantedBug = {
  name: 'acknowledge before mirror',
  file: 'src-main/core/nvram/write-cache.ts',
  find: "if (this.#mode === 'mirrored') this.#sender.append(record)\n    else",
  replace: "if (this.#mode === 'mirrored') {\n      this.#sender.append(record)\n      this.#mirrored(record.sequence)\n    } else",
  why: 'The owner dies with the only copy of what it has acknowledged.',
  checkers: ['blocks-linearizable', 'ledger'],
}
