import { describe, expect, it } from 'vitest'
import { getU16, getU32, toHex } from '../../../src-main/base/bytes'
import { RESERVATION_TYPE } from '../../../src-main/contract/reservations'
import { persistentReserveInCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { decodeTransportIds, encodeTransportId } from '../../../src-main/core/scsi/reservations/transport-id'
import { PERSISTENT_RESERVE_IN_ACTION } from '../../../src-main/core/scsi/spec'
import { APTPL, KEYS, ReservationBench } from '../../support/reservation-bench'

const { readKeys, readReservation, reportCapabilities, readFullStatus } = PERSISTENT_RESERVE_IN_ACTION
const { writeExclusive, exclusiveAccessAllRegistrants } = RESERVATION_TYPE
const NO_KEY = '0000000000000000'

describe('PERSISTENT RESERVE IN (SPC-4 6.15)', () => {
  it('tells of no keys and no reservation where there are none', () => {
    const bench = new ReservationBench()
    expect(bench.keys()).toEqual({ generation: 0, keys: [] })
    expect(bench.reservation()).toBeUndefined()
    expect([...bench.good(bench.x, 0, persistentReserveInCdb(readFullStatus))]).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
    bench.expectRecovered(bench.x)
  })

  it('gives the keys, and counts registrations but not reservations', () => {
    const bench = new ReservationBench()
    bench.registerAll()
    bench.reserve(bench.x, KEYS.x, writeExclusive)
    expect(bench.keys(bench.y)).toEqual({ generation: 3, keys: [KEYS.x, KEYS.y, KEYS.z] })
  })

  it('gives the reservation with the key of its holder, and without one if all registrants hold it', () => {
    const bench = new ReservationBench()
    bench.registerAll()
    bench.reserve(bench.y, KEYS.y, writeExclusive)
    expect(bench.reservation()).toEqual({ key: KEYS.y, type: writeExclusive })
    bench.out(bench.y, 'release', { key: KEYS.y }, writeExclusive)
    bench.reserve(bench.x, KEYS.x, exclusiveAccessAllRegistrants)
    expect(bench.reservation()).toEqual({ key: NO_KEY, type: exclusiveAccessAllRegistrants })
  })

  it('gives the key by which the holder is registered at its own target port, and names no other as holder', () => {
    const bench = new ReservationBench()
    const other = bench.sameHostAt(2, bench.x)
    bench.register(bench.x, KEYS.x)
    bench.register(other, KEYS.y)
    bench.reserve(other, KEYS.y, writeExclusive)
    expect(bench.reservation()).toEqual({ key: KEYS.y, type: writeExclusive })
    const data = bench.good(bench.x, 0, persistentReserveInCdb(readFullStatus))
    const second = 8 + 24 + getU32(data, 8 + 20)
    expect([data[8 + 12], data[8 + 19], data[second + 12], data[second + 19]]).toEqual([0, 1, 1, 2])
  })

  it('reports what can be done, and whether reservations outlive a power loss', () => {
    const bench = new ReservationBench()
    const capabilities = [0, 8, 0x1d, 0x80, 0xea, 0x01, 0, 0]
    expect([...bench.good(bench.x, 0, persistentReserveInCdb(reportCapabilities))]).toEqual(capabilities)
    bench.register(bench.x, KEYS.x, APTPL)
    capabilities[3] = 0x81
    expect([...bench.good(bench.x, 0, persistentReserveInCdb(reportCapabilities))]).toEqual(capabilities)
  })

  it('gives every registration with its target port, its initiator port, and whether it holds the reservation', () => {
    const bench = new ReservationBench()
    bench.register(bench.x, KEYS.x)
    bench.register(bench.y, KEYS.y)
    bench.reserve(bench.y, KEYS.y, writeExclusive)
    const data = bench.good(bench.x, 0, persistentReserveInCdb(readFullStatus))
    expect([getU32(data, 0), getU32(data, 4)]).toEqual([2, data.length - 8])
    let offset = 8
    for (const [nexus, key, holder] of [
      [bench.x, KEYS.x, false],
      [bench.y, KEYS.y, true],
    ] as const) {
      const idBytes = getU32(data, offset + 20)
      const descriptor = data.subarray(offset, offset + 24 + idBytes)
      expect(toHex(descriptor.subarray(0, 8))).toBe(key)
      expect([...descriptor.subarray(8, 20)]).toEqual([
        0,
        0,
        0,
        0,
        holder ? 1 : 0,
        holder ? writeExclusive : 0,
        0,
        0,
        0,
        0,
        0,
        nexus.portalGroup,
      ])
      expect([...descriptor.subarray(24, 28)]).toEqual([0x45, 0, 0, idBytes - 4])
      expect(new TextDecoder().decode(descriptor.subarray(28)).replaceAll('\0', '')).toBe(nexus.initiatorPort)
      expect(idBytes % 4).toBe(0)
      expect(descriptor.at(-1)).toBe(0)
      offset += descriptor.length
    }
    expect(offset).toBe(data.length)
  })

  it('writes TransportIDs in whole words that end with a zero, whatever the length of the name (SPC-4 7.6.4.6)', () => {
    for (let length = 0; length < 8; length++) {
      const port = `iqn.2026-11.test:${'x'.repeat(length)},i,0x00023d000001`
      const id = encodeTransportId(port)
      expect([id.length % 4, getU16(id, 2), id.at(-1)]).toEqual([0, id.length - 4, 0])
      expect(decodeTransportIds(id)).toEqual([port])
    }
  })

  it('cuts to the allocation length, and still says how much there is', () => {
    const bench = new ReservationBench()
    bench.registerAll()
    const data = bench.good(bench.x, 0, persistentReserveInCdb(readKeys, 12))
    expect(data).toHaveLength(12)
    expect(getU32(data, 4)).toBe(24)
    expect(bench.good(bench.x, 0, persistentReserveInCdb(readReservation, 0))).toHaveLength(0)
  })

  it('refuses other service actions', () => {
    const bench = new ReservationBench()
    for (let action = 4; action < 0x20; action++) bench.refused(bench.x, 0, persistentReserveInCdb(action), { byte: 1, bit: 4 })
    bench.expectRecovered(bench.x)
  })
})
