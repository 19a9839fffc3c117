import { describe, expect, it } from 'vitest'
import { RESERVATION_TYPE } from '../../../src-main/contract/reservations'
import type { Nexus } from '../../../src-main/core/scsi/device'
import { reserve6Cdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { OPERATIONS } from '../../../src-main/core/scsi/opcode-table'
import { OPCODE, STATUS } from '../../../src-main/core/scsi/spec'
import { CONFLICT, KEYS, ReservationBench } from '../../support/reservation-bench'
import { describe as inWords } from '../../support/scsi-bench'

/**
 * By command: what happens to a nexus without access under write exclusive, under exclusive access, and while another has reserved the
 * unit. `+`: allowed (SPC-4 table 66, SBC-3 table 14, SPC-2 table 10).
 */
const TABLE: Readonly<Record<string, string>> = {
  'TEST UNIT READY': '++-',
  'REQUEST SENSE': '+++',
  INQUIRY: '+++',
  'MODE SELECT(6)': '---',
  'MODE SENSE(6)': '+--',
  'MODE SELECT(10)': '---',
  'MODE SENSE(10)': '+--',
  'READ CAPACITY(10)': '+++',
  'READ CAPACITY(16)': '+++',
  'GET LBA STATUS': '+--',
  'READ DEFECT DATA(10)': '+--',
  'READ DEFECT DATA(12)': '+--',
  UNMAP: '---',
  'COMPARE AND WRITE': '---',
  'ORWRITE(16)': '---',
  'WRITE ATOMIC(16)': '---',
  'REPORT LUNS': '+++',
  'REPORT TARGET PORT GROUPS': '+++',
  'REPORT SUPPORTED OPERATION CODES': '+--',
  'REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS': '+--',
  'READ(6)': '+--',
  'READ(10)': '+--',
  'READ(12)': '+--',
  'READ(16)': '+--',
  'WRITE(6)': '---',
  'WRITE(10)': '---',
  'WRITE(12)': '---',
  'WRITE(16)': '---',
  'PRE-FETCH(10)': '+--',
  'PRE-FETCH(16)': '+--',
  'VERIFY(10)': '+--',
  'VERIFY(12)': '+--',
  'VERIFY(16)': '+--',
  'WRITE AND VERIFY(10)': '---',
  'WRITE AND VERIFY(12)': '---',
  'WRITE AND VERIFY(16)': '---',
  'SYNCHRONIZE CACHE(10)': '---',
  'SYNCHRONIZE CACHE(16)': '---',
  'WRITE SAME(10)': '---',
  'WRITE SAME(16)': '---',
  // START = 0 and PREVENT = 0, as zeros in the CDB have it.
  'START STOP UNIT': '---',
  'PREVENT ALLOW MEDIUM REMOVAL': '+++',
  'RESERVE(6)': '---',
  'RELEASE(6)': '--+',
}

const ofOthers = OPERATIONS.filter(({ opcode }) => opcode !== OPCODE.persistentReserveIn && opcode !== OPCODE.persistentReserveOut)

function isConflict(bench: ReservationBench, nexus: Nexus, operation: (typeof OPERATIONS)[number]): boolean {
  const cdb = new Uint8Array(operation.usage.length)
  cdb[0] = operation.opcode
  cdb[1] = operation.serviceAction ?? 0
  return bench.run(nexus, 0, cdb).status === STATUS.reservationConflict
}

describe('a nexus without access', () => {
  it('is named for every command', () => {
    expect(ofOthers.map(({ name }) => name).sort()).toEqual(Object.keys(TABLE).sort())
  })

  it.each([
    ['write exclusive', 0, 1],
    ['write exclusive, registrants only', 0, 5],
    ['write exclusive, all registrants', 0, 7],
    ['exclusive access', 1, 3],
    ['exclusive access, registrants only', 1, 6],
    ['exclusive access, all registrants', 1, 8],
  ] as const)('conflicts as the table says: %s', (_, column, type) => {
    const bench = new ReservationBench()
    bench.register(bench.x, KEYS.x)
    bench.reserve(bench.x, KEYS.x, type)
    for (const operation of ofOthers)
      expect(isConflict(bench, bench.y, operation), operation.name).toBe(TABLE[operation.name]?.[column] === '-')
    expect(bench.unit(0).calls.filter(({ operation }) => operation !== 'read')).toEqual([])
  })

  it('conflicts as the table says: RESERVE(6)', () => {
    const bench = new ReservationBench()
    bench.good(bench.x, 0, reserve6Cdb(OPCODE.reserve6))
    for (const operation of ofOthers) expect(isConflict(bench, bench.y, operation), operation.name).toBe(TABLE[operation.name]?.[2] === '-')
    expect(bench.unit(0).calls).toEqual([])
  })

  it('may start the unit, but not stop it, and allow the removal of the medium, but not prevent it', () => {
    const bench = new ReservationBench()
    bench.register(bench.x, KEYS.x)
    bench.reserve(bench.x, KEYS.x, RESERVATION_TYPE.exclusiveAccess)
    const ask = (opcode: number, byte4: number): string => inWords(bench.run(bench.y, 0, [opcode, 0, 0, 0, byte4, 0]))
    expect([ask(OPCODE.startStopUnit, 1), ask(OPCODE.startStopUnit, 0)]).toEqual(['GOOD', CONFLICT])
    expect([ask(OPCODE.preventAllowMediumRemoval, 0), ask(OPCODE.preventAllowMediumRemoval, 1)]).toEqual(['GOOD', CONFLICT])
  })
})

describe('a nexus with access', () => {
  it.each([
    ['holder', 1, ['good', 'conflict']],
    ['holder', 3, ['conflict', 'conflict']],
    ['registrants', 5, ['good', 'good']],
    ['registrants', 6, ['good', 'good']],
    ['registrants', 7, ['good', 'good']],
    ['registrants', 8, ['good', 'good']],
  ] as const)('is the %s, with type %i', (_, type, ofRegistrant) => {
    const bench = new ReservationBench()
    bench.register(bench.x, KEYS.x)
    bench.register(bench.y, KEYS.y)
    bench.reserve(bench.x, KEYS.x, type)
    expect(bench.access(bench.x)).toEqual(['good', 'good'])
    expect(bench.access(bench.y)).toEqual(ofRegistrant)
    bench.expectRecovered(bench.y, 1)
  })
})

describe('RESERVATION CONFLICT (SAM-5 5.3.3)', () => {
  it('comes behind a unit attention, and before a fault of the CDB', () => {
    const bench = new ReservationBench()
    bench.register(bench.x, KEYS.x)
    bench.reserve(bench.x, KEYS.x, RESERVATION_TYPE.exclusiveAccess)
    const beyond = [OPCODE.read10, 0xe0, 0xff, 0xff, 0xff, 0xff, 0, 0, 1, 0]
    bench.target.noteCapacityChanged(0)
    expect(inWords(bench.run(bench.y, 0, beyond))).toMatch(/^CHECK CONDITION 6/)
    expect(inWords(bench.run(bench.y, 0, beyond))).toBe(CONFLICT)
    expect(inWords(bench.run(bench.x, 0, testWithAttention))).toMatch(/^CHECK CONDITION 6/)
    expect(inWords(bench.run(bench.x, 0, beyond))).toMatch(/^CHECK CONDITION 5/)
    expect(inWords(bench.run(bench.y, 0, [0xff, 0, 0, 0, 0, 0]))).toMatch(/^CHECK CONDITION 5/)
  })
})

const testWithAttention = [0, 0, 0, 0, 0, 0]
