import { concatBytes, getU16, getU32, toHex } from '../../../base/bytes'
import { LIMITS } from '../../../contract/limits'
import type { NexusName, UnitReservations } from '../../../contract/reservations'
import { refuseDataOut } from '../block-range'
import { checkCondition } from '../command'
import type { Done, Operation, UnitCall } from '../command'
import { carryOut } from '../reservations/carry-out'
import { CONFLICT, type Verdict } from '../reservations/change'
import { register, registerAndMove } from '../reservations/register'
import { clear, preempt, release, reserve } from '../reservations/reserve'
import { decodeTransportIds } from '../reservations/transport-id'
import { illegalRequest, invalidFieldInParameterList } from '../sense'
import { ADDITIONAL_SENSE, OPCODE, PERSISTENT_RESERVE_OUT_ACTION } from '../spec'

/** The parameter list (SPC-4 6.16.3), and where the TransportIDs begin in it, and in that of REGISTER AND MOVE (6.16.4). */
const LIST_BYTES = 24
const FLAGS_BYTE = 20
const TRANSPORT_IDS_AT = 28
const MOVE_FLAGS_BYTE = 17
const MOVE_PORT_BYTE = 18
const SPEC_I_PT = 0x08
const SPEC_I_PT_BIT = 3
const ALL_TG_PT = 0x04
const APTPL = 0x01
const UNREG = 0x02
/** Of a TransportID. */
const LEAST_ID_BYTES = 24

const ACTION = PERSISTENT_RESERVE_OUT_ACTION

/** SPC-4 6.16. */
export const PERSISTENT_RESERVE_OUT_OPERATIONS: readonly Operation[] = [
  persistentReserveOut('REGISTER', ACTION.register, (call, done) => startRegister(call, false, done)),
  persistentReserveOut('RESERVE', ACTION.reserve, (call, done) => startReserve(call, reserve, done)),
  persistentReserveOut('RELEASE', ACTION.release, (call, done) => startReserve(call, release, done)),
  persistentReserveOut('CLEAR', ACTION.clear, (call, done) => startReserve(call, clear, done)),
  persistentReserveOut('PREEMPT', ACTION.preempt, (call, done) => startReserve(call, preempt, done)),
  persistentReserveOut('PREEMPT AND ABORT', ACTION.preemptAndAbort, startPreemptAndAbort),
  persistentReserveOut('REGISTER AND IGNORE EXISTING KEY', ACTION.registerAndIgnoreExistingKey, (call, done) =>
    startRegister(call, true, done),
  ),
  persistentReserveOut('REGISTER AND MOVE', ACTION.registerAndMove, startRegisterAndMove),
]

function persistentReserveOut(action: string, serviceAction: number, start: (call: UnitCall, done: Done) => void): Operation {
  return {
    name: `PERSISTENT RESERVE OUT, ${action}`,
    opcode: OPCODE.persistentReserveOut,
    serviceAction,
    usage: [OPCODE.persistentReserveOut, 0x1f, 0xff, 0, 0, 0xff, 0xff, 0xff, 0xff, 0],
    access: 'not-unavailable',
    attention: 'report',
    reservation: 'persistent-reserve',
    data: 'out',
    service: { kind: 'io', start },
  }
}

interface Keys {
  readonly by: NexusName
  readonly key: string
  readonly serviceKey: string
  readonly scopeAndType: number
  readonly list: Uint8Array
}

/** The keys that every list begins with. Undefined: it was refused. */
function keysOf({ command }: UnitCall, done: Done, leastBytes = LIST_BYTES): Keys | undefined {
  const { cdb, dataOut, nexus } = command
  const listBytes = getU32(cdb, 5)
  const mismatch = refuseDataOut(dataOut, listBytes)
  if (mismatch !== undefined || listBytes < leastBytes) {
    done(mismatch ?? checkCondition(illegalRequest(ADDITIONAL_SENSE.parameterListLengthError)))
    return undefined
  }
  const list = concatBytes(dataOut)
  return {
    by: { initiatorPort: nexus.initiatorPort, portalGroup: nexus.portalGroup },
    key: toHex(list.subarray(0, 8)),
    serviceKey: toHex(list.subarray(8, 16)),
    scopeAndType: cdb[2]!,
    list,
  }
}

/** With a list of fixed length, which has no room for SPEC_I_PT. ALL_TG_PT and APTPL are for registrations. */
function plainKeysOf(call: UnitCall, done: Done): Keys | undefined {
  const keys = keysOf(call, done)
  if (keys === undefined) return undefined
  if ((keys.list[FLAGS_BYTE]! & SPEC_I_PT) !== 0)
    done(checkCondition(invalidFieldInParameterList({ byte: FLAGS_BYTE, bit: SPEC_I_PT_BIT })))
  else if (keys.list.length !== LIST_BYTES) done(checkCondition(illegalRequest(ADDITIONAL_SENSE.parameterListLengthError)))
  else return keys
  return undefined
}

/** Another nexus may have reserved the unit (SPC-2) since the command began. */
function commit(
  call: UnitCall,
  decide: (unit: UnitReservations, elsewhere: number) => Verdict,
  ...more: Rest<Parameters<typeof carryOut>>
): void {
  carryOut(call, (unit, elsewhere) => (unit.reservedBy === undefined ? decide(unit, elsewhere) : CONFLICT), ...more)
}

type Rest<T> = T extends [unknown, unknown, ...infer R] ? R : never

function startReserve(call: UnitCall, decide: (unit: UnitReservations, keys: Keys) => Verdict, done: Done): void {
  const keys = plainKeysOf(call, done)
  if (keys !== undefined) commit(call, (unit) => decide(unit, keys), done)
}

/** The answer waits until the tasks of those that were preempted have ended: none of their writes lands after it. */
function startPreemptAndAbort(call: UnitCall, done: Done): void {
  const keys = plainKeysOf(call, done)
  if (keys === undefined) return
  const { lun, nexus } = call.command
  commit(
    call,
    (unit) => preempt(unit, keys),
    done,
    ({ preempted = [] }, answer) => call.endTasksOf(lun, preempted, nexus, answer),
  )
}

function startRegister(call: UnitCall, ignoresKey: boolean, done: Done): void {
  const keys = keysOf(call, done)
  if (keys === undefined) return
  const { list, by } = keys
  const flags = list[FLAGS_BYTE]!
  const namesInitiatorPorts = (flags & SPEC_I_PT) !== 0
  const ports = namedPorts(list, namesInitiatorPorts, done)
  if (ports === undefined) return
  const isForAllPorts = (flags & ALL_TG_PT) !== 0
  const groups = isForAllPorts ? ([1, 2] as const) : [by.portalGroup]
  const named = [by.initiatorPort, ...ports].flatMap((initiatorPort) => groups.map((portalGroup) => ({ initiatorPort, portalGroup })))
  const also = named.filter(({ initiatorPort, portalGroup }) => initiatorPort !== by.initiatorPort || portalGroup !== by.portalGroup)
  const request = { ...keys, ignoresKey, also, namesInitiatorPorts, outlivesPowerLoss: (flags & APTPL) !== 0 }
  commit(call, (unit, elsewhere) => register(unit, { ...request, elsewhere }), done)
}

/** The initiator ports of SPEC_I_PT, each once. Undefined: the list was refused. */
function namedPorts(list: Uint8Array, isThere: boolean, done: Done): readonly string[] | undefined {
  const isWhole = isThere
    ? list.length >= TRANSPORT_IDS_AT && getU32(list, LIST_BYTES) === list.length - TRANSPORT_IDS_AT
    : list.length === LIST_BYTES
  if (!isWhole) {
    done(checkCondition(illegalRequest(ADDITIONAL_SENSE.parameterListLengthError)))
    return undefined
  }
  if (list.length > TRANSPORT_IDS_AT + LIMITS.registrationsOfUnit * (LEAST_ID_BYTES + LIMITS.initiatorPortLength)) {
    done(checkCondition(illegalRequest(ADDITIONAL_SENSE.insufficientRegistrationResources)))
    return undefined
  }
  const ports = isThere ? decodeTransportIds(list.subarray(TRANSPORT_IDS_AT)) : []
  if (ports !== undefined) return [...new Set(ports)]
  done(checkCondition(invalidFieldInParameterList({ byte: TRANSPORT_IDS_AT })))
  return undefined
}

function startRegisterAndMove(call: UnitCall, done: Done): void {
  const keys = keysOf(call, done, LIST_BYTES + LEAST_ID_BYTES)
  if (keys === undefined) return
  const { list } = keys
  if (getU32(list, FLAGS_BYTE) !== list.length - LIST_BYTES) {
    done(checkCondition(illegalRequest(ADDITIONAL_SENSE.parameterListLengthError)))
    return
  }
  const portalGroup = getU16(list, MOVE_PORT_BYTE)
  if (portalGroup !== 1 && portalGroup !== 2) {
    done(checkCondition(invalidFieldInParameterList({ byte: MOVE_PORT_BYTE })))
    return
  }
  const [initiatorPort, ...more] = decodeTransportIds(list.subarray(LIST_BYTES)) ?? []
  if (initiatorPort === undefined || more.length > 0) {
    done(checkCondition(invalidFieldInParameterList({ byte: LIST_BYTES })))
    return
  }
  const flags = list[MOVE_FLAGS_BYTE]!
  const how = { unregisters: (flags & UNREG) !== 0, outlivesPowerLoss: (flags & APTPL) !== 0 }
  commit(call, (unit, elsewhere) => registerAndMove(unit, { ...keys, ...how, elsewhere, to: { initiatorPort, portalGroup } }), done)
}
