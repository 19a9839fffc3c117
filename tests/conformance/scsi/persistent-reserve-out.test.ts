import { describe, expect, it } from 'vitest'
import { RESERVATION_TYPE, type NexusName } from '../../../src-main/contract/reservations'
import { persistentReserveOutCdb, reservationKeys } from '../../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, PERSISTENT_RESERVE_OUT_ACTION, STATUS } from '../../../src-main/core/scsi/spec'
import { CONFLICT, illegal, KEYS, PREEMPTED, RELEASED, ReservationBench, UNREGISTERED } from '../../support/reservation-bench'

const { invalidFieldInCdb, invalidFieldInParameterList, invalidReleaseOfPersistentReservation } = ADDITIONAL_SENSE
const TYPES = Object.values(RESERVATION_TYPE)
const { writeExclusive, exclusiveAccess, writeExclusiveRegistrantsOnly, exclusiveAccessRegistrantsOnly, writeExclusiveAllRegistrants } =
  RESERVATION_TYPE

describe('RESERVE (SPC-4 5.12.9)', () => {
  it('is for registered nexuses with their key, and for types that there are', () => {
    const bench = new ReservationBench()
    expect(bench.reserve(bench.x, KEYS.x, writeExclusive)).toBe(CONFLICT)
    bench.register(bench.x, KEYS.x)
    expect(bench.reserve(bench.x, KEYS.y, writeExclusive)).toBe(CONFLICT)
    for (const type of [0, 2, 4, 9, 15, 0x11, 0x21]) expect(bench.reserve(bench.x, KEYS.x, type)).toBe(illegal(invalidFieldInCdb.text))
    expect(bench.reservation()).toBeUndefined()
    bench.expectRecovered(bench.x)
  })

  it.each(TYPES)('reserves with type %i, once, and again for the holder with the same type only', (type) => {
    const bench = new ReservationBench()
    bench.registerAll()
    expect(bench.reserve(bench.x, KEYS.x, type)).toBe('GOOD')
    expect(bench.reserve(bench.x, KEYS.x, type)).toBe('GOOD')
    for (const other of TYPES) if (other !== type) expect(bench.reserve(bench.x, KEYS.x, other)).toBe(CONFLICT)
    const isOfAll = type === 7 || type === 8
    expect(bench.reserve(bench.y, KEYS.y, type)).toBe(isOfAll ? 'GOOD' : CONFLICT)
    expect(bench.reservation()?.type).toBe(type)
    expect(bench.attentions(bench.y)).toEqual([])
  })
})

describe('RELEASE (SPC-4 5.12.11.1.2)', () => {
  it('releases for the holder alone, and only as it was reserved', () => {
    const bench = new ReservationBench()
    bench.registerAll()
    expect(bench.out(bench.x, 'release', { key: KEYS.x }, writeExclusive)).toBe('GOOD')
    bench.reserve(bench.x, KEYS.x, writeExclusive)
    expect(bench.out(bench.x, 'release', { key: KEYS.y }, writeExclusive)).toBe(CONFLICT)
    expect(bench.out(bench.y, 'release', { key: KEYS.y }, writeExclusive)).toBe('GOOD')
    expect(bench.out(bench.x, 'release', { key: KEYS.x }, exclusiveAccess)).toBe(illegal(invalidReleaseOfPersistentReservation.text))
    expect(bench.reservation()?.type).toBe(writeExclusive)
    expect(bench.out(bench.x, 'release', { key: KEYS.x }, writeExclusive)).toBe('GOOD')
    expect(bench.reservation()).toBeUndefined()
    expect(bench.keys()).toEqual({ generation: 3, keys: [KEYS.x, KEYS.y, KEYS.z] })
    expect(bench.attentions(bench.y)).toEqual([])
  })

  it.each([5, 6, 7, 8])('tells the other registrants of the end of type %i, once', (type) => {
    const bench = new ReservationBench()
    const stranger = bench.readyNexus(2)
    bench.registerAll()
    bench.reserve(bench.x, KEYS.x, type)
    bench.out(bench.x, 'release', { key: KEYS.x }, type)
    expect([bench.x, bench.y, bench.z, stranger].map((nexus) => bench.attentions(nexus))).toEqual([[], [RELEASED], [RELEASED], []])
    expect(bench.attentions(bench.y)).toEqual([])
  })
})

describe('CLEAR (SPC-4 5.12.11.1.4)', () => {
  it('takes everything away, and tells the others', () => {
    const bench = new ReservationBench()
    bench.registerAll()
    bench.reserve(bench.x, KEYS.x, exclusiveAccess)
    expect(bench.out(bench.y, 'clear', { key: KEYS.x })).toBe(CONFLICT)
    expect(bench.out(bench.y, 'clear', { key: KEYS.y })).toBe('GOOD')
    expect(bench.attentions(bench.x)).toEqual([PREEMPTED])
    expect([bench.attentions(bench.y), bench.attentions(bench.z)]).toEqual([[], [PREEMPTED]])
    expect(bench.keys()).toEqual({ generation: 4, keys: [] })
    expect(bench.reservation()).toBeUndefined()
    expect(bench.access(bench.z)).toEqual(['good', 'good'])
  })
})

describe.each(['preempt', 'preemptAndAbort'] as const)('%s (SPC-4 5.12.11.2)', (action) => {
  it('takes the reservation and the registration from its holder', () => {
    const bench = new ReservationBench()
    bench.registerAll()
    bench.reserve(bench.x, KEYS.x, exclusiveAccess)
    expect(bench.out(bench.y, action, { key: KEYS.y, serviceKey: KEYS.x }, exclusiveAccess)).toBe('GOOD')
    expect(bench.attentions(bench.x)).toEqual([UNREGISTERED])
    expect(bench.attentions(bench.z)).toEqual([])
    expect(bench.reservation()).toEqual({ key: KEYS.y, type: exclusiveAccess })
    expect(bench.keys()).toEqual({ generation: 4, keys: [KEYS.y, KEYS.z] })
    expect(bench.access(bench.x)).toEqual(['conflict', 'conflict'])
    expect(bench.access(bench.y)).toEqual(['good', 'good'])
  })

  it('tells the registrants that are left of another type', () => {
    const bench = new ReservationBench()
    bench.registerAll()
    bench.reserve(bench.x, KEYS.x, exclusiveAccess)
    bench.out(bench.y, action, { key: KEYS.y, serviceKey: KEYS.x }, writeExclusive)
    expect([bench.x, bench.y, bench.z].map((nexus) => bench.attentions(nexus))).toEqual([[UNREGISTERED], [], [RELEASED]])
    expect(bench.reservation()?.type).toBe(writeExclusive)
  })

  it('takes only registrations, if their nexus does not hold the reservation', () => {
    const bench = new ReservationBench()
    bench.registerAll()
    bench.reserve(bench.x, KEYS.x, exclusiveAccessRegistrantsOnly)
    expect(bench.out(bench.y, action, { key: KEYS.y, serviceKey: KEYS.z }, 0x2f)).toBe('GOOD')
    expect([bench.x, bench.y, bench.z].map((nexus) => bench.attentions(nexus))).toEqual([[], [], [UNREGISTERED]])
    expect(bench.reservation()).toEqual({ key: KEYS.x, type: exclusiveAccessRegistrantsOnly })
    expect(bench.access(bench.z)).toEqual(['conflict', 'conflict'])
  })

  it('may take the own registration, and the reservation that goes with it', () => {
    const bench = new ReservationBench()
    bench.register(bench.x, KEYS.x)
    bench.register(bench.y, KEYS.x)
    expect(bench.out(bench.x, action, { key: KEYS.x, serviceKey: KEYS.x }, writeExclusive)).toBe('GOOD')
    expect(bench.keys(bench.z).keys).toEqual([])
    expect([bench.attentions(bench.x), bench.attentions(bench.y)]).toEqual([[], [UNREGISTERED]])
  })

  it('takes what all registrants hold with key 0, and registrations of one key besides', () => {
    const bench = new ReservationBench()
    bench.registerAll()
    bench.reserve(bench.x, KEYS.x, writeExclusiveAllRegistrants)
    expect(bench.out(bench.y, action, { key: KEYS.y, serviceKey: KEYS.z }, writeExclusive)).toBe('GOOD')
    expect(bench.reservation()?.type).toBe(writeExclusiveAllRegistrants)
    expect(bench.out(bench.y, action, { key: KEYS.y }, writeExclusiveRegistrantsOnly)).toBe('GOOD')
    expect(bench.reservation(bench.y)).toEqual({ key: KEYS.y, type: writeExclusiveRegistrantsOnly })
    expect(bench.keys(bench.y).keys).toEqual([KEYS.y])
    expect([bench.x, bench.y, bench.z].map((nexus) => bench.attentions(nexus))).toEqual([[UNREGISTERED], [], [UNREGISTERED]])
  })

  it('refuses key 0 where one nexus holds the reservation, keys that nobody has, and types that there are not', () => {
    const bench = new ReservationBench()
    bench.register(bench.x, KEYS.x)
    bench.register(bench.y, KEYS.y)
    bench.reserve(bench.x, KEYS.x, exclusiveAccess)
    expect(bench.out(bench.y, action, { key: KEYS.y }, exclusiveAccess)).toBe(illegal(invalidFieldInParameterList.text))
    expect(bench.out(bench.y, action, { key: KEYS.y, serviceKey: KEYS.z }, exclusiveAccess)).toBe(CONFLICT)
    expect(bench.out(bench.y, action, { key: KEYS.z, serviceKey: KEYS.x }, exclusiveAccess)).toBe(CONFLICT)
    expect(bench.out(bench.z, action, { serviceKey: KEYS.x }, exclusiveAccess)).toBe(CONFLICT)
    expect(bench.out(bench.y, action, { key: KEYS.y, serviceKey: KEYS.x }, 0)).toBe(illegal(invalidFieldInCdb.text))
    expect(bench.reservation()?.key).toBe(KEYS.x)
    expect(bench.keys().generation).toBe(2)
  })

  it('ends the tasks of those that it preempts, and no others, if it is to abort', () => {
    const bench = new ReservationBench()
    bench.registerAll()
    bench.reserve(bench.x, KEYS.x, exclusiveAccess)
    bench.out(bench.y, action, { key: KEYS.y, serviceKey: KEYS.x }, exclusiveAccess)
    const ended = bench.tasksEnded.map(({ lun, nexuses }) => ({ lun, ports: nexuses.map(({ initiatorPort }) => initiatorPort) }))
    expect(ended).toEqual(action === 'preempt' ? [] : [{ lun: 0, ports: [bench.x.initiatorPort] }])
  })

  it('never ends the tasks of the nexus that asks: it is one of them', () => {
    const bench = new ReservationBench()
    for (const isOfAll of [false, true]) {
      for (const nexus of [bench.x, bench.y]) bench.register(nexus, KEYS.x)
      if (isOfAll) bench.reserve(bench.x, KEYS.x, writeExclusiveAllRegistrants)
      const keys = isOfAll ? { key: KEYS.x } : { key: KEYS.x, serviceKey: KEYS.x }
      expect(bench.out(bench.x, action, keys, writeExclusive)).toBe('GOOD')
      expect(bench.attentions(bench.y)).toEqual([UNREGISTERED])
    }
    const ports = bench.tasksEnded.flatMap(({ nexuses }) => nexuses.map(({ initiatorPort }) => initiatorPort))
    expect(ports).toEqual(action === 'preempt' ? [] : [bench.y.initiatorPort, bench.y.initiatorPort])
  })
})

it('PREEMPT AND ABORT is answered when the tasks that it ends have ended', () => {
  const bench = new ReservationBench()
  bench.registerAll()
  let ended: (() => void) | undefined
  bench.endTasks = (done) => (ended = done)
  const statuses: number[] = []
  const cdb = persistentReserveOutCdb(PERSISTENT_RESERVE_OUT_ACTION.preemptAndAbort, writeExclusive)
  const dataOut = [reservationKeys({ key: KEYS.x, serviceKey: KEYS.y })]
  bench.target.execute({ nexus: bench.x, lun: 0, cdb, dataOut, trace: undefined }, ({ status }) => statuses.push(status))
  bench.completions.runAll()
  expect([bench.keys(bench.z).keys, statuses]).toEqual([[KEYS.x, KEYS.z], []])
  ended?.()
  expect(statuses).toEqual([STATUS.good])
})

describe('news', () => {
  it('are of one target port: the same host hears nothing by another one, which is not registered', () => {
    const bench = new ReservationBench()
    const other = bench.sameHostAt(2, bench.x)
    bench.registerAll()
    expect(bench.out(bench.y, 'preempt', { key: KEYS.y, serviceKey: KEYS.x }, writeExclusive)).toBe('GOOD')
    expect([bench.attentions(other), bench.attentions(bench.x)]).toEqual([[], [UNREGISTERED]])
  })
})

describe('PERSISTENT RESERVE OUT (SPC-4 6.16)', () => {
  it('refuses other service actions, and SPEC_I_PT where nothing is registered', () => {
    const bench = new ReservationBench()
    bench.register(bench.x, KEYS.x)
    for (let action = 8; action < 0x20; action++)
      bench.refused(bench.x, 0, persistentReserveOutCdb(action), { byte: 1, bit: 4 }, [new Uint8Array(24)])
    for (const action of ['reserve', 'release', 'clear', 'preempt', 'preemptAndAbort'] as const)
      expect(bench.out(bench.x, action, { key: KEYS.x, serviceKey: KEYS.x, flags: 0x08 }, 1)).toBe(
        illegal(invalidFieldInParameterList.text),
      )
    expect(bench.keys().keys).toEqual([KEYS.x])
    bench.expectRecovered(bench.x)
  })

  it('decides again if another change is committed before its own', () => {
    const bench = new ReservationBench()
    bench.registerAll()
    const unit = bench.unit(0)
    unit.decided = (now) => ({ ...now, reservation: { type: exclusiveAccess, holder: nameOf(bench.y) } })
    expect(bench.reserve(bench.x, KEYS.x, exclusiveAccess)).toBe(CONFLICT)
    expect(bench.reservation()?.key).toBe(KEYS.y)
    unit.decided = (now) => ({ ...now, reservation: { type: writeExclusive, holder: nameOf(bench.z) } })
    expect(bench.out(bench.x, 'preempt', { key: KEYS.x, serviceKey: KEYS.y }, writeExclusive)).toBe('GOOD')
    expect(bench.reservation()).toEqual({ key: KEYS.z, type: writeExclusive })
    expect(bench.keys().keys).toEqual([KEYS.x, KEYS.z])
    unit.decided = (now) => ({ ...now, registrations: [] })
    expect(bench.out(bench.x, 'clear', { key: KEYS.x })).toBe(CONFLICT)
  })

  it('conflicts if another nexus reserves the unit by RESERVE(6) before it is committed', () => {
    const bench = new ReservationBench()
    bench.unit(0).decided = (now) => ({ ...now, reservedBy: nameOf(bench.y) })
    expect(bench.out(bench.x, 'register', { serviceKey: KEYS.x })).toBe(CONFLICT)
    expect(bench.unit(0).reservations?.registrations).toEqual([])
  })

  it('says that it did not change anything when the state of the array could not be committed', () => {
    const bench = new ReservationBench()
    for (const [fault, text] of [
      ['busy', 'BUSY'],
      ['transitioning', `CHECK CONDITION 2 ${ADDITIONAL_SENSE.accessStateTransition.text}`],
      ['no-space', `CHECK CONDITION 7 ${ADDITIONAL_SENSE.spaceAllocationFailed.text}`],
    ] as const) {
      bench.unit(0).fault = fault
      expect(bench.out(bench.x, 'register', { serviceKey: KEYS.x })).toBe(text)
    }
    expect(bench.keys()).toEqual({ generation: 0, keys: [] })
  })
})

function nameOf({ initiatorPort, portalGroup }: NexusName): NexusName {
  return { initiatorPort, portalGroup }
}
