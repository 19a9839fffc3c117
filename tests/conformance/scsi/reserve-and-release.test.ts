import { describe, expect, it } from 'vitest'
import { RESERVATION_TYPE } from '../../../src-main/contract/reservations'
import type { Nexus } from '../../../src-main/core/scsi/device'
import { persistentReserveInCdb, reserve6Cdb, testUnitReadyCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { OPCODE } from '../../../src-main/core/scsi/spec'
import { CONFLICT, KEYS, ReservationBench } from '../../support/reservation-bench'
import { describe as inWords } from '../../support/scsi-bench'

const { writeExclusive, writeExclusiveRegistrantsOnly } = RESERVATION_TYPE

function reserve(bench: ReservationBench, nexus: Nexus): string {
  return inWords(bench.run(nexus, 0, reserve6Cdb(OPCODE.reserve6)))
}

function release(bench: ReservationBench, nexus: Nexus): string {
  return inWords(bench.run(nexus, 0, reserve6Cdb(OPCODE.release6)))
}

describe('RESERVE(6) and RELEASE(6) (SPC-2 7.21, 7.16)', () => {
  it('reserve a unit for one nexus, which may reserve it again and alone releases it', () => {
    const bench = new ReservationBench()
    expect([reserve(bench, bench.x), reserve(bench, bench.x), reserve(bench, bench.y)]).toEqual(['GOOD', 'GOOD', CONFLICT])
    expect(bench.access(bench.y)).toEqual(['conflict', 'conflict'])
    expect(bench.access(bench.x)).toEqual(['good', 'good'])
    expect(release(bench, bench.y)).toBe('GOOD')
    expect(reserve(bench, bench.y)).toBe(CONFLICT)
    expect([release(bench, bench.x), reserve(bench, bench.y), release(bench, bench.y)]).toEqual(['GOOD', 'GOOD', 'GOOD'])
    expect(bench.access(bench.z)).toEqual(['good', 'good'])
    bench.expectRecovered(bench.x)
  })

  it('are of one unit, and of one target port', () => {
    const bench = new ReservationBench()
    const other = bench.sameHostAt(2, bench.x)
    reserve(bench, bench.x)
    expect(bench.access(other)).toEqual(['conflict', 'conflict'])
    bench.expectRecovered(bench.y, 1)
  })

  it('end with their nexus, but not when its target port moves to the other controller', () => {
    const bench = new ReservationBench()
    reserve(bench, bench.x)
    bench.target.nexusLost(bench.z, false)
    expect(bench.access(bench.y)).toEqual(['conflict', 'conflict'])
    bench.target.nexusLost(bench.x, true)
    expect(bench.access(bench.y)).toEqual(['conflict', 'conflict'])
    bench.target.nexusGained(bench.x)
    bench.target.nexusLost(bench.x, false)
    bench.completions.runAll()
    expect(bench.access(bench.y)).toEqual(['good', 'good'])
  })

  it('end with a nexus that is gone when the unit is reserved', () => {
    const bench = new ReservationBench()
    bench.target.execute(
      { nexus: bench.x, lun: 0, cdb: reserve6Cdb(OPCODE.reserve6), dataOut: [], task: { isAborted: true }, trace: undefined },
      () => undefined,
    )
    // Not even for a moment.
    let reservedBy: unknown
    bench.unit(0).committed = () => (reservedBy = bench.unit(0).reservations?.reservedBy)
    bench.completions.runAll()
    expect(reservedBy).toBeUndefined()
    expect(bench.access(bench.y)).toEqual(['good', 'good'])
  })

  it('end with a nexus that is gone before that is committed', () => {
    const bench = new ReservationBench()
    const task = { isAborted: false }
    bench.unit(0).decided = () => {
      task.isAborted = true
      bench.target.nexusLost(bench.x, false)
      return undefined
    }
    bench.target.execute(
      { nexus: bench.x, lun: 0, cdb: reserve6Cdb(OPCODE.reserve6), dataOut: [], task, trace: undefined },
      () => undefined,
    )
    bench.completions.runAll()
    expect(bench.access(bench.y)).toEqual(['good', 'good'])
  })

  it('end with a later session of the same port, whose target port was away', () => {
    const bench = new ReservationBench()
    reserve(bench, bench.x)
    bench.target.nexusLost(bench.x, true)
    const next = { ...bench.newNexus(1), initiatorPort: bench.x.initiatorPort }
    bench.target.nexusLost(next, true)
    bench.target.nexusGained(next)
    expect(bench.access(bench.y)).toEqual(['conflict', 'conflict'])
    bench.target.nexusLost(next, false)
    bench.completions.runAll()
    expect(bench.access(bench.y)).toEqual(['good', 'good'])
  })

  it('do not end with an old session what the next one of the same port has reserved', () => {
    const bench = new ReservationBench()
    const task = { isAborted: false }
    const next = { ...bench.readyNexus(1), initiatorPort: bench.x.initiatorPort }
    bench.target.execute(
      { nexus: bench.x, lun: 0, cdb: reserve6Cdb(OPCODE.reserve6), dataOut: [], task, trace: undefined },
      () => undefined,
    )
    // The session goes while the reservation is committed, and a new one comes.
    bench.unit(0).committed = () => {
      task.isAborted = true
      bench.target.nexusLost(bench.x, false)
      bench.target.execute({ nexus: next, lun: 0, cdb: reserve6Cdb(OPCODE.reserve6), dataOut: [], trace: undefined }, () => undefined)
    }
    bench.completions.runAll()
    expect(bench.unit(0).reservations?.reservedBy).toEqual({ initiatorPort: bench.x.initiatorPort, portalGroup: 1 })
    expect(bench.access(bench.y)).toEqual(['conflict', 'conflict'])
  })

  it('end with their nexus, although a commit fails and the unit is not mapped any more', () => {
    const bench = new ReservationBench()
    reserve(bench, bench.x)
    const unit = bench.unit(0)
    bench.units.delete(0)
    bench.unmapped.push(unit)
    unit.fault = 'busy'
    bench.target.nexusLost(bench.x, false)
    bench.completions.runAll()
    expect(unit.reservations?.reservedBy).toBeUndefined()
  })

  it('end with a reset of their unit', () => {
    const bench = new ReservationBench()
    reserve(bench, bench.x)
    let ends = 0
    bench.target.releaseReserved(1, () => ends++)
    expect([ends, reserve(bench, bench.y)]).toEqual([1, CONFLICT])
    bench.target.releaseReserved('all', () => ends++)
    bench.completions.runAll()
    expect([ends, reserve(bench, bench.y)]).toEqual([2, 'GOOD'])
  })

  it('conflict with registrations, and persistent reservations with them', () => {
    const bench = new ReservationBench()
    bench.register(bench.x, KEYS.x)
    expect([reserve(bench, bench.y), reserve(bench, bench.x), release(bench, bench.y)]).toEqual([CONFLICT, CONFLICT, CONFLICT])
    bench.out(bench.x, 'register', { key: KEYS.x })
    expect(reserve(bench, bench.y)).toBe('GOOD')
    for (const nexus of [bench.x, bench.y]) {
      expect(bench.out(nexus, 'register', { serviceKey: KEYS.x })).toBe(CONFLICT)
      expect(inWords(bench.run(nexus, 0, persistentReserveInCdb(0)))).toBe(CONFLICT)
    }
    expect(inWords(bench.run(bench.x, 0, testUnitReadyCdb()))).toBe(CONFLICT)
    expect(inWords(bench.run(bench.y, 0, testUnitReadyCdb()))).toBe('GOOD')
  })

  it('are good for those that share the persistent reservation, and change nothing (SPC-4 5.12.3)', () => {
    const bench = new ReservationBench()
    bench.registerAll()
    const stranger = bench.readyNexus(2)
    bench.reserve(bench.x, KEYS.x, writeExclusive)
    expect([bench.x, bench.y, stranger].map((nexus) => reserve(bench, nexus))).toEqual(['GOOD', CONFLICT, CONFLICT])
    expect([bench.x, bench.y].map((nexus) => release(bench, nexus))).toEqual(['GOOD', CONFLICT])
    bench.out(bench.x, 'release', { key: KEYS.x }, writeExclusive)
    bench.reserve(bench.x, KEYS.x, writeExclusiveRegistrantsOnly)
    expect([bench.x, bench.y, stranger].map((nexus) => reserve(bench, nexus))).toEqual(['GOOD', 'GOOD', CONFLICT])
    expect(bench.reservation()).toEqual({ key: KEYS.x, type: writeExclusiveRegistrantsOnly })
    expect(bench.access(bench.y)).toEqual(['good', 'good'])
  })
})
