import type { PlantedBug } from './planted-bug'

export const partialParityNotLogged: PlantedBug = {
  name: 'partial parity is not logged',
  file: 'src-main/core/nvram/destage/stripe-journal.ts',
  find: 'if (data.length === 0 && !this.#records.some(',
  replace: 'if (data.length >= 0 || this.#records.some(',
  why:
    'A controller and a drive die together in the middle of a stripe: ' +
    'what nobody wrote is read from a parity that fits neither the old data nor the new.',
  checkers: ['blocks-linearizable', 'ledger'],
}
