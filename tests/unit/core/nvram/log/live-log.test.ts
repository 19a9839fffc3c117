/** The examples that the comments of `LiveLog` tell, with their numbers. */
import { beforeEach, describe, expect, it } from 'vitest'
import { BLOCK_BYTES, MIB } from '../../../../../src-main/base/units'
import { LiveLog, type Trimming } from '../../../../../src-main/core/nvram/log/live-log'
import type { LiveRecord } from '../../../../../src-main/core/nvram/log/live-record'
import { NO_STAMP, RingLog } from '../../../../../src-main/core/nvram/log/ring-log'
import { MemoryNvram } from '../../../../support/memory-nvram'
import { VirtualClock } from '../../../../support/virtual-world'

const HEADERS_BYTES = 1024
const RECORD_BYTES = 8256
const BLOCKS = 16

let ring: RingLog
let live: LiveLog

beforeEach(() => {
  const sizeBytes = MIB + HEADERS_BYTES
  ring = new RingLog(new MemoryNvram(sizeBytes), { offset: 0, sizeBytes })
  ring.reset({ stamp: NO_STAMP })
  live = new LiveLog(ring, new VirtualClock())
})

function append(count: number): LiveRecord[] {
  return Array.from({ length: count }, () => {
    const data = [new Uint8Array(BLOCKS * BLOCK_BYTES)]
    const io = { volumeId: 1, volumeEpoch: 1, firstBlock: 0, blockCount: BLOCKS, data, forceUnitAccess: false, trace: undefined }
    return live.append(io, 0, () => undefined)
  })
}

function trimming(pinned?: LiveRecord): Trimming {
  return { isRoomWanted: false, isPinned: (record) => record === pinned, isDirty: () => true }
}

describe('a log of 1 MiB with records of 16 blocks', () => {
  it('is trimmed when records of a sixteenth are done at its head', () => {
    const records = append(10)
    expect(records[0]?.bytes.length).toBe(RECORD_BYTES)
    for (const { sequence } of records) if (sequence !== 8 && sequence !== 9) live.close(records[sequence - 1]!)
    expect(live.trim(trimming())).toBe(false)
    live.close(records[7]!)
    expect(live.trim(trimming())).toBe(true)
    expect(live.firstSequence).toBe(9)
    expect(live.records().map(({ sequence }) => sequence)).toEqual([9, 10])
  })

  it('carries a pinned record on when more than half of it cannot be given up', () => {
    const records = append(72)
    const pinned = records[8]!
    for (const record of records) if (record !== pinned) live.close(record)
    expect(live.trim(trimming(pinned))).toBe(true)
    expect(ring.usedBytes).toBe(528_384)
    const carried: number[] = []
    expect(live.carryOn(trimming(pinned), ({ sequence }) => carried.push(sequence))).toBe(true)
    expect(carried).toEqual([73])
    expect(ring.usedBytes).toBe(RECORD_BYTES)
    expect(ring.scan().map(({ sequence, firstHad }) => ({ sequence, firstHad }))).toEqual([{ sequence: 73, firstHad: 9 }])
  })

  it('leaves it where it is as long as half of it is free', () => {
    const records = append(71)
    const pinned = records[8]!
    for (const record of records) if (record !== pinned) live.close(record)
    expect(live.trim(trimming(pinned))).toBe(true)
    expect(live.carryOn(trimming(pinned), () => undefined)).toBe(false)
  })

  it('keeps partial parity that is needed for a write which the drives do not take, and all behind it', () => {
    const entry = { volumeId: 1, volumeEpoch: 1, firstBlock: 0, blockCount: 1, hasIndex: undefined, data: new Uint8Array(BLOCK_BYTES) }
    const [before] = append(1)
    const parity = live.appendPartialParity(entry)
    const [behind] = append(1)
    for (const record of [before, parity, behind]) live.close(record!)
    expect(live.trim({ ...trimming(parity), isRoomWanted: true })).toBe(true)
    expect(live.records()).toEqual([parity, behind])
    expect(live.trim({ ...trimming(parity), isRoomWanted: true })).toBe(false)
    expect(live.trim(trimming())).toBe(true)
    expect(live.records()).toEqual([])
  })

  it('is trimmed for less when somebody waits for room', () => {
    const records = append(3)
    live.close(records[0]!)
    expect(live.trim(trimming())).toBe(false)
    expect(live.trim({ ...trimming(), isRoomWanted: true })).toBe(true)
    expect(live.firstSequence).toBe(2)
  })

  it('is crowded when more than half of it is used or reserved', () => {
    append(63)
    expect(live.isCrowded).toBe(false)
    append(1)
    expect(live.isCrowded).toBe(true)
  })

  it('gives what it reserved back in two halves: on the drives, and out of the log', () => {
    const data = [new Uint8Array(BLOCK_BYTES)]
    const io = { volumeId: 1, volumeEpoch: 1, firstBlock: 0, blockCount: 1, data, forceUnitAccess: false, trace: undefined }
    const record = live.append(io, 700, () => undefined)
    expect(live.reservedBytes).toBe(1400)
    live.close(record)
    expect(live.reservedBytes).toBe(700)
    live.trim(trimming())
    expect(live.reservedBytes).toBe(0)
  })

  it('lets no record be closed twice', () => {
    const [record] = append(1)
    live.close(record!)
    expect(() => live.close(record!)).toThrow('record 1 is closed again')
  })
})
