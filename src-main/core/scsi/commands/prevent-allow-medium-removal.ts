import { GOOD } from '../command'
import type { Operation } from '../command'
import { OPCODE } from '../spec'

/** SBC-3 5.10. The medium cannot be removed, so preventing and allowing it change nothing. */
export const PREVENT_ALLOW_MEDIUM_REMOVAL: Operation = {
  name: 'PREVENT ALLOW MEDIUM REMOVAL',
  opcode: OPCODE.preventAllowMediumRemoval,
  usage: [OPCODE.preventAllowMediumRemoval, 0, 0, 0, 0x01, 0],
  access: 'active',
  attention: 'report',
  service: { kind: 'unit', serve: () => GOOD },
}
