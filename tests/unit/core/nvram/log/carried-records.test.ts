import { describe, expect, it } from 'vitest'
import { putU16 } from '../../../../../src-main/base/bytes'
import { BLOCK_BYTES } from '../../../../../src-main/base/units'
import { LiveLog, type Trimming } from '../../../../../src-main/core/nvram/log/live-log'
import type { LiveRecord } from '../../../../../src-main/core/nvram/log/live-record'
import { NvramSlot } from '../../../../../src-main/core/nvram/log/slot'
import { stateOf, VOLUME } from '../../../../support/cache-bench'
import { MemoryNvram } from '../../../../support/memory-nvram'
import { VirtualClock } from '../../../../support/virtual-world'

const SIZE_BYTES = 96 * 1024
const EPOCH = 3
const STATE = stateOf()

interface Pinned {
  readonly live: LiveLog
  readonly slot: NvramSlot
  readonly nvram: MemoryNvram
  readonly records: LiveRecord[]
  readonly trimming: Trimming
}

/** Three writes that overlap, and two records of partial parity of the same rows, at the head of a log; others behind them. */
function pinned(bytesToDeath?: number): Pinned {
  const nvram = new MemoryNvram(SIZE_BYTES, bytesToDeath)
  const slot = new NvramSlot(nvram, 'a')
  slot.log.reset({ stamp: { base: STATE.mirrorEpoch ?? 0, newest: STATE.mirrorEpoch ?? 0 } })
  const kept = new Set<LiveRecord>()
  const live = new LiveLog(slot.log, new VirtualClock())
  const write = (firstBlock: number, mark: number): LiveRecord =>
    live.append(
      {
        volumeId: VOLUME,
        volumeEpoch: EPOCH,
        firstBlock,
        blockCount: 8,
        data: [new Uint8Array(8 * BLOCK_BYTES).fill(mark)],
        forceUnitAccess: false,
        trace: undefined,
      },
      0,
      () => undefined,
    )
  const parity = (mark: number, blockCount: number): LiveRecord =>
    live.appendPartialParity({
      volumeId: VOLUME,
      volumeEpoch: EPOCH,
      firstBlock: 0,
      blockCount,
      hasIndex: undefined,
      data: new Uint8Array(BLOCK_BYTES).fill(mark),
    })
  const records = [write(0, 1), parity(51, 1), write(4, 2), parity(52, 2), write(2, 3)]
  for (const record of records) kept.add(record)
  for (const record of records) {
    if (record.isPartialParity) live.close(record)
    else record.state = 'dirty'
  }
  for (let other = 0; other < 6; other++) live.close(write(100, 200 + other))
  slot.log.commit()
  return { live, slot, nvram, records, trimming: { isRoomWanted: true, isPinned: (record) => kept.has(record), isDirty: () => true } }
}

/** What a replay goes by, the oldest first: where each record begins, and its first byte. */
function told({ nvram }: Pinned): string[] {
  nvram.revive()
  const known = new NvramSlot(nvram, 'a').valid('log', STATE).filter(({ firstBlock }) => firstBlock < 100)
  return [...new Set(known.map(({ firstBlock, data }) => `${firstBlock} ${data[0] ?? -1}`))]
}

const ALL = ['0 1', '0 51', '4 2', '0 52', '2 3']

describe('records that are pinned at the head of the log', () => {
  it('wait for what is written over them, whose outcome is not known yet', () => {
    const one = pinned()
    const over = one.live.append(
      {
        volumeId: VOLUME,
        volumeEpoch: EPOCH,
        firstBlock: 7,
        blockCount: 1,
        data: [new Uint8Array(BLOCK_BYTES).fill(4)],
        forceUnitAccess: false,
        trace: undefined,
      },
      0,
      () => undefined,
    )
    one.slot.log.commit()
    expect(one.live.carryOn(one.trimming, () => undefined)).toBe(false)
    one.live.close(over)
    expect(one.live.carryOn({ ...one.trimming, isDirty: (_, block) => block !== 7 }, () => undefined)).toBe(true)
    const [first] = new NvramSlot(one.nvram, 'a').valid('log', STATE)
    expect(first?.data.filter((_, at) => at % BLOCK_BYTES === 0)).toEqual(Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 4))
    expect(told(one)).toEqual(ALL)
  })

  it('do not get the data of a write that was refused', () => {
    const one = pinned()
    const other = { volumeId: VOLUME, volumeEpoch: EPOCH, firstBlock: 7, blockCount: 1, forceUnitAccess: false, trace: undefined }
    const [kept, refused] = [4, 5].map((mark) =>
      one.live.append({ ...other, data: [new Uint8Array(BLOCK_BYTES).fill(mark)] }, 0, () => undefined),
    )
    if (kept === undefined || refused === undefined) throw new Error('nothing was appended')
    refused.isRefused = true
    one.slot.log.commit()
    one.live.close(kept)
    one.live.close(refused)
    expect(one.live.carryOn({ ...one.trimming, isDirty: (_, block) => block !== 7 }, () => undefined)).toBe(true)
    const [first] = new NvramSlot(one.nvram, 'a').valid('log', STATE)
    expect(first?.data[7 * BLOCK_BYTES]).toBe(4)
  })

  it('keep nothing behind them from being given up', () => {
    const one = pinned()
    expect(one.live.trim(one.trimming)).toBe(false)
    const usedBytes = one.slot.log.usedBytes
    const carried: LiveRecord[] = []
    expect(one.live.carryOn(one.trimming, (record) => carried.push(record))).toBe(true)
    expect(carried).toEqual(one.records)
    expect(one.slot.log.usedBytes).toBeLessThan(usedBytes / 2)
    expect(one.live.records()).toEqual(one.records)
    expect(one.live.records().map(({ sequence }) => sequence)).toEqual([12, 13, 14, 15, 16])
    expect(told(one)).toEqual(ALL)
    // Nothing is to be had by it any more.
    expect(one.live.carryOn(one.trimming, () => undefined)).toBe(false)
  })

  it('stay in their order when they are carried on again and again', () => {
    const one = pinned()
    for (let round = 0; round < 20; round++) {
      expect(one.live.carryOn(one.trimming, () => undefined)).toBe(true)
      expect(told(one)).toEqual(ALL)
      for (let other = 0; other < 6; other++) {
        one.live.close(
          one.live.append(
            {
              volumeId: VOLUME,
              volumeEpoch: EPOCH,
              firstBlock: 100,
              blockCount: 3,
              data: [new Uint8Array(3 * BLOCK_BYTES)],
              forceUnitAccess: false,
              trace: undefined,
            },
            0,
            () => undefined,
          ),
        )
      }
    }
  })

  it('are there and in their order whatever byte their controller dies at', () => {
    const whole = pinned()
    const from = whole.nvram.written
    whole.live.carryOn(whole.trimming, () => undefined)
    for (let byte = from; byte <= whole.nvram.written; byte += 7) {
      const one = pinned(byte)
      one.live.carryOn(one.trimming, () => undefined)
      expect(told(one), `after ${byte - from} bytes`).toEqual(ALL)
    }
  })

  it('are so too where they were carried on before', () => {
    const twice = (bytesToDeath?: number): { readonly one: Pinned; readonly from: number } => {
      const one = pinned(bytesToDeath)
      one.live.carryOn(one.trimming, () => undefined)
      const [first] = one.live.records()
      const more = { volumeId: VOLUME, volumeEpoch: EPOCH, firstBlock: 100, blockCount: 16, forceUnitAccess: false, trace: undefined }
      for (let other = 0; other < 3; other++) {
        one.live.close(one.live.append({ ...more, data: [new Uint8Array(16 * BLOCK_BYTES)] }, 0, () => undefined))
      }
      one.slot.log.commit()
      const from = one.nvram.written
      expect(one.live.carryOn(one.trimming, () => undefined)).toBe(true)
      expect(one.live.records()[0]).toBe(first)
      return { one, from }
    }
    const whole = twice()
    for (let byte = whole.from; byte <= whole.one.nvram.written; byte += 61) {
      expect(told(twice(byte).one), `after ${byte - whole.from} bytes`).toEqual(ALL)
    }
  })

  it('are all carried on that say something of different blocks, though their ranges are the same', () => {
    const slot = new NvramSlot(new MemoryNvram(SIZE_BYTES), 'a')
    slot.log.reset({ stamp: { base: 0, newest: 0 } })
    const live = new LiveLog(slot.log, new VirtualClock())
    /** Of an update that writes these blocks of a range of 20. */
    const parity = (...blocks: number[]): LiveRecord => {
      const data = new Uint8Array((1 + blocks.length) * BLOCK_BYTES)
      ;[1, blocks.length, ...blocks.flatMap((block) => [block, 1])].forEach((number, index) => putU16(data, 2 * index, number))
      const record = live.appendPartialParity({ volumeId: VOLUME, volumeEpoch: EPOCH, firstBlock: 0, blockCount: 20, hasIndex: true, data })
      live.close(record)
      return record
    }
    const records = [parity(0, 19), parity(0, 7, 19), parity(0, 19)]
    for (let other = 0; other < 6; other++) {
      live.close(
        live.append(
          {
            volumeId: VOLUME,
            volumeEpoch: EPOCH,
            firstBlock: 100,
            blockCount: 8,
            data: [new Uint8Array(8 * BLOCK_BYTES)],
            forceUnitAccess: false,
            trace: undefined,
          },
          0,
          () => undefined,
        ),
      )
    }
    const carried: LiveRecord[] = []
    expect(
      live.carryOn({ isRoomWanted: true, isPinned: (record) => records.includes(record), isDirty: () => true }, (record) =>
        carried.push(record),
      ),
    ).toBe(true)
    expect(carried).toEqual([records[1], records[2]])
  })
})
