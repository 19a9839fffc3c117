import { assert } from '../../../base/assert'
import { getU32, putU32 } from '../../../base/bytes'
import { checkCondition, goodWithData } from '../command'
import type { Call, Operation } from '../command'
import type { ScsiResponse } from '../device'
import { invalidFieldInCdb } from '../sense'
import { OPCODE } from '../spec'

const SELECT_REPORT_BYTE = 2
/** SELECT REPORT: usual logical units, well-known ones (there are none), and both. */
const USUAL = 0x00
const WELL_KNOWN = 0x01
const ALL = 0x02

/** SPC-4 6.33. It reports the change behind a pending REPORTED LUNS DATA HAS CHANGED, and so clears that. */
export const REPORT_LUNS: Operation = {
  name: 'REPORT LUNS',
  opcode: OPCODE.reportLuns,
  usage: [OPCODE.reportLuns, 0, 0xff, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0],
  access: 'every',
  attention: 'pass',
  reservation: 'always',
  data: 'in',
  service: { kind: 'any', serve: reportLuns },
}

function reportLuns({ command, directory, attentions }: Call): ScsiResponse {
  const select = command.cdb[SELECT_REPORT_BYTE]!
  if (select !== USUAL && select !== WELL_KNOWN && select !== ALL) return checkCondition(invalidFieldInCdb({ byte: SELECT_REPORT_BYTE }))
  attentions.clearEverywhere('luns-changed')
  return goodWithData(lunList(select === WELL_KNOWN ? [] : directory.luns()), getU32(command.cdb, 6))
}

function lunList(luns: readonly number[]): Uint8Array {
  const data = new Uint8Array(8 + 8 * luns.length)
  putU32(data, 0, 8 * luns.length)
  luns.forEach((lun, index) => {
    assert(lun >= 0 && lun < 256, `LUN ${lun} does not fit the peripheral device addressing method`)
    data[8 + 8 * index + 1] = lun
  })
  return data
}
