import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../../../src-main/base/bytes'
import { Prng } from '../../../../src-main/base/prng'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import { RAID_LEVELS, type RaidLevel } from '../../../../src-main/contract/configuration'
import { fittingCount } from './example-groups'
import { CLAIM, World } from './world'

const WORDS_PER_BLOCK = BLOCK_BYTES / 4

interface WriteRecord {
  readonly invoked: number
  /** Infinity until it is acknowledged, and for ever where it failed: nobody knows what became of it. */
  completed: number
}

interface Sighting {
  readonly stamp: number
  readonly completed: number
}

/** What each block may hold, from what was asked and answered so far: a register per block, with unknown outcomes. */
class Ledger {
  #now = 0
  readonly #writes: WriteRecord[] = [{ invoked: 0, completed: 0 }]
  readonly #writesOf = new Map<number, number[]>()
  readonly #sightingsOf = new Map<number, Sighting[]>()

  tick(): number {
    return ++this.#now
  }

  beginWrite(firstBlock: number, blockCount: number): number {
    const stamp = this.#writes.length
    this.#writes.push({ invoked: this.tick(), completed: Number.POSITIVE_INFINITY })
    for (let block = firstBlock; block < firstBlock + blockCount; block++)
      this.#writesOf.set(block, [...(this.#writesOf.get(block) ?? [0]), stamp])
    return stamp
  }

  endWrite(stamp: number): void {
    this.#writes[stamp]!.completed = this.tick()
  }

  /** The value must not be older than one that was acknowledged or seen before the read began. */
  checkRead(block: number, stamp: number, invoked: number): void {
    const write = this.#writes[stamp]
    const writes = this.#writesOf.get(block) ?? [0]
    if (write === undefined || !writes.includes(stamp)) throw new Error(`block ${block} holds ${stamp}, which was never written there`)
    const sightings = this.#sightingsOf.get(block) ?? []
    const known = [
      ...writes.filter((id) => this.#writes[id]!.completed < invoked),
      ...sightings.filter((seen) => seen.completed < invoked).map((seen) => seen.stamp),
    ]
    const newer = known.find((id) => write.completed < this.#writes[id]!.invoked)
    if (newer !== undefined) throw new Error(`block ${block} holds ${stamp}, but ${newer} came later and was there before the read began`)
    this.#sightingsOf.set(block, [...sightings, { stamp, completed: this.tick() }])
  }
}

function stamped(stamp: number, blockCount: number): Uint8Array {
  return new Uint8Array(new Uint32Array(blockCount * WORDS_PER_BLOCK).fill(stamp).buffer)
}

/** The stamp of each block; a block that is half one and half another is an error. */
function stampsOf(bytes: Uint8Array): number[] {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
  return Array.from({ length: bytes.length / BLOCK_BYTES }, (_, block) => {
    const own = words.subarray(block * WORDS_PER_BLOCK, (block + 1) * WORDS_PER_BLOCK)
    if (own.some((word) => word !== own[0])) throw new Error(`block ${block} of a read is mixed`)
    return own[0]!
  })
}

/** Random reads and writes, many at a time, whose drive operations complete in random order. */
function runTraffic(
  world: World,
  options: { readonly seed: number; readonly operations: number; readonly onStep?: (step: number) => void },
): { failedWrites: number } {
  const random = new Prng(options.seed)
  const ledger = new Ledger()
  const { usableBlocks } = world.io.layout
  let underWay = 0
  let failedWrites = 0
  for (let step = 0; step < options.operations; step++) {
    options.onStep?.(step)
    // Most of them meet in a small place.
    const space = random.chance(0.7) ? 40 : usableBlocks
    const firstBlock = random.below(space)
    const blockCount = 1 + random.below(Math.min(random.chance(0.2) ? 100 : 12, usableBlocks - firstBlock))
    underWay++
    if (random.chance(0.5)) {
      const stamp = ledger.beginWrite(firstBlock, blockCount)
      world.io.write({ firstBlock, data: [stamped(stamp, blockCount)], claim: CLAIM }, (outcome) => {
        underWay--
        if (outcome.ok) ledger.endWrite(stamp)
        else failedWrites++
      })
    } else {
      const invoked = ledger.tick()
      world.io.read({ firstBlock, blockCount }, (outcome) => {
        underWay--
        if (!outcome.ok) throw new Error(`a read failed with ${outcome.fault}`)
        stampsOf(concatBytes(outcome.value)).forEach((stamp, index) => ledger.checkRead(firstBlock + index, stamp, invoked))
      })
    }
    while (underWay > 12) world.completions.runOne(random.below(world.completions.length))
    while (random.chance(0.4) && world.completions.length > 0) world.completions.runOne(random.below(world.completions.length))
  }
  world.completions.runAll(random)
  expect(underWay).toBe(0)
  const invoked = ledger.tick()
  const rest = world.read(0, usableBlocks)
  if (typeof rest === 'string') throw new Error(rest)
  stampsOf(rest).forEach((stamp, block) => ledger.checkRead(block, stamp, invoked))
  return { failedWrites }
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 })
const REDUNDANT: readonly RaidLevel[] = ['raid1', 'raid5', 'raid6', 'raid10']

describe.each(RAID_LEVELS)('a %s group with many operations at once', (level) => {
  it('never shows an old or a mixed block, and ends consistent', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 3, max: 5 }), (seed, memberCount) => {
        const world = new World(level, fittingCount(level, memberCount))
        expect(runTraffic(world, { seed, operations: 150 })).toEqual({ failedWrites: 0 })
        expect(world.verify()).toEqual({ inconsistent: [], unreadable: [] })
      }),
      { numRuns: 60 },
    )
  })
})

describe.each(REDUNDANT)('a %s group that is losing a drive', (level) => {
  it('goes on reading and writing while a drive fails under load, and answers again with what it had', () => {
    fc.assert(
      fc.property(seeds, fc.nat(3), fc.nat(99), fc.nat(60), (seed, victim, atStep, steps) => {
        const world = new World(level)
        const onStep = (step: number): void => {
          if (step === atStep) world.drives[victim]!.failed = true
          if (step === atStep + steps) world.drives[victim]!.failed = false
        }
        expect(runTraffic(world, { seed, operations: 120, onStep })).toEqual({ failedWrites: 0 })
      }),
      { numRuns: 60 },
    )
  })

  it('reads around bad sectors that keep appearing on one drive', () => {
    fc.assert(
      fc.property(seeds, fc.nat(3), (seed, victim) => {
        const world = new World(level)
        const random = new Prng(seed).fork()
        const onStep = (): void => {
          if (random.chance(0.2)) world.drives[victim]!.spoil({ firstBlock: random.below(130), blockCount: 1 + random.below(4) })
        }
        expect(runTraffic(world, { seed, operations: 120, onStep })).toEqual({ failedWrites: 0 })
      }),
      { numRuns: 60 },
    )
  })

  it('shows a write that spans stripes whole or not at all', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = new Prng(seed)
        const world = new World(level)
        for (let stamp = 1; stamp <= 20; stamp++) {
          world.io.write({ firstBlock: 5, data: [stamped(stamp, 50)], claim: CLAIM }, (outcome) => expect(outcome.ok).toBe(true))
          world.io.read({ firstBlock: 5, blockCount: 50 }, (outcome) => {
            if (!outcome.ok) throw new Error(outcome.fault)
            expect(new Set(stampsOf(concatBytes(outcome.value))).size).toBe(1)
          })
          while (random.chance(0.8) && world.completions.length > 0) world.completions.runOne(random.below(world.completions.length))
        }
        world.completions.runAll(random)
      }),
      { numRuns: 30 },
    )
  })
})
