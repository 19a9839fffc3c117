import { concatBytes, getU16, putU16, putU32 } from '../../../base/bytes'
import { isSameNexus, type Registration, type UnitReservations } from '../../../contract/reservations'
import { goodWithData } from '../command'
import type { Operation, UnitCall } from '../command'
import { NO_KEY } from '../reservations/change'
import { encodeTransportId } from '../reservations/transport-id'
import { OPCODE, PERSISTENT_RESERVE_IN_ACTION } from '../spec'

const { readKeys, readReservation, reportCapabilities, readFullStatus } = PERSISTENT_RESERVE_IN_ACTION
const KEY_BYTES = 8
/** Of a full status descriptor, before the TransportID (SPC-4 table 218). */
const STATUS_HEADER_BYTES = 24
const R_HOLDER = 0x01

/** SPC-4 6.15. */
export const PERSISTENT_RESERVE_IN_OPERATIONS: readonly Operation[] = [
  persistentReserveIn('READ KEYS', readKeys, ({ unit }) => withHeader(unit.reservations, keysOf(unit.reservations))),
  persistentReserveIn('READ RESERVATION', readReservation, ({ unit }) => withHeader(unit.reservations, reservationOf(unit.reservations))),
  persistentReserveIn('REPORT CAPABILITIES', reportCapabilities, ({ unit }) => capabilities(unit.reservations)),
  persistentReserveIn('READ FULL STATUS', readFullStatus, ({ unit }) => withHeader(unit.reservations, fullStatus(unit.reservations))),
]

function persistentReserveIn(action: string, serviceAction: number, build: (call: UnitCall) => Uint8Array): Operation {
  return {
    name: `PERSISTENT RESERVE IN, ${action}`,
    opcode: OPCODE.persistentReserveIn,
    serviceAction,
    usage: [OPCODE.persistentReserveIn, 0x1f, 0, 0, 0, 0, 0, 0xff, 0xff, 0],
    access: 'not-unavailable',
    attention: 'report',
    reservation: 'persistent-reserve',
    data: 'in',
    service: { kind: 'unit', serve: (call) => goodWithData(build(call), getU16(call.command.cdb, 7)) },
  }
}

/** PRGENERATION and ADDITIONAL LENGTH. */
function withHeader(unit: UnitReservations | undefined, body: Uint8Array): Uint8Array {
  const header = new Uint8Array(8)
  putU32(header, 0, unit?.generation ?? 0)
  putU32(header, 4, body.length)
  return concatBytes([header, body])
}

/** SPC-4 6.15.2. */
function keysOf(unit: UnitReservations | undefined): Uint8Array {
  return concatBytes((unit?.registrations ?? []).map(({ key }) => bytesOf(key)))
}

/** SPC-4 6.15.3. A reservation that all registrants hold has no key. */
function reservationOf(unit: UnitReservations | undefined): Uint8Array {
  if (unit?.reservation === undefined) return new Uint8Array(0)
  const { type, holder } = unit.reservation
  const descriptor = new Uint8Array(16)
  const registration = unit.registrations.find((one) => holder !== undefined && isSameNexus(one, holder))
  descriptor.set(bytesOf(registration?.key ?? NO_KEY))
  descriptor[13] = type
  return descriptor
}

/** SPC-4 6.15.4. Which commands are allowed is not reported (ALLOW COMMANDS 000b). */
function capabilities(unit: UnitReservations | undefined): Uint8Array {
  const compatibleReservationHandling = 0x10
  const specifyInitiatorPorts = 0x08
  const allTargetPorts = 0x04
  const persistThroughPowerLoss = 0x01
  const typeMaskValid = 0x80
  const data = new Uint8Array(8)
  putU16(data, 0, data.length)
  data[2] = compatibleReservationHandling | specifyInitiatorPorts | allTargetPorts | persistThroughPowerLoss
  data[3] = typeMaskValid | (unit?.outlivesPowerLoss === true ? 0x01 : 0)
  // Write exclusive, exclusive access, both for registrants only and for all registrants.
  data[4] = 0x02 | 0x08 | 0x20 | 0x40 | 0x80
  data[5] = 0x01
  return data
}

/** SPC-4 6.15.5. A registration is of one target port, also where ALL_TG_PT made several. */
function fullStatus(unit: UnitReservations | undefined): Uint8Array {
  return concatBytes((unit?.registrations ?? []).map((registration) => statusOf(registration, unit?.reservation)))
}

function statusOf(registration: Registration, reservation: UnitReservations['reservation']): Uint8Array {
  const transportId = encodeTransportId(registration.initiatorPort)
  const header = new Uint8Array(STATUS_HEADER_BYTES)
  header.set(bytesOf(registration.key))
  if (reservation !== undefined && (reservation.holder === undefined || isSameNexus(reservation.holder, registration))) {
    header[12] = R_HOLDER
    header[13] = reservation.type
  }
  putU16(header, 18, registration.portalGroup)
  putU32(header, 20, transportId.length)
  return concatBytes([header, transportId])
}

function bytesOf(key: string): Uint8Array {
  return Uint8Array.from({ length: KEY_BYTES }, (_, index) => Number.parseInt(key.slice(2 * index, 2 * index + 2), 16))
}
