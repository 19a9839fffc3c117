import { concatBytes, getU16, getU32, toHex } from '../../src-main/base/bytes'
import { expect } from 'vitest'
import type { PortalGroup } from '../../src-main/contract/controller-id'
import type { Nexus, ScsiResponse } from '../../src-main/core/scsi/device'
import {
  persistentReserveInCdb,
  persistentReserveOutCdb,
  readCdb,
  reservationKeys,
  testUnitReadyCdb,
  writeCdb,
} from '../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, PERSISTENT_RESERVE_IN_ACTION, PERSISTENT_RESERVE_OUT_ACTION, SENSE_KEY } from '../../src-main/core/scsi/spec'
import { describe, patternBlocks, ScsiBench } from './scsi-bench'

export const KEYS = { x: '00000000000000a1', y: '00000000000000b2', z: '00000000000000c3' } as const
export const APTPL = 0x01

type Action = keyof typeof PERSISTENT_RESERVE_OUT_ACTION

/** Three hosts at a unit, and what they do about reservations. */
export class ReservationBench extends ScsiBench {
  readonly x = this.readyNexus(1)
  readonly y = this.readyNexus(2)
  readonly z = this.readyNexus(1)

  out(
    nexus: Nexus,
    action: Action,
    keys: { readonly key?: string; readonly serviceKey?: string; readonly flags?: number } = {},
    type = 0,
  ): string {
    return describe(this.run(nexus, 0, persistentReserveOutCdb(PERSISTENT_RESERVE_OUT_ACTION[action], type), [reservationKeys(keys)]))
  }

  register(nexus: Nexus, serviceKey: string, flags = 0): void {
    expect(this.out(nexus, 'register', { serviceKey, flags })).toBe('GOOD')
  }

  /** All three, each with its own key. */
  registerAll(): void {
    this.register(this.x, KEYS.x)
    this.register(this.y, KEYS.y)
    this.register(this.z, KEYS.z)
  }

  reserve(nexus: Nexus, key: string, type: number): string {
    return this.out(nexus, 'reserve', { key }, type)
  }

  keys(nexus: Nexus = this.x): { readonly generation: number; readonly keys: readonly string[] } {
    const data = this.good(nexus, 0, persistentReserveInCdb(PERSISTENT_RESERVE_IN_ACTION.readKeys))
    const count = getU32(data, 4) / 8
    expect(data).toHaveLength(8 + 8 * count)
    return { generation: getU32(data, 0), keys: Array.from({ length: count }, (_, i) => toHex(data.subarray(8 + 8 * i, 16 + 8 * i))) }
  }

  /** The key and type of the reservation; undefined if there is none. */
  reservation(nexus: Nexus = this.x): { readonly key: string; readonly type: number } | undefined {
    const data = this.good(nexus, 0, persistentReserveInCdb(PERSISTENT_RESERVE_IN_ACTION.readReservation))
    if (getU32(data, 4) === 0) return undefined
    expect(getU32(data, 4)).toBe(16)
    return { key: toHex(data.subarray(8, 16)), type: getU16(data, 20) & 0xff }
  }

  /** What a read and a write of one block come to. */
  access(nexus: Nexus): readonly [read: string, write: string] {
    const read = this.run(nexus, 0, readCdb({ firstBlock: 0, blockCount: 1 }))
    const write = this.run(nexus, 0, writeCdb({ firstBlock: 0, blockCount: 1 }), [patternBlocks(1, nexus.id)])
    return [short(read), short(write)]
  }

  /** The unit attentions that a nexus has, the next first. */
  attentions(nexus: Nexus): readonly string[] {
    const texts: string[] = []
    for (;;) {
      const text = describe(this.run(nexus, 0, testUnitReadyCdb()))
      if (text === 'GOOD') return texts
      texts.push(text.replace(`CHECK CONDITION ${SENSE_KEY.unitAttention.toString(16)} `, ''))
    }
  }

  /** Nexus of the same initiator port at another target port. */
  sameHostAt(portalGroup: PortalGroup, nexus: Nexus): Nexus {
    const other = { ...this.newNexus(portalGroup), initiatorPort: nexus.initiatorPort }
    this.target.nexusLost(other, true)
    this.target.nexusGained(other)
    this.run(other, 0, testUnitReadyCdb())
    return other
  }
}

export const CONFLICT = 'RESERVATION CONFLICT'
export const PREEMPTED = ADDITIONAL_SENSE.reservationsPreempted.text
export const RELEASED = ADDITIONAL_SENSE.reservationsReleased.text
export const UNREGISTERED = ADDITIONAL_SENSE.registrationsPreempted.text

export function illegal(text: string): string {
  return `CHECK CONDITION 5 ${text}`
}

/** A list of REGISTER with SPEC_I_PT. */
export function listWithPorts(keys: Parameters<typeof reservationKeys>[0], ids: Uint8Array): Uint8Array {
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, ids.length)
  return concatBytes([reservationKeys({ ...keys, flags: (keys.flags ?? 0) | 0x08 }), length, ids])
}

function short(response: ScsiResponse): string {
  const text = describe(response)
  return text === CONFLICT ? 'conflict' : text === 'GOOD' ? 'good' : text
}
