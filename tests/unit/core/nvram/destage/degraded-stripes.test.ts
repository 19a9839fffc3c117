/**
 * The write hole of a group that is degraded, or becomes it: whatever moment its controller dies in, every block reads right
 * after the replay, also those that nobody wrote.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Prng } from '../../../../../src-main/base/prng'
import { CacheBench } from '../../../../support/cache-bench'

const BLOCKS = 96
const ROUNDS = 3

/** What a block may read as: what was acknowledged last, and what was written since without an answer. */
type Possible = Set<number>[]

function expectPossible(bench: CacheBench, possible: Possible, when: string): void {
  const read = bench.read(0, BLOCKS)
  if (typeof read === 'string') throw new Error(`${when}: ${read}`)
  read.forEach((mark, block) => {
    if (possible[block]?.has(mark) !== true)
      throw new Error(`${when}: block ${block} reads ${mark}, and not one of ${[...(possible[block] ?? [])].join(', ')}`)
    // From here on it has to stay so.
    possible[block] = new Set([mark])
  })
}

function filled(nvramBytes?: number): { bench: CacheBench; possible: Possible } {
  const bench = new CacheBench(nvramBytes === undefined ? {} : { nvramBytes })
  bench.recover()
  for (let block = 0; block < BLOCKS; block += 8) bench.write(block, 1 + block / 8, { blockCount: 8 })
  bench.settle()
  return { bench, possible: Array.from({ length: BLOCKS }, (_, block) => new Set([1 + Math.floor(block / 8)])) }
}

/** Writes at random places; returns after a random number of steps, with some of it under way. */
function traffic(bench: CacheBench, possible: Possible, random: Prng): void {
  const writes: { readonly firstBlock: number; readonly blockCount: number; readonly mark: number; readonly told: { outcome: unknown } }[] =
    []
  const note = (): void => {
    for (const { firstBlock, blockCount, mark, told } of writes.splice(0)) {
      const isDone = told.outcome !== undefined
      for (let block = firstBlock; block < firstBlock + blockCount; block++) {
        if (isDone) possible[block] = new Set([mark])
        else possible[block]?.add(mark)
      }
    }
  }
  for (let steps = 5 + random.below(60); steps > 0; steps--) {
    if (random.chance(0.3)) {
      // One write at a time of any block: so the last acknowledged one is known.
      const blockCount = 1 + random.below(12)
      const firstBlock = random.below(BLOCKS - blockCount)
      if (
        writes.some(
          (other) =>
            other.told.outcome === undefined &&
            firstBlock < other.firstBlock + other.blockCount &&
            other.firstBlock < firstBlock + blockCount,
        )
      )
        continue
      const settled = writes.filter(({ told }) => told.outcome !== undefined)
      for (const { firstBlock: first, blockCount: count, mark } of settled)
        for (let block = first; block < first + count; block++) possible[block] = new Set([mark])
      for (const one of settled) writes.splice(writes.indexOf(one), 1)
      const mark = 20 + random.below(200)
      writes.push({ firstBlock, blockCount, mark, told: bench.write(firstBlock, mark, { blockCount }) })
    } else if (bench.completions.length > 0 && random.chance(0.9)) {
      bench.completions.runOne(random.below(bench.completions.length))
    } else {
      bench.clock.run(random.below(120))
    }
  }
  note()
}

describe.each([
  ['write-through', false],
  ['write-back', true],
] as const)('a degraded RAID-5 group, %s', (_name, mayKeep) => {
  it.each([0, 1, 2, 3])('loses nothing without drive %i, whenever its controller dies', (victim) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const random = new Prng(seed)
        const { bench, possible } = filled()
        bench.mayKeep = mayKeep
        bench.failDrive(victim)
        for (let round = 0; round < ROUNDS; round++) {
          traffic(bench, possible, random)
          bench.crash()
          bench.mayKeep = mayKeep
          bench.recover()
          expectPossible(bench, possible, `after crash ${round + 1}`)
        }
        bench.settle()
        expect(bench.cache.report().records).toBe(0)
        expectPossible(bench, possible, 'at the end')
      }),
      { numRuns: 150 },
    )
  })
})

/** Dies again in the middle of its replays, as often as it is told, and may lose a drive with any of its lives. */
function crashOften(bench: CacheBench, random: Prng, mayLose: boolean): void {
  const lives = random.below(3)
  const losesIn = mayLose ? random.below(lives + 1) : -1
  for (let life = 0; life <= lives; life++) {
    if (life === losesIn) bench.loseDrive(random.below(4))
    bench.crash()
    if (life === lives) break
    bench.cache.recover(bench.state, () => undefined)
    for (let steps = random.below(40); steps > 0 && bench.completions.length > 0; steps--)
      bench.completions.runOne(random.below(bench.completions.length))
  }
}

describe.each([
  ['write-through', false],
  ['write-back', true],
] as const)('a whole RAID-5 group, %s', (_name, mayKeep) => {
  it.each([32 * 1024, 1024 * 1024])(
    'loses nothing when a drive dies with its controller, or in a replay, with %i bytes of NVRAM',
    (nvramBytes) => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
          const random = new Prng(seed)
          const { bench, possible } = filled(nvramBytes)
          const lossRound = random.below(ROUNDS)
          for (let round = 0; round < ROUNDS; round++) {
            bench.mayKeep = mayKeep
            traffic(bench, possible, random)
            crashOften(bench, random, round === lossRound)
            bench.recover()
            expectPossible(bench, possible, `after crash ${round + 1}`)
          }
          bench.settle()
          expect(bench.cache.report().records).toBe(0)
          expectPossible(bench, possible, 'at the end')
          expect(bench.trace.kinds('nvram.unjournaled')).toEqual([])
        }),
        { numRuns: 300 },
      )
    },
  )
})
