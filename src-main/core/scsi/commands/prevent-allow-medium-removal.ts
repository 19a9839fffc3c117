import { GOOD } from '../command'
import type { Operation } from '../command'
import { OPCODE } from '../spec'

const PREVENT_BYTE = 4
const PREVENT = 0x01

/** SBC-3 5.10. The medium cannot be removed, so preventing and allowing it change nothing. */
export const PREVENT_ALLOW_MEDIUM_REMOVAL: Operation = {
  name: 'PREVENT ALLOW MEDIUM REMOVAL',
  opcode: OPCODE.preventAllowMediumRemoval,
  usage: [OPCODE.preventAllowMediumRemoval, 0, 0, 0, PREVENT, 0],
  access: 'active',
  attention: 'report',
  reservation: (cdb) => (cdb[PREVENT_BYTE]! & PREVENT ? 'write' : 'always'),
  service: { kind: 'unit', serve: () => GOOD },
}
