import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Prng } from '../../../../../src-main/base/prng'
import { encodeRecord, recordBytes, type LogRecord } from '../../../../../src-main/core/nvram/log/record'
import { NO_STAMP, RingLog } from '../../../../../src-main/core/nvram/log/ring-log'
import { MemoryNvram } from '../../../../support/memory-nvram'

const REGION = { offset: 512, sizeBytes: 1024 + 8192 }

function recordFor(ring: RingLog, blockCount: number, random: Prng): { readonly record: LogRecord; readonly bytes: Uint8Array } {
  const data = Uint8Array.from({ length: blockCount * 512 }, () => random.below(256))
  const head = {
    sequence: ring.nextSequence,
    logEpoch: ring.logEpoch,
    volumeId: random.below(64),
    volumeEpoch: random.below(1000),
    firstBlock: random.below(2 ** 40),
    blockCount,
  }
  return { record: { ...head, data }, bytes: encodeRecord(head, [data.subarray(0, 100), data.subarray(100)]) }
}

describe('ring log', () => {
  it('finds what was appended and not trimmed, wherever the ring wraps', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.record({ blocks: fc.integer({ min: 1, max: 6 }), trim: fc.integer({ min: 0, max: 3 }) }), {
          minLength: 1,
          maxLength: 60,
        }),
        (seed, steps) => {
          const nvram = new MemoryNvram(16_384)
          const random = new Prng(seed)
          const ring = new RingLog(nvram, REGION)
          ring.reset({ stamp: NO_STAMP })
          let kept: LogRecord[] = []
          for (const { blocks, trim } of steps) {
            while (!ring.fits(recordBytes(blocks))) {
              kept = kept.slice(1)
              ring.trimTo(ring.firstSequence + 1)
            }
            const { record, bytes } = recordFor(ring, blocks, random)
            ring.append(bytes)
            if (random.chance(0.5)) ring.commit()
            kept.push(record)
            kept = kept.slice(trim)
            ring.trimTo(Math.min(ring.firstSequence + trim, ring.nextSequence))
            ring.commit()
            expect(new RingLog(nvram, REGION).scan()).toEqual(kept)
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  it('has the records of complete commits, and perhaps the first ones of the last, whatever byte the controller died at', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seed, lengths, cutAt) => {
          const random = new Prng(seed)
          const whole = new MemoryNvram(16_384)
          play(whole, lengths, new Prng(seed))
          const nvram = new MemoryNvram(16_384, Math.floor(cutAt * whole.written))
          const { complete, trimmed } = play(nvram, lengths, new Prng(seed))
          nvram.revive()
          const found = new RingLog(nvram, REGION).scan()
          const sequences = found.map(({ sequence }) => sequence)
          // Those that count are there; trimmed ones may be too, and the first ones of a commit that the controller died in.
          const wanted = complete.filter(({ sequence }) => sequence >= trimmed)
          for (const record of wanted) expect(found).toContainEqual(record)
          expect(sequences.every((sequence, index) => index === 0 || sequence === (sequences[index - 1] ?? 0) + 1)).toBe(true)
          expect((sequences.at(-1) ?? 0) - (complete.at(-1)?.sequence ?? 0)).toBeLessThanOrEqual(MAX_BATCH)
          expect(random.u32()).toBeTypeOf('number')
        },
      ),
      { numRuns: 150 },
    )
  })

  it('takes no record of an earlier round for one of this', () => {
    const nvram = new MemoryNvram(16_384)
    const random = new Prng(1)
    const ring = new RingLog(nvram, REGION)
    ring.reset({ stamp: NO_STAMP })
    for (let i = 0; i < 4; i++) ring.append(recordFor(ring, 2, random).bytes)
    ring.commit()
    ring.reset({ stamp: { base: 7, newest: 9 } })
    const again = new RingLog(nvram, REGION)
    expect(again.scan()).toEqual([])
    expect(again.stamp).toEqual({ base: 7, newest: 9 })
  })

  it('knows its records after thousands of them have passed through it', () => {
    const nvram = new MemoryNvram(16_384)
    const random = new Prng(3)
    const ring = new RingLog(nvram, REGION)
    ring.reset({ stamp: NO_STAMP })
    for (let sequence = 1; sequence <= 5000; sequence++) {
      ring.append(recordFor(ring, 1, random).bytes)
      if (ring.records > 3) ring.trimTo(ring.firstSequence + 1)
      expect([ring.nextSequence, ring.usedBytes]).toEqual([sequence + 1, ring.records * recordBytes(1)])
    }
    expect(ring.records).toBe(3)
    ring.commit()
    expect(new RingLog(nvram, REGION).scan().map(({ sequence }) => sequence)).toEqual([4998, 4999, 5000])
  })

  it('stops at a record that was damaged', () => {
    const nvram = new MemoryNvram(16_384)
    const random = new Prng(2)
    const ring = new RingLog(nvram, REGION)
    ring.reset({ stamp: NO_STAMP })
    const records = Array.from({ length: 3 }, () => {
      const { record, bytes } = recordFor(ring, 1, random)
      ring.append(bytes)
      return record
    })
    ring.commit()
    const at = REGION.offset + 1024 + recordBytes(1) + 200
    nvram.bytes[at] = (nvram.bytes[at] ?? 0) ^ 1
    expect(new RingLog(nvram, REGION).scan()).toEqual(records.slice(0, 1))
  })
})

const MAX_BATCH = 4

/** Appends, commits and trims until the NVRAM has taken all it will take. */
function play(nvram: MemoryNvram, lengths: readonly number[], random: Prng): { readonly complete: LogRecord[]; readonly trimmed: number } {
  const complete: LogRecord[] = []
  let trimmed = 1
  const ring = new RingLog(nvram, REGION)
  ring.reset({ stamp: NO_STAMP })
  if (nvram.isDead) return { complete, trimmed: Infinity }
  let batch: LogRecord[] = []
  for (const blocks of lengths) {
    while (!ring.fits(recordBytes(blocks))) {
      // What is appended is written before the head moves.
      const { written } = nvram
      ring.commit()
      if (nvram.isDead) return { complete, trimmed }
      if (nvram.written > written) complete.push(...batch.splice(0))
      ring.trimTo(ring.firstSequence + 1)
      if (nvram.isDead) return { complete, trimmed: trimmed + 1 }
      trimmed = ring.firstSequence
    }
    const { record, bytes } = recordFor(ring, blocks, random)
    ring.append(bytes)
    batch.push(record)
    if (batch.length < MAX_BATCH && random.chance(0.6)) continue
    ring.commit()
    if (nvram.isDead) return { complete, trimmed }
    complete.push(...batch)
    batch = []
  }
  return { complete, trimmed }
}
