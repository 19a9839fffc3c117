import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../../src-main/base/bytes'
import { LIMITS } from '../../../src-main/contract/limits'
import { RESERVATION_TYPE } from '../../../src-main/contract/reservations'
import { persistentReserveOutCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { encodeTransportId } from '../../../src-main/core/scsi/reservations/transport-id'
import { ADDITIONAL_SENSE, PERSISTENT_RESERVE_OUT_ACTION } from '../../../src-main/core/scsi/spec'
import { APTPL, CONFLICT, illegal, KEYS, listWithPorts, RELEASED, ReservationBench, UNREGISTERED } from '../../support/reservation-bench'
import { describe as inWords } from '../../support/scsi-bench'

const ALL_TG_PT = 0x04
const { writeExclusive, writeExclusiveRegistrantsOnly, exclusiveAccessAllRegistrants } = RESERVATION_TYPE
const {
  parameterListLengthError,
  invalidFieldInParameterList,
  insufficientRegistrationResources,
  invalidFieldInCommandUnit,
  invalidFieldInCdb,
} = ADDITIONAL_SENSE

describe('REGISTER (SPC-4 5.12.7)', () => {
  it('registers a nexus with key 0, changes its key with that key, and unregisters it', () => {
    const bench = new ReservationBench()
    expect(bench.out(bench.x, 'register', { key: KEYS.y, serviceKey: KEYS.x })).toBe(CONFLICT)
    bench.register(bench.x, KEYS.x)
    expect(bench.out(bench.x, 'register', { serviceKey: KEYS.y })).toBe(CONFLICT)
    expect(bench.out(bench.x, 'register', { key: KEYS.x, serviceKey: KEYS.y })).toBe('GOOD')
    expect(bench.keys()).toEqual({ generation: 2, keys: [KEYS.y] })
    expect(bench.out(bench.x, 'register', { key: KEYS.y })).toBe('GOOD')
    expect(bench.keys()).toEqual({ generation: 3, keys: [] })
    bench.expectRecovered(bench.x)
  })

  it('registers whatever the key is, if it is to be ignored', () => {
    const bench = new ReservationBench()
    expect(bench.out(bench.x, 'registerAndIgnoreExistingKey', { key: KEYS.z, serviceKey: KEYS.x })).toBe('GOOD')
    expect(bench.out(bench.x, 'registerAndIgnoreExistingKey', { serviceKey: KEYS.y })).toBe('GOOD')
    expect(bench.keys().keys).toEqual([KEYS.y])
    expect(bench.out(bench.x, 'registerAndIgnoreExistingKey')).toBe('GOOD')
    expect(bench.keys().keys).toEqual([])
  })

  it('does nothing for a nexus that is not registered and asks for no key', () => {
    const bench = new ReservationBench()
    bench.register(bench.y, KEYS.y)
    for (const flags of [APTPL, APTPL | ALL_TG_PT]) {
      expect(bench.out(bench.x, 'register', { flags })).toBe('GOOD')
      expect(bench.out(bench.x, 'registerAndIgnoreExistingKey', { key: KEYS.z, flags })).toBe('GOOD')
    }
    expect(bench.keys()).toEqual({ generation: 1, keys: [KEYS.y] })
    expect(bench.unit(0).reservations?.outlivesPowerLoss).toBe(false)
    expect(bench.out(bench.x, 'register', { key: KEYS.x })).toBe(CONFLICT)
  })

  it('says anew each time whether reservations outlive a power loss (APTPL)', () => {
    const bench = new ReservationBench()
    const outlives = (): boolean | undefined => bench.unit(0).reservations?.outlivesPowerLoss
    bench.register(bench.x, KEYS.x, APTPL)
    expect(outlives()).toBe(true)
    bench.register(bench.y, KEYS.y)
    expect(outlives()).toBe(false)
    expect(bench.out(bench.y, 'register', { key: KEYS.y, flags: APTPL })).toBe('GOOD')
    expect(outlives()).toBe(true)
    expect(bench.out(bench.x, 'registerAndIgnoreExistingKey')).toBe('GOOD')
    expect(outlives()).toBe(false)
  })

  it('is of one target port: the same initiator port is a stranger at the other', () => {
    const bench = new ReservationBench()
    bench.register(bench.x, KEYS.x)
    bench.reserve(bench.x, KEYS.x, writeExclusiveRegistrantsOnly)
    const other = bench.sameHostAt(2, bench.x)
    expect(bench.access(other)).toEqual(['good', 'conflict'])
    bench.register(other, KEYS.y)
    expect(bench.access(other)).toEqual(['good', 'good'])
    expect(bench.keys().keys).toEqual([KEYS.x, KEYS.y])
  })

  it('registers by all target ports (ALL_TG_PT), and none of them if one conflicts', () => {
    const bench = new ReservationBench()
    const other = bench.sameHostAt(2, bench.x)
    bench.register(other, KEYS.z)
    expect(bench.out(bench.x, 'register', { serviceKey: KEYS.x, flags: ALL_TG_PT })).toBe(CONFLICT)
    expect(bench.keys().keys).toEqual([KEYS.z])
    expect(bench.out(bench.x, 'registerAndIgnoreExistingKey', { serviceKey: KEYS.x, flags: ALL_TG_PT })).toBe('GOOD')
    expect(bench.keys().keys).toEqual([KEYS.x, KEYS.x])
    expect(bench.out(other, 'register', { key: KEYS.x, flags: ALL_TG_PT })).toBe('GOOD')
    expect(bench.keys().keys).toEqual([])
  })

  it('conflicts by all target ports if the own one at another is registered, also if others are named (SPEC_I_PT)', () => {
    const bench = new ReservationBench()
    bench.register(bench.sameHostAt(2, bench.x), KEYS.y)
    const list = listWithPorts({ serviceKey: KEYS.x, flags: ALL_TG_PT }, encodeTransportId(bench.z.initiatorPort))
    const answer = bench.run(bench.x, 0, persistentReserveOutCdb(PERSISTENT_RESERVE_OUT_ACTION.register, 0, list.length), [list])
    expect(inWords(answer)).toBe(CONFLICT)
    expect(bench.keys().keys).toEqual([KEYS.y])
  })

  it('registers initiator ports that are named (SPEC_I_PT), once each, however their ISID is written', () => {
    const bench = new ReservationBench()
    const { initiatorPort } = bench.z
    const inCapitals = initiatorPort.slice(0, -12) + initiatorPort.slice(-12).toUpperCase()
    expect(inCapitals).not.toBe(initiatorPort)
    const ids = concatBytes([encodeTransportId(inCapitals), encodeTransportId(initiatorPort)])
    const list = listWithPorts({ serviceKey: KEYS.x }, ids)
    bench.good(bench.x, 0, persistentReserveOutCdb(PERSISTENT_RESERVE_OUT_ACTION.register, 0, list.length), [list])
    expect(bench.keys().keys).toEqual([KEYS.x, KEYS.x])
    expect(bench.out(bench.z, 'register', { key: KEYS.x, serviceKey: KEYS.z })).toBe('GOOD')
  })

  it('registers an initiator port of the longest name (SPEC_I_PT)', () => {
    const bench = new ReservationBench()
    const longest = `${'iqn.2026-11.test:'.padEnd(223, 'x')},i,0x00023d000001`
    const list = listWithPorts({ serviceKey: KEYS.x }, encodeTransportId(longest))
    bench.good(bench.x, 0, persistentReserveOutCdb(PERSISTENT_RESERVE_OUT_ACTION.register, 0, list.length), [list])
    expect(bench.unit(0).reservations?.registrations.map(({ initiatorPort }) => initiatorPort)).toEqual([bench.x.initiatorPort, longest])
  })

  it('refuses to name a port that is registered (SPEC_I_PT), and registers nobody', () => {
    const bench = new ReservationBench()
    bench.register(bench.z, KEYS.z)
    const ids = [bench.y, bench.z].map(({ initiatorPort }) => encodeTransportId(initiatorPort))
    const list = listWithPorts({ serviceKey: KEYS.x }, concatBytes(ids))
    const answer = bench.run(bench.x, 0, persistentReserveOutCdb(PERSISTENT_RESERVE_OUT_ACTION.register, 0, list.length), [list])
    expect(inWords(answer)).toBe(illegal(invalidFieldInParameterList.text))
    expect(bench.keys()).toEqual({ generation: 1, keys: [KEYS.z] })
  })

  it('refuses SPEC_I_PT of a registered nexus, and where the key is ignored, and lists that make no sense', () => {
    const bench = new ReservationBench()
    const id = encodeTransportId(bench.z.initiatorPort)
    const send = (list: Uint8Array, listBytes = list.length): string =>
      inWords(bench.run(bench.x, 0, persistentReserveOutCdb(PERSISTENT_RESERVE_OUT_ACTION.register, 0, listBytes), [list]))
    const good = listWithPorts({ serviceKey: KEYS.x }, id)
    expect(send(good.subarray(0, 24))).toBe(illegal(parameterListLengthError.text))
    expect(send(concatBytes([good, new Uint8Array(4)]))).toBe(illegal(parameterListLengthError.text))
    expect(send(good.subarray(0, 20))).toBe(illegal(parameterListLengthError.text))
    expect(send(good, 24)).toBe(illegal(invalidFieldInCommandUnit.text))
    expect(send(concatBytes([good.subarray(0, 20), new Uint8Array(5)]))).toBe(illegal(parameterListLengthError.text))
    for (const [byte, value] of [
      [0, 0x05],
      [0, 0x46],
      [3, 200],
    ] as const) {
      const odd = id.slice()
      odd[byte] = value
      expect(send(listWithPorts({ serviceKey: KEYS.x }, odd))).toBe(illegal(invalidFieldInParameterList.text))
    }
    const odd = ['\u0001', '"', '\\', 'ü', '\u007f'].map((character) => `iqn.2026-11.test:${character},i,0x00023d000001`)
    const tooLong = `iqn.2026-11.test:${'x'.repeat(223 - 16)},i,0x00023d000001`
    for (const name of ['iqn.2026-11.test:host', 'somebody,i,0x00023d000001', 'iqn.2026-11.test:host,i,0x12', tooLong, ...odd])
      expect(send(listWithPorts({ serviceKey: KEYS.x }, encodeTransportId(name)))).toBe(illegal(invalidFieldInParameterList.text))
    const ignoring = persistentReserveOutCdb(PERSISTENT_RESERVE_OUT_ACTION.registerAndIgnoreExistingKey, 0, good.length)
    expect(inWords(bench.run(bench.x, 0, ignoring, [good]))).toBe(illegal(invalidFieldInParameterList.text))
    expect(bench.keys().keys).toEqual([])
    bench.register(bench.x, KEYS.x)
    expect(send(listWithPorts({ key: KEYS.x, serviceKey: KEYS.y }, id))).toBe(illegal(invalidFieldInParameterList.text))
    bench.expectRecovered(bench.x)
  })

  it('refuses more registrations than a unit can have, and registers none of them', () => {
    const bench = new ReservationBench()
    const names = Array.from({ length: LIMITS.registrationsOfUnit }, (_, i) =>
      encodeTransportId(`iqn.2026-11.test:more,i,0x${String(i).padStart(12, '0')}`),
    )
    const send = (ids: readonly Uint8Array[]): string => {
      const list = listWithPorts({ serviceKey: KEYS.x }, concatBytes(ids))
      return inWords(bench.run(bench.x, 0, persistentReserveOutCdb(PERSISTENT_RESERVE_OUT_ACTION.register, 0, list.length), [list]))
    }
    expect(send(names)).toBe(illegal(insufficientRegistrationResources.text))
    expect(bench.keys().keys).toEqual([])
    expect(send(names.slice(1))).toBe('GOOD')
    expect(bench.keys().keys).toHaveLength(LIMITS.registrationsOfUnit)
    expect(bench.out(bench.y, 'register', { serviceKey: KEYS.y })).toBe(illegal(insufficientRegistrationResources.text))
  })

  it('refuses more registrations than all units can have', () => {
    const bench = new ReservationBench()
    bench.unit(0).elsewhere = LIMITS.registrations - 1
    bench.register(bench.x, KEYS.x)
    expect(bench.out(bench.y, 'register', { serviceKey: KEYS.y })).toBe(illegal(insufficientRegistrationResources.text))
    expect(bench.out(bench.x, 'register', { key: KEYS.x, serviceKey: KEYS.z })).toBe('GOOD')
    expect(bench.out(bench.x, 'register', { key: KEYS.z })).toBe('GOOD')
  })

  it('releases the reservation with its holder, and tells registrants if it was for them', () => {
    const bench = new ReservationBench()
    bench.registerAll()
    bench.reserve(bench.x, KEYS.x, writeExclusiveRegistrantsOnly)
    bench.out(bench.x, 'register', { key: KEYS.x })
    expect(bench.reservation()).toBeUndefined()
    expect([bench.x, bench.y, bench.z].map((nexus) => bench.attentions(nexus))).toEqual([[], [RELEASED], [RELEASED]])
    bench.reserve(bench.y, KEYS.y, writeExclusive)
    bench.out(bench.y, 'register', { key: KEYS.y })
    expect(bench.reservation()).toBeUndefined()
    expect(bench.attentions(bench.z)).toEqual([])
  })

  it('keeps what all registrants hold until the last of them goes', () => {
    const bench = new ReservationBench()
    bench.register(bench.x, KEYS.x)
    bench.register(bench.y, KEYS.y)
    bench.reserve(bench.x, KEYS.x, exclusiveAccessAllRegistrants)
    bench.out(bench.x, 'register', { key: KEYS.x })
    expect(bench.reservation()?.type).toBe(exclusiveAccessAllRegistrants)
    expect(bench.access(bench.x)).toEqual(['conflict', 'conflict'])
    bench.out(bench.y, 'register', { key: KEYS.y })
    expect(bench.reservation()).toBeUndefined()
    expect(bench.attentions(bench.x)).toEqual([])
    bench.expectRecovered(bench.x)
  })
})

describe('REGISTER AND MOVE (SPC-4 5.12.8)', () => {
  const { registerAndMove } = PERSISTENT_RESERVE_OUT_ACTION

  function move(
    bench: ReservationBench,
    by: (typeof bench)['x'],
    { key = KEYS.x, serviceKey = KEYS.z, to = bench.z, flags = 0, port = to.portalGroup }: MoveOptions = {},
  ): string {
    const id = encodeTransportId(to.initiatorPort)
    const list = new Uint8Array(24 + id.length)
    for (let i = 0; i < 8; i++) {
      list[i] = Number.parseInt(key.slice(2 * i, 2 * i + 2), 16)
      list[8 + i] = Number.parseInt(serviceKey.slice(2 * i, 2 * i + 2), 16)
    }
    list[17] = flags
    list[19] = port
    list[23] = id.length
    list.set(id, 24)
    return inWords(bench.run(by, 0, persistentReserveOutCdb(registerAndMove, 0, list.length), [list]))
  }

  interface MoveOptions {
    readonly key?: string
    readonly serviceKey?: string
    readonly to?: ReservationBench['x']
    readonly flags?: number
    readonly port?: number
  }

  it('moves the reservation to a nexus that it registers', () => {
    const bench = new ReservationBench()
    bench.register(bench.x, KEYS.x)
    expect(move(bench, bench.x)).toBe(illegal(invalidFieldInCdb.text))
    expect(move(bench, bench.y)).toBe(CONFLICT)
    bench.reserve(bench.x, KEYS.x, writeExclusive)
    expect(move(bench, bench.x)).toBe('GOOD')
    expect(bench.reservation()).toEqual({ key: KEYS.z, type: writeExclusive })
    expect(bench.keys().keys).toEqual([KEYS.x, KEYS.z])
    expect(bench.access(bench.z)).toEqual(['good', 'good'])
    expect(bench.access(bench.x)).toEqual(['good', 'conflict'])
    expect(move(bench, bench.x)).toBe(CONFLICT)
  })

  it('counts as a registration, and says anew whether reservations outlive a power loss (APTPL)', () => {
    const bench = new ReservationBench()
    bench.register(bench.x, KEYS.x)
    bench.reserve(bench.x, KEYS.x, writeExclusive)
    expect(move(bench, bench.x, { flags: APTPL })).toBe('GOOD')
    expect([bench.keys().generation, bench.unit(0).reservations?.outlivesPowerLoss]).toEqual([2, true])
    expect(move(bench, bench.z, { key: KEYS.z, serviceKey: KEYS.y, to: bench.y })).toBe('GOOD')
    expect([bench.keys().generation, bench.unit(0).reservations?.outlivesPowerLoss]).toEqual([3, false])
  })

  it('unregisters the one that moves it, if asked', () => {
    const bench = new ReservationBench()
    bench.register(bench.x, KEYS.x)
    bench.reserve(bench.x, KEYS.x, writeExclusive)
    expect(move(bench, bench.x, { flags: 0x02 })).toBe('GOOD')
    expect(bench.keys().keys).toEqual([KEYS.z])
  })

  it('has room for a nexus that takes the place of another one', () => {
    const bench = new ReservationBench()
    bench.register(bench.x, KEYS.x)
    bench.reserve(bench.x, KEYS.x, writeExclusive)
    bench.unit(0).elsewhere = LIMITS.registrations - 1
    expect(move(bench, bench.x)).toBe(illegal(insufficientRegistrationResources.text))
    expect(move(bench, bench.x, { flags: 0x02 })).toBe('GOOD')
    expect(bench.keys().keys).toEqual([KEYS.z])
  })

  it('refuses to move it to nobody, to the holder, or without a key', () => {
    const bench = new ReservationBench()
    bench.register(bench.x, KEYS.x)
    bench.reserve(bench.x, KEYS.x, writeExclusive)
    expect(move(bench, bench.x, { key: KEYS.y })).toBe(CONFLICT)
    for (const odd of [{ serviceKey: '0000000000000000' }, { to: bench.x }, { port: 3 }])
      expect(move(bench, bench.x, odd)).toBe(illegal(invalidFieldInParameterList.text))
    expect(bench.out(bench.x, 'registerAndMove', { key: KEYS.x })).toBe(illegal(parameterListLengthError.text))
    expect(bench.reservation()?.key).toBe(KEYS.x)
  })

  it('cannot move what all registrants hold', () => {
    const bench = new ReservationBench()
    bench.registerAll()
    bench.reserve(bench.x, KEYS.x, exclusiveAccessAllRegistrants)
    expect(move(bench, bench.x)).toBe(CONFLICT)
    expect(bench.attentions(bench.y)).not.toContain(UNREGISTERED)
  })
})
