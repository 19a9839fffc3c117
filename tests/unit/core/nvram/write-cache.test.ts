import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Prng } from '../../../../src-main/base/prng'
import { CacheBench, stateOf, VOLUME } from '../../../support/cache-bench'

const GOOD = { ok: true, value: undefined }

describe('write-back', () => {
  it('acknowledges what is logged, shows it to reads, and destages it once', () => {
    const bench = new CacheBench()
    bench.recover()
    bench.write(3, 1)
    const last = bench.write(3, 2)
    expect(last.outcome).toEqual(GOOD)
    expect(bench.drives.flatMap((drive) => drive.operationsOf('write'))).toEqual([])
    expect(bench.read(2, 3)).toEqual([0, 2, 0])
    expect(bench.cache.report()).toMatchObject({ records: 2, dirtyVolumes: [VOLUME] })
    bench.settle()
    expect(bench.drives.flatMap((drive) => drive.operationsOf('write'))).toHaveLength(2)
    expect(bench.cache.report()).toMatchObject({ bytes: 0, records: 0, dirtyVolumes: [] })
    expect(bench.read(2, 3)).toEqual([0, 2, 0])
  })

  it('writes what lies one behind the other as a full stripe, without reading', () => {
    const bench = new CacheBench()
    bench.recover()
    for (let block = 0; block < 24; block++) bench.write(block, block + 1)
    bench.settle()
    expect(bench.drives.flatMap((drive) => drive.operationsOf('read'))).toEqual([])
    expect(bench.drives.map((drive) => drive.operationsOf('write').length)).toEqual([1, 1, 1, 1])
    expect(bench.verify().inconsistent).toEqual([])
  })

  it('puts a write with FUA and a flush on stable storage before it answers', () => {
    const bench = new CacheBench()
    bench.recover()
    bench.write(0, 1)
    const forced = bench.write(0, 2, { forceUnitAccess: true })
    expect(forced.outcome).toBeUndefined()
    bench.completions.runAll()
    expect(forced.outcome).toEqual(GOOD)
    expect(bench.drives.every((drive) => drive.operations.at(-1)?.kind === 'flush')).toBe(true)
    bench.write(5, 3)
    let flushed: unknown
    bench.cache.flush({ volumeId: VOLUME, place: bench.place, trace: undefined }, (outcome) => (flushed = outcome))
    bench.completions.runAll()
    expect(flushed).toEqual(GOOD)
    expect(bench.cache.dirtyVolumes()).toEqual([])
  })

  it('waits once for what was written over in pieces, again and again', () => {
    const bench = new CacheBench()
    bench.recover()
    const forced = bench.write(0, 1, { blockCount: 3, forceUnitAccess: true })
    for (let round = 0; round < 50; round++) {
      bench.write(1, 2)
      bench.write(0, 3, { blockCount: 3 })
    }
    expect(forced.outcome).toBeUndefined()
    bench.completions.runAll()
    expect(forced.outcome).toEqual(GOOD)
    expect(bench.read(0, 3)).toEqual([3, 3, 3])
  })

  it('waits with a FUA write for the data that was written over it', () => {
    const bench = new CacheBench()
    bench.recover()
    const forced = bench.write(0, 1, { forceUnitAccess: true })
    bench.write(0, 2)
    while (forced.outcome === undefined) bench.completions.runOne()
    expect(forced.outcome).toEqual(GOOD)
    expect(bench.cache.dirtyVolumes()).toEqual([])
    bench.crash()
    expect(bench.read(0)).toEqual([2])
  })

  it('lets writes wait while the log is full, and answers them all in the end', () => {
    const bench = new CacheBench({ nvramBytes: 16_384 })
    bench.recover()
    const told = Array.from({ length: 100 }, (_, index) => bench.write(index % 50, index + 1))
    expect(told.some(({ outcome }) => outcome === undefined)).toBe(true)
    expect(bench.cache.report().bytes).toBeLessThanOrEqual(bench.cache.report().capacityBytes)
    bench.settle()
    expect(told.every(({ outcome }) => outcome?.ok === true)).toBe(true)
    expect(bench.read(0, 50)).toEqual(Array.from({ length: 50 }, (_, block) => block + 51))
  })

  it('keeps what the drives do not take, and fails new writes there instead of filling the log', () => {
    const bench = new CacheBench({ level: 'raid0' })
    bench.recover()
    bench.write(0, 1)
    for (const drive of bench.drives) drive.failed = true
    bench.clock.run(200)
    bench.completions.runAll()
    const refused = bench.write(0, 2)
    bench.completions.runAll()
    expect(refused.outcome).toEqual({ ok: false, fault: 'hardware-error' })
    for (const drive of bench.drives) drive.failed = false
    bench.settle()
    expect(bench.read(0)).toEqual([1])
  })
})

describe('a volume that is dropped', () => {
  it('is not written by what waited for room: another one may have its number by then', () => {
    const bench = new CacheBench({ nvramBytes: 16_384 })
    bench.recover()
    const told = Array.from({ length: 90 }, (_, block) => bench.write(block, 1))
    const waiting = [...told.keys()].filter((block) => told[block]?.outcome === undefined)
    expect(waiting.length).toBeGreaterThan(0)
    bench.cache.drop(VOLUME)
    for (const block of waiting) expect(told[block]?.outcome).toEqual({ ok: false, fault: 'stale-epoch' })
    bench.settle()
    for (const block of waiting) expect(bench.read(block)).toEqual([0])
    expect(bench.cache.report().records).toBe(0)
  })

  it('is not written by what waited for the mirror, which leaves the log', () => {
    const bench = new CacheBench()
    bench.recover()
    bench.cache.paired()
    bench.cache.hear({ type: 'nvram-ready' })
    const waiting = bench.write(3, 1)
    expect(waiting.outcome).toBeUndefined()
    bench.cache.drop(VOLUME)
    expect(waiting.outcome).toEqual({ ok: false, fault: 'stale-epoch' })
    bench.cache.hear({ type: 'nvram-appended', sequence: 1 })
    bench.settle()
    expect(bench.read(3)).toEqual([0])
    expect(bench.cache.report()).toMatchObject({ records: 0, dirtyVolumes: [] })
  })

  it('takes nothing from the next one with its number when the drives refuse what was under way', () => {
    const bench = new CacheBench({ level: 'raid0' })
    bench.recover()
    bench.write(0, 1)
    bench.clock.run(150)
    bench.cache.drop(VOLUME)
    expect(bench.write(1, 2).outcome).toEqual(GOOD)
    for (const drive of bench.drives) drive.raiseClaim({ slot: VOLUME, epoch: 4 })
    expect(bench.completions.length).toBe(1)
    bench.completions.runAll()
    expect(bench.lost).toBe(0)
    expect(bench.cache.dirtyVolumes()).toEqual([VOLUME])
  })
})

describe('write-through', () => {
  it('acknowledges on the drives, in the order of the log, and shows nothing before', () => {
    const bench = new CacheBench()
    bench.recover()
    bench.mayKeep = false
    const first = bench.write(7, 1)
    const second = bench.write(7, 2)
    expect([first.outcome, second.outcome]).toEqual([undefined, undefined])
    bench.completions.runAll()
    expect([first.outcome, second.outcome]).toEqual([GOOD, GOOD])
    expect(bench.read(7)).toEqual([2])
    expect(bench.cache.report()).toMatchObject({ records: 0 })
  })

  it('keeps that order where two writes wait for a third', () => {
    const bench = new CacheBench()
    bench.recover()
    bench.mayKeep = false
    const writes = [1, 2, 3].map((mark) => bench.write(7, mark))
    bench.completions.runAll()
    expect(writes.map(({ outcome }) => outcome)).toEqual([GOOD, GOOD, GOOD])
    expect(bench.read(7)).toEqual([3])
  })

  it('goes behind what was acknowledged before, and is not undone by it', () => {
    const bench = new CacheBench()
    bench.recover()
    bench.write(7, 1)
    bench.mayKeep = false
    const through = bench.write(7, 2)
    bench.mayKeep = true
    const after = bench.write(7, 3)
    expect(bench.read(7)).toEqual([1])
    bench.completions.runAll()
    expect(bench.read(7)).toEqual([3])
    expect([through.outcome, after.outcome]).toEqual([GOOD, GOOD])
    bench.settle()
    expect(bench.read(7)).toEqual([3])
  })
})

describe('replay', () => {
  it('brings back what was acknowledged, after a crash at any moment and at any byte, with parity that agrees', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 40 }), fc.nat(30_000), fc.boolean(), (seed, steps, bytesToDeath, mayKeep) => {
        const random = new Prng(seed)
        const bench = new CacheBench({ nvramBytes: 32_768 })
        bench.recover()
        bench.mayKeep = mayKeep
        const acknowledged = new Map<number, number>()
        const tried = new Map<number, Set<number>>()
        for (let mark = 1; mark <= steps && bench.nvram.written < bytesToDeath; mark++) {
          const firstBlock = random.below(90)
          const blockCount = 1 + random.below(6)
          const told = bench.write(firstBlock, mark, { blockCount })
          if (random.chance(0.3)) bench.clock.run(random.below(200))
          for (let runs = random.below(12); runs > 0 && bench.completions.length > 0; runs--)
            bench.completions.runOne(random.below(bench.completions.length))
          for (let block = firstBlock; block < firstBlock + blockCount; block++) {
            if (told.outcome?.ok === true) {
              acknowledged.set(block, mark)
              tried.delete(block)
            } else tried.set(block, (tried.get(block) ?? new Set()).add(mark))
          }
        }
        bench.crash()
        bench.recover()
        for (let block = 0; block < 96; block++) {
          const [found] = bench.read(block)
          const possible = [acknowledged.get(block) ?? 0, ...(tried.get(block) ?? [])]
          expect(possible, `block ${block}`).toContain(found)
        }
        expect(bench.verify().inconsistent).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  it('closes the write hole: data on the drive, parity not', () => {
    const bench = new CacheBench()
    bench.recover()
    bench.write(0, 1, { blockCount: 24 })
    bench.settle()
    for (let dropped = 0; dropped < 3; dropped++) {
      bench.write(dropped, 9 + dropped)
      bench.clock.run(150)
      // The old data and the old parity are read; of the two writes only one gets to its drive.
      bench.completions.runOne()
      bench.completions.runOne()
      bench.completions.runOne(dropped % 2)
      bench.crash()
      expect(bench.verify().inconsistent).toEqual([0])
      expect(bench.recover().records).toBeGreaterThan(0)
      expect(bench.verify().inconsistent).toEqual([])
      expect(bench.read(dropped)).toEqual([9 + dropped])
    }
  })

  it('can die in the middle and be done again', () => {
    for (let ran = 0; ran < 12; ran++) {
      const bench = new CacheBench()
      bench.recover()
      for (let block = 0; block < 40; block += 3) bench.write(block, block + 1)
      bench.crash()
      bench.cache.recover(bench.state, () => undefined)
      for (let i = 0; i < ran && bench.completions.length > 0; i++) bench.completions.runOne()
      bench.crash()
      bench.recover()
      for (let block = 0; block < 40; block += 3) expect(bench.read(block)).toEqual([block + 1])
      expect(bench.verify().inconsistent).toEqual([])
    }
  })

  it('leaves out what is stale: an older epoch of the volume, a mirror epoch of somebody else, what the peer holds', () => {
    const stale = [
      stateOf({ ownership: [{ volumeId: VOLUME, owner: 'a', epoch: 5 }] }),
      stateOf({ mirrorEpoch: 3 }),
      stateOf({ ownership: [{ volumeId: VOLUME, owner: 'b', epoch: 3, heldBy: 'b' }] }),
    ]
    for (const state of stale) {
      const bench = new CacheBench()
      bench.recover()
      bench.write(0, 1)
      bench.crash()
      expect(bench.recover(state).records).toBe(0)
      expect(bench.read(0)).toEqual([0])
    }
  })

  it('takes what this controller holds, whatever the mirror epoch, and from the epoch on that still counts', () => {
    const bench = new CacheBench()
    bench.recover()
    bench.write(0, 1)
    bench.crash()
    const state = stateOf({ mirrorEpoch: 7, ownership: [{ volumeId: VOLUME, owner: 'a', epoch: 6, heldBy: 'a', logEpoch: 3 }] })
    expect(bench.recover(state).records).toBe(1)
    expect(bench.read(0)).toEqual([1])
  })

  it('counts after a claim of its own that did or did not get to the drives, and not after one of the peer', () => {
    for (const [mirrorEpoch, records] of [
      [2, 1],
      [4, 1],
      [5, 0],
    ] as const) {
      const bench = new CacheBench()
      bench.recover()
      bench.write(0, 1)
      bench.crash()
      expect([...bench.cache.prepareClaim(bench.state, 4)]).toEqual([VOLUME])
      bench.crash()
      expect(bench.recover(stateOf({ mirrorEpoch })).records).toBe(records)
    }
  })
})
