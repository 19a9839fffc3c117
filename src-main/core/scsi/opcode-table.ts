import { assert } from '../../base/assert'
import { checkCondition } from './command'
import type { Operation } from './command'
import { COMPARE_AND_WRITE } from './commands/compare-and-write'
import { GET_LBA_STATUS } from './commands/get-lba-status'
import { INQUIRY } from './commands/inquiry'
import { MODE_SELECT_10, MODE_SELECT_6 } from './commands/mode-select'
import { MODE_SENSE_10, MODE_SENSE_6 } from './commands/mode-sense'
import { OR_WRITE_16 } from './commands/or-write'
import { PERSISTENT_RESERVE_IN_OPERATIONS } from './commands/persistent-reserve-in'
import { PERSISTENT_RESERVE_OUT_OPERATIONS } from './commands/persistent-reserve-out'
import { PRE_FETCH_OPERATIONS } from './commands/pre-fetch'
import { PREVENT_ALLOW_MEDIUM_REMOVAL } from './commands/prevent-allow-medium-removal'
import { READ_OPERATIONS } from './commands/read'
import { READ_CAPACITY_10, READ_CAPACITY_16 } from './commands/read-capacity'
import { READ_DEFECT_DATA_10, READ_DEFECT_DATA_12 } from './commands/read-defect-data'
import { RELEASE_6 } from './commands/release'
import { REPORT_LUNS } from './commands/report-luns'
import { REPORT_SUPPORTED_OPERATION_CODES } from './commands/report-supported-operation-codes'
import { REPORT_SUPPORTED_TASK_MANAGEMENT_FUNCTIONS } from './commands/report-supported-task-management-functions'
import { REPORT_TARGET_PORT_GROUPS } from './commands/report-target-port-groups'
import { REQUEST_SENSE } from './commands/request-sense'
import { RESERVE_6 } from './commands/reserve'
import { START_STOP_UNIT } from './commands/start-stop-unit'
import { SYNCHRONIZE_CACHE_OPERATIONS } from './commands/synchronize-cache'
import { TEST_UNIT_READY } from './commands/test-unit-ready'
import { UNMAP } from './commands/unmap'
import { VERIFY_OPERATIONS } from './commands/verify'
import { WRITE_OPERATIONS } from './commands/write'
import { WRITE_AND_VERIFY_OPERATIONS } from './commands/write-and-verify'
import { WRITE_ATOMIC_16 } from './commands/write-atomic'
import { WRITE_SAME_OPERATIONS } from './commands/write-same'
import type { ScsiResponse } from './device'
import { illegalRequest, invalidFieldInCdb } from './sense'
import { ADDITIONAL_SENSE } from './spec'

/** All commands, in ascending order of operation code and service action. */
export const OPERATIONS: readonly Operation[] = [
  TEST_UNIT_READY,
  REQUEST_SENSE,
  INQUIRY,
  MODE_SELECT_6,
  RESERVE_6,
  RELEASE_6,
  MODE_SENSE_6,
  START_STOP_UNIT,
  PREVENT_ALLOW_MEDIUM_REMOVAL,
  READ_CAPACITY_10,
  MODE_SELECT_10,
  MODE_SENSE_10,
  ...PERSISTENT_RESERVE_IN_OPERATIONS,
  ...PERSISTENT_RESERVE_OUT_OPERATIONS,
  READ_CAPACITY_16,
  GET_LBA_STATUS,
  READ_DEFECT_DATA_10,
  READ_DEFECT_DATA_12,
  UNMAP,
  COMPARE_AND_WRITE,
  OR_WRITE_16,
  WRITE_ATOMIC_16,
  REPORT_LUNS,
  REPORT_TARGET_PORT_GROUPS,
  REPORT_SUPPORTED_OPERATION_CODES,
  REPORT_SUPPORTED_TASK_MANAGEMENT_FUNCTIONS,
  ...READ_OPERATIONS,
  ...WRITE_OPERATIONS,
  ...PRE_FETCH_OPERATIONS,
  ...VERIFY_OPERATIONS,
  ...WRITE_AND_VERIFY_OPERATIONS,
  ...SYNCHRONIZE_CACHE_OPERATIONS,
  ...WRITE_SAME_OPERATIONS,
].sort((left, right) => left.opcode - right.opcode || (left.serviceAction ?? 0) - (right.serviceAction ?? 0))

const SERVICE_ACTION_MASK = 0x1f
const CDB_LENGTHS_BYTES: readonly number[] = [6, 10, 12, 16]

/** By operation code: the command itself, or its service actions by number. */
const BY_OPCODE: readonly (Operation | readonly (Operation | undefined)[] | undefined)[] = buildIndex()

/** The command of a CDB; undefined if there is none. */
export function findOperation(cdb: Uint8Array): Operation | undefined {
  const entry = BY_OPCODE[cdb[0] ?? -1]
  return entry === undefined || 'usage' in entry ? entry : entry[(cdb[1] ?? 0) & SERVICE_ACTION_MASK]
}

/** Refuses a CDB without a command: its operation code or its service action is unknown. */
export function refuseOperationCode(cdb: Uint8Array): ScsiResponse {
  const hasServiceActions = BY_OPCODE[cdb[0] ?? -1] !== undefined
  return checkCondition(hasServiceActions ? invalidFieldInCdb({ byte: 1, bit: 4 }) : illegalRequest(ADDITIONAL_SENSE.invalidOperationCode))
}

/** For traces: the name of the command, or its number. */
export function commandName(cdb: Uint8Array): string {
  return findOperation(cdb)?.name ?? `operation code ${(cdb[0] ?? 0).toString(16).padStart(2, '0')}h`
}

/** A CDB that is too short, or has a bit set that the command does not evaluate: reserved, obsolete, NACA or not supported. */
export function refuseCdb(operation: Operation, cdb: Uint8Array): ScsiResponse | undefined {
  const { usage } = operation
  if (cdb.length < usage.length) return checkCondition(illegalRequest(ADDITIONAL_SENSE.invalidFieldInCdb))
  for (let byte = 1; byte < usage.length; byte++) {
    const excess = cdb[byte]! & ~usage[byte]!
    if (excess !== 0) return checkCondition(invalidFieldInCdb({ byte, bit: 31 - Math.clz32(excess) }))
  }
  return undefined
}

function buildIndex(): readonly (Operation | readonly (Operation | undefined)[] | undefined)[] {
  const index = new Array<Operation | (Operation | undefined)[] | undefined>(256).fill(undefined)
  for (const operation of OPERATIONS) {
    const { opcode, serviceAction, usage, name } = operation
    assert(CDB_LENGTHS_BYTES.includes(usage.length) && usage[0] === opcode, `usage data of ${name}`)
    const entry = index[opcode]
    if (serviceAction === undefined) {
      assert(entry === undefined, `${name} is there twice`)
      index[opcode] = operation
    } else {
      assert(entry === undefined || Array.isArray(entry), `${name} is there with and without a service action`)
      const actions = entry ?? new Array<Operation | undefined>(SERVICE_ACTION_MASK + 1).fill(undefined)
      assert(actions[serviceAction] === undefined, `${name} is there twice`)
      actions[serviceAction] = operation
      index[opcode] = actions
    }
  }
  return index
}
