import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import { RAID_LEVELS } from '../../../../src-main/contract/configuration'
import { CompletionQueue } from '../../../support/memory-drive'
import { fittingCount } from './example-groups'
import { countOf, expectBytes, pattern, World } from './world'

function rangeOf(world: World, firstBlock: number, length: number): { firstBlock: number; blockCount: number } {
  const { usableBlocks } = world.io.layout
  const first = firstBlock % usableBlocks
  return { firstBlock: first, blockCount: 1 + (length % (usableBlocks - first)) }
}

describe.each(RAID_LEVELS)('a %s group', (level) => {
  it('gives back what was written, for writes and reads of any place and length', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 6 }),
        fc.array(fc.tuple(fc.nat(999), fc.nat(60)), { minLength: 1, maxLength: 20 }),
        (memberCount, writes) => {
          const world = new World(level, fittingCount(level, memberCount))
          const model = new Uint8Array(world.io.layout.usableBlocks * BLOCK_BYTES)
          writes.forEach(([first, length], index) => {
            const { firstBlock, blockCount } = rangeOf(world, first, length)
            const data = pattern(index + 1, blockCount)
            expect(world.write(firstBlock, data)).toEqual({ ok: true, value: undefined })
            model.set(data, firstBlock * BLOCK_BYTES)
            expectBytes(world.read(firstBlock, blockCount), data)
          })
          expectBytes(world.read(0, world.io.layout.usableBlocks), model)
          expect(world.verify()).toEqual({ inconsistent: [], unreadable: [] })
        },
      ),
      { numRuns: 40 },
    )
  })

  it('does not depend on drives that answer later', () => {
    class ImmediateQueue extends CompletionQueue {
      override add(run: () => void): void {
        run()
      }
    }
    const world = new World(level, 4, new ImmediateQueue())
    const { usableBlocks } = world.io.layout
    const whole = pattern(1, usableBlocks)
    expect(world.write(0, whole).ok).toBe(true)
    whole.set(pattern(2, 30), 5 * BLOCK_BYTES)
    expect(world.write(5, pattern(2, 30)).ok).toBe(true)
    expectBytes(world.read(0, usableBlocks), whole)
    expect(world.verify().inconsistent).toEqual([])
    if (world.io.layout.redundancy > 0) {
      world.drives[0]!.failed = true
      expectBytes(world.read(0, usableBlocks), whole)
      expect(world.write(0, pattern(3, 1)).ok).toBe(true)
      expectBytes(world.read(0, 1), pattern(3, 1))
    }
  })

  it('takes data that is cut anywhere, also inside a block', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 12 }), fc.nat(40), (lengths, firstBlock) => {
        const world = new World(level)
        const data = pattern(3, 30)
        const chunks: Uint8Array[] = []
        let offset = 0
        for (const length of [...lengths, data.length]) {
          // Copies at odd addresses, as pieces of packets are.
          const cut = data.subarray(offset, offset + length)
          const odd = new Uint8Array(cut.length + 1).subarray(1)
          odd.set(cut)
          chunks.push(odd)
          offset += cut.length
        }
        world.io.write({ firstBlock, data: chunks, claim: { slot: 0, epoch: 1 } }, (outcome) => expect(outcome.ok).toBe(true))
        world.completions.runAll()
        expectBytes(world.read(firstBlock, 30), data)
        expect(world.verify().inconsistent).toEqual([])
      }),
      { numRuns: 30 },
    )
  })

  it('reads inside one chunk with one read of one drive', () => {
    const world = new World(level)
    world.read(8, 8)
    expect(world.takeOperations()).toEqual([expect.objectContaining({ kind: 'read', blockCount: 8 })])
  })

  it('passes the claim and the cause on to every drive', () => {
    const world = new World(level)
    world.io.write({ firstBlock: 3, data: [pattern(1, 20)], claim: { slot: 5, epoch: 9 }, cause: 77 }, () => undefined)
    world.completions.runAll()
    const operations = world.takeOperations()
    expect(operations.every((operation) => operation.cause === 77)).toBe(true)
    expect(
      operations
        .filter((operation) => operation.kind === 'write')
        .every((operation) => operation.claim?.slot === 5 && operation.claim.epoch === 9),
    ).toBe(true)
  })

  it('says stale-epoch when a drive refuses the claim, and works on for the newer owner', () => {
    const world = new World(level)
    for (const drive of world.drives) drive.raiseClaim({ slot: 0, epoch: 2 })
    expect(world.write(0, pattern(1, 30))).toEqual({ ok: false, fault: 'stale-epoch' })
    expectBytes(world.read(0, 30), new Uint8Array(30 * BLOCK_BYTES))
    expect(world.write(0, pattern(2, 30), { slot: 0, epoch: 2 }).ok).toBe(true)
    expectBytes(world.read(0, 30), pattern(2, 30))
    expect(world.io.outDrives).toEqual([])
  })

  it('flushes every drive, after the writes', () => {
    const world = new World(level)
    let flushed = false
    world.io.flush({ cause: 4 }, (outcome) => (flushed = outcome.ok))
    expect(flushed).toBe(false)
    world.completions.runAll()
    expect(flushed).toBe(true)
    expect(world.takeOperations().map(({ kind, drive }) => ({ kind, drive }))).toEqual(
      world.drives.map(({ index }) => ({ kind: 'flush', drive: index })),
    )
  })

  it('refuses ranges that are empty or outside as a bug', () => {
    const world = new World(level)
    const { usableBlocks } = world.io.layout
    expect(() => world.read(0, 0)).toThrow('0 blocks')
    expect(() => world.read(usableBlocks, 1)).toThrow('outside')
    expect(() => world.write(usableBlocks - 1, pattern(1, 2))).toThrow('outside')
    expect(() => world.write(0, new Uint8Array(100))).toThrow()
  })
})

describe('levels without redundancy', () => {
  it.each(['linear', 'raid0'] as const)('%s says hardware-error for a failed drive and medium-error for bad sectors', (level) => {
    const world = new World(level)
    const { drive, block } = world.placeOf(5)
    drive.spoil({ firstBlock: block, blockCount: 1 })
    expect(world.read(4, 4)).toBe('medium-error')
    expectBytes(world.read(0, 5), new Uint8Array(5 * BLOCK_BYTES))
    expect(world.write(5, pattern(1, 1)).ok).toBe(true)
    expectBytes(world.read(5, 1), pattern(1, 1))
    drive.failed = true
    expect(world.read(5, 1)).toBe('hardware-error')
    expect(world.write(5, pattern(2, 1))).toEqual({ ok: false, fault: 'hardware-error' })
    // It may come back: nothing else has its data.
    drive.failed = false
    expectBytes(world.read(5, 1), pattern(1, 1))
  })
})

describe('RAID-5 writes', () => {
  // Five members: four chunks of data and one of parity.
  function costOf(firstBlock: number, blockCount: number): { reads: number; writes: number } {
    const world = new World('raid5', 5)
    world.write(firstBlock, pattern(1, blockCount))
    const cost = countOf(world.takeOperations())
    expect(world.verify().inconsistent).toEqual([])
    return cost
  }

  it('reads nothing for full stripes, and writes each drive once', () => {
    expect(costOf(0, 32)).toEqual({ reads: 0, writes: 5 })
    expect(costOf(32, 96)).toEqual({ reads: 0, writes: 5 })
  })

  it('modifies the parity for a small write', () => {
    expect(costOf(3, 2)).toEqual({ reads: 2, writes: 2 })
    expect(costOf(40, 8)).toEqual({ reads: 2, writes: 2 })
  })

  it('makes the parity anew when little is left to read', () => {
    expect(costOf(0, 24)).toEqual({ reads: 1, writes: 4 })
    expect(costOf(2, 30)).toEqual({ reads: 1, writes: 5 })
    expect(costOf(2, 28)).toEqual({ reads: 2, writes: 5 })
  })

  it('writes over a bad sector', () => {
    const world = new World('raid5', 4)
    world.write(0, pattern(9, world.io.layout.usableBlocks))
    const { drive, block } = world.placeOf(3)
    drive.spoil({ firstBlock: block, blockCount: 1 })
    expect(world.write(3, pattern(1, 1)).ok).toBe(true)
    expectBytes(world.read(3, 1), pattern(1, 1))
    expect(world.verify()).toEqual({ inconsistent: [], unreadable: [] })
  })

  it('writes over a bad sector whose parity is bad too', () => {
    const world = new World('raid5', 4)
    world.write(0, pattern(9, world.io.layout.usableBlocks))
    const { drive, block } = world.placeOf(3)
    drive.spoil({ firstBlock: block, blockCount: 1 })
    world.drives[3]!.spoil({ firstBlock: world.group.sections[3]!.firstBlock + 3, blockCount: 1 })
    expect(world.read(3, 1)).toBe('medium-error')
    expect(world.write(3, pattern(1, 1)).ok).toBe(true)
    expectBytes(world.read(3, 1), pattern(1, 1))
    expect(world.verify()).toEqual({ inconsistent: [], unreadable: [] })
  })
})
