import { assert } from '../../../base/assert'
import { getU16, putPaddedAscii, putU16 } from '../../../base/bytes'
import { checkCondition, goodWithData } from '../command'
import type { Call, Operation } from '../command'
import type { ScsiResponse } from '../device'
import { invalidFieldInCdb } from '../sense'
import { OPCODE, PERIPHERAL, PRODUCT_ID, VENDOR_ID, VERSION_DESCRIPTOR } from '../spec'
import { buildVpdPage } from './vpd-pages'

const EVPD = 0x01
const PAGE_BYTE = 2
const STANDARD_BYTES = 96
const VERSION_SPC4 = 0x06
const HISUP = 0x10
const RESPONSE_DATA_FORMAT = 0x02
/** Asymmetric access states change implicitly only (SPC-4 5.15.2.3). */
const TPGS_IMPLICIT = 0x10
const MULTIP = 0x10
const CMDQUE = 0x02

/** SPC-4 6.6. */
export const INQUIRY: Operation = {
  name: 'INQUIRY',
  opcode: OPCODE.inquiry,
  usage: [OPCODE.inquiry, EVPD, 0xff, 0xff, 0xff, 0],
  access: 'every',
  attention: 'pass',
  reservation: 'always',
  data: 'in',
  service: { kind: 'any', serve: inquiry },
}

function inquiry(call: Call): ScsiResponse {
  const { cdb } = call.command
  const page = cdb[PAGE_BYTE]!
  const data = cdb[1]! & EVPD ? buildVpdPage(page, call) : page === 0 ? standardInquiry(call) : undefined
  return data === undefined ? checkCondition(invalidFieldInCdb({ byte: PAGE_BYTE })) : goodWithData(data, getU16(cdb, 3))
}

/** SPC-4 6.6.2. */
function standardInquiry({ unit, identity }: Call): Uint8Array {
  const data = new Uint8Array(STANDARD_BYTES)
  data[0] = unit === undefined ? PERIPHERAL.notPresent : PERIPHERAL.blockDevice
  data[2] = VERSION_SPC4
  data[3] = HISUP | RESPONSE_DATA_FORMAT
  data[4] = STANDARD_BYTES - 5
  data[5] = TPGS_IMPLICIT
  data[6] = MULTIP
  data[7] = CMDQUE
  putPaddedAscii(data, 8, 8, VENDOR_ID)
  putPaddedAscii(data, 16, 16, PRODUCT_ID)
  putPaddedAscii(data, 32, 4, identity.revision)
  const { sam5, iscsi, spc4, sbc3 } = VERSION_DESCRIPTOR
  ;[sam5, iscsi, spc4, sbc3].forEach((descriptor, index) => putU16(data, 58 + 2 * index, descriptor))
  assert(data.length === STANDARD_BYTES, 'standard INQUIRY data has grown')
  return data
}
