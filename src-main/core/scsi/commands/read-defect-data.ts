import { getU16, getU32 } from '../../../base/bytes'
import { goodWithData } from '../command'
import type { Operation } from '../command'
import type { ScsiResponse } from '../device'
import { OPCODE } from '../spec'

/** REQ_PLIST, REQ_GLIST and DEFECT LIST FORMAT, which the header of the list repeats as PLISTV, GLISTV and the format. */
const LISTS_AND_FORMAT = 0x1f

/** SBC-3 5.17. */
export const READ_DEFECT_DATA_10: Operation = {
  name: 'READ DEFECT DATA(10)',
  opcode: OPCODE.readDefectData10,
  usage: [OPCODE.readDefectData10, 0, LISTS_AND_FORMAT, 0, 0, 0, 0, 0xff, 0xff, 0],
  access: 'active',
  attention: 'report',
  reservation: 'read',
  data: 'in',
  service: {
    kind: 'unit',
    serve: ({ command: { cdb } }) => emptyList({ asked: cdb[2]!, headerBytes: 4, allocationBytes: getU16(cdb, 7) }),
  },
}

/** SBC-3 5.18. A list without descriptors is the same from any index on. */
export const READ_DEFECT_DATA_12: Operation = {
  name: 'READ DEFECT DATA(12)',
  opcode: OPCODE.readDefectData12,
  usage: [OPCODE.readDefectData12, LISTS_AND_FORMAT, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0],
  access: 'active',
  attention: 'report',
  reservation: 'read',
  data: 'in',
  service: {
    kind: 'unit',
    serve: ({ command: { cdb } }) => emptyList({ asked: cdb[1]!, headerBytes: 8, allocationBytes: getU32(cdb, 6) }),
  },
}

/** A volume has no medium of its own. The defects of the drives under it are none of its blocks, so both lists are empty in any format. */
function emptyList(options: { readonly asked: number; readonly headerBytes: 4 | 8; readonly allocationBytes: number }): ScsiResponse {
  const header = new Uint8Array(options.headerBytes)
  header[1] = options.asked & LISTS_AND_FORMAT
  return goodWithData(header, options.allocationBytes)
}
