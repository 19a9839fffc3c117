import { concatBytes, getU16, getU32, putU16, putU32 } from '../../../base/bytes'
import { checkCondition, goodWithData } from '../command'
import type { Operation, UnitCall } from '../command'
import type { ScsiResponse } from '../device'
import { invalidFieldInCdb } from '../sense'
import { OPCODE, SERVICE_ACTION } from '../spec'

const RCTD = 0x80
const OPTIONS_BYTE = 2
const OPCODE_BYTE = 3
const SERVICE_ACTION_BYTE = 4
/** REPORTING OPTIONS (SPC-4 table 280). */
const ALL = 0b000
const ONE_WITHOUT_SERVICE_ACTION = 0b001
const ONE_WITH_SERVICE_ACTION = 0b010
const ONE_OF_EITHER = 0b011
/** SUPPORT field. */
const NOT_SUPPORTED = 0b001
const AS_STANDARD = 0b011

/** SPC-4 6.35. */
export const REPORT_SUPPORTED_OPERATION_CODES: Operation = {
  name: 'REPORT SUPPORTED OPERATION CODES',
  opcode: OPCODE.maintenanceIn,
  serviceAction: SERVICE_ACTION.reportSupportedOperationCodes,
  usage: [OPCODE.maintenanceIn, 0x1f, 0x87, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0],
  access: 'every',
  attention: 'report',
  reservation: 'read',
  data: 'in',
  service: { kind: 'unit', serve: reportSupportedOperationCodes },
}

function reportSupportedOperationCodes({ command, operations }: UnitCall): ScsiResponse {
  const { cdb } = command
  const options = cdb[OPTIONS_BYTE]! & 0x07
  const withTimeouts = (cdb[OPTIONS_BYTE]! & RCTD) !== 0
  const allocationBytes = getU32(cdb, 6)
  if (options === ALL) return goodWithData(allCommands(operations, withTimeouts), allocationBytes)
  if (options > ONE_OF_EITHER) return checkCondition(invalidFieldInCdb({ byte: OPTIONS_BYTE, bit: 2 }))

  const opcode = cdb[OPCODE_BYTE]!
  const ofOpcode = operations.filter((operation) => operation.opcode === opcode)
  const hasServiceActions = ofOpcode.some((operation) => operation.serviceAction !== undefined)
  // The reporting option does not suit the command (SPC-4 table 280).
  if (options === ONE_WITHOUT_SERVICE_ACTION && hasServiceActions) return checkCondition(invalidFieldInCdb({ byte: OPTIONS_BYTE, bit: 2 }))
  if (options === ONE_WITH_SERVICE_ACTION && ofOpcode.length > 0 && !hasServiceActions) {
    return checkCondition(invalidFieldInCdb({ byte: OPTIONS_BYTE, bit: 2 }))
  }
  const serviceAction = getU16(cdb, SERVICE_ACTION_BYTE)
  const found = ofOpcode.find((operation) =>
    hasServiceActions ? operation.serviceAction === serviceAction : options !== ONE_OF_EITHER || serviceAction === 0,
  )
  return goodWithData(oneCommand(found, withTimeouts), allocationBytes)
}

/** SPC-4 6.35.2. */
function allCommands(operations: readonly Operation[], withTimeouts: boolean): Uint8Array {
  const header = new Uint8Array(4)
  const descriptors = operations.flatMap((operation) => {
    const descriptor = new Uint8Array(8)
    descriptor[0] = operation.opcode
    putU16(descriptor, 2, operation.serviceAction ?? 0)
    descriptor[5] = (withTimeouts ? 0x02 : 0) | (operation.serviceAction === undefined ? 0 : 0x01)
    putU16(descriptor, 6, operation.usage.length)
    return withTimeouts ? [descriptor, timeouts()] : [descriptor]
  })
  const data = concatBytes([header, ...descriptors])
  putU32(data, 0, data.length - 4)
  return data
}

/** SPC-4 6.35.3. */
function oneCommand(operation: Operation | undefined, withTimeouts: boolean): Uint8Array {
  const header = new Uint8Array(4)
  if (operation === undefined) {
    header[1] = NOT_SUPPORTED
    return header
  }
  header[1] = (withTimeouts ? 0x80 : 0) | AS_STANDARD
  putU16(header, 2, operation.usage.length)
  const usage = Uint8Array.from(operation.usage)
  // The usage data contains the service action itself, not the mask of its bits.
  if (operation.serviceAction !== undefined) usage[1] = (usage[1]! & 0xe0) | operation.serviceAction
  return concatBytes(withTimeouts ? [header, usage, timeouts()] : [header, usage])
}

/** Command timeouts descriptor (SPC-4 6.35.4): no timeouts are indicated. */
function timeouts(): Uint8Array {
  const descriptor = new Uint8Array(12)
  putU16(descriptor, 0, descriptor.length - 2)
  return descriptor
}
