import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import { RAID_LEVELS, type RaidLevel } from '../../../../src-main/contract/configuration'
import { createGroupIo } from '../../../../src-main/core/raid/group-io'
import type { PartialParity } from '../../../../src-main/core/raid/partial-parity'
import { Prng } from '../../../../src-main/base/prng'
import { CompletionQueue } from '../../../support/memory-drive'
import { fittingCount } from './example-groups'
import { CLAIM, countOf, expectBytes, pattern, World } from './world'

interface Run {
  readonly firstBlock: number
  readonly data: Uint8Array
}

/** Runs in one stripe, in ascending order; some of them side by side. */
function drawRuns(random: Prng, world: World, stamp: number): Run[] {
  const { stripeBlocks, stripeCount } = world.io.layout
  const first = random.below(stripeCount) * stripeBlocks
  const longest = random.chance(0.3) ? stripeBlocks : 4
  const runs: Run[] = []
  for (let block = random.below(stripeBlocks); block < stripeBlocks;) {
    const blockCount = Math.min(1 + random.below(longest), stripeBlocks - block)
    runs.push({ firstBlock: first + block, data: pattern(stamp * 100 + runs.length, blockCount) })
    block += blockCount + random.below(random.chance(0.3) ? 1 : stripeBlocks)
  }
  return runs
}

function put(model: Uint8Array, runs: readonly Run[]): void {
  for (const { firstBlock, data } of runs) model.set(data, firstBlock * BLOCK_BYTES)
}

function filled(level: RaidLevel, memberCount: number, chunkBlocks?: number): { readonly world: World; readonly model: Uint8Array } {
  const world = new World(level, memberCount, new CompletionQueue(), chunkBlocks)
  const model = pattern(9, world.io.layout.usableBlocks)
  for (let block = 0; block < world.io.layout.usableBlocks; block += 4000)
    world.write(block, model.subarray(block * BLOCK_BYTES, (block + 4000) * BLOCK_BYTES))
  world.takeOperations()
  return { world, model }
}

function expectModel(world: World, model: Uint8Array): void {
  for (let block = 0; block < world.io.layout.usableBlocks; block += 4000) {
    const part = model.subarray(block * BLOCK_BYTES, (block + 4000) * BLOCK_BYTES)
    expectBytes(world.read(block, part.length / BLOCK_BYTES), part)
  }
}

describe.each(RAID_LEVELS)('runs of one stripe of a %s group', (level) => {
  it('are all written, and nothing else is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 6 }), fc.constantFrom(8, 200), fc.nat(), (memberCount, chunkBlocks, seed) => {
        const random = new Prng(seed)
        const { world, model } = filled(level, fittingCount(level, memberCount), chunkBlocks)
        for (let stamp = 1; stamp <= 8; stamp++) {
          const runs = drawRuns(random, world, stamp)
          expect(world.writeStripe(runs)).toEqual({ ok: true, value: undefined })
          put(model, runs)
        }
        expectModel(world, model)
        expect(world.verify()).toEqual({ inconsistent: [], unreadable: [] })
      }),
      { numRuns: 25 },
    )
  })

  it('that are out of order, empty or not of one stripe are a bug', () => {
    const { world } = filled(level, 4)
    const { stripeBlocks } = world.io.layout
    const run = (firstBlock: number, blockCount = 1): Run => ({ firstBlock, data: pattern(1, blockCount) })
    expect(() => world.writeStripe([])).toThrow('0 runs')
    expect(() => world.writeStripe([run(0, 0)])).toThrow('0 blocks')
    expect(() => world.writeStripe([run(1), run(0)])).toThrow('out of order')
    expect(() => world.writeStripe([run(0, 2), run(1)])).toThrow('out of order')
    expect(() => world.writeStripe([run(0), run(stripeBlocks)])).toThrow('ends at block')
    expect(() => world.writeStripe([run(stripeBlocks - 1, 2)])).toThrow('ends at block')
  })
})

/** With how many drives that may fail. */
const REDUNDANT = [
  ['raid1', 1],
  ['raid5', 1],
  ['raid6', 2],
  ['raid10', 1],
] as const satisfies readonly (readonly [RaidLevel, number])[]

describe.each(REDUNDANT)('runs of one stripe of a degraded %s group', (level, redundancy) => {
  it('are written where members are out, drop out on the way, or have bad sectors', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 6 }), fc.constantFrom(8, 200), fc.nat(), (memberCount, chunkBlocks, seed) => {
        const random = new Prng(seed)
        const { world, model } = filled(level, fittingCount(level, memberCount), chunkBlocks)
        const victims = Array.from({ length: redundancy }, () => world.drives[random.below(world.drives.length)]!)
        const hasBadSectors = random.chance(0.4)
        for (let stamp = 1; stamp <= 8; stamp++) {
          const runs = drawRuns(random, world, stamp)
          if (hasBadSectors)
            for (const drive of victims)
              drive.spoil({ firstBlock: 8 + drive.index + random.below(Math.max(96, chunkBlocks * 2)), blockCount: 1 + random.below(6) })
          let isOk = false
          world.io.writeStripe(
            { runs: runs.map(({ firstBlock, data }) => ({ firstBlock, data: [data] })), claim: CLAIM },
            (outcome) => (isOk = outcome.ok),
          )
          for (let steps = random.below(10); steps > 0 && world.completions.length > 0; steps--)
            world.completions.runOne(random.below(world.completions.length))
          if (!hasBadSectors && stamp > 2) for (const drive of victims) drive.failed = true
          world.completions.runAll(random)
          expect(isOk).toBe(true)
          put(model, runs)
        }
        expectModel(world, model)
        if (!hasBadSectors) {
          for (const drive of victims) drive.failed = false
          expectModel(world, model)
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('one update of a RAID-5 stripe', () => {
  const run = (firstBlock: number, blockCount = 2): Run => ({ firstBlock, data: pattern(firstBlock, blockCount) })

  it('reads and writes each drive once for what is close together', () => {
    const { world, model } = filled('raid5', 5, 128)
    const runs = [run(0), run(20), run(100), run(128 + 50)]
    expect(world.writeStripe(runs).ok).toBe(true)
    // Two chunks of four and the parity.
    expect(countOf(world.takeOperations())).toEqual({ reads: 3, writes: 3 })
    put(model, runs)
    expectModel(world, model)
    expect(world.verify().inconsistent).toEqual([])
  })

  it('reads what does not change where that is less', () => {
    const { world } = filled('raid5', 4, 128)
    expect(world.writeStripe([run(0, 128), run(130), run(256, 120)]).ok).toBe(true)
    // Of the second chunk what lies before and behind the run, in one read; of the third the end.
    expect(countOf(world.takeOperations())).toEqual({ reads: 2, writes: 4 })
    expect(world.verify().inconsistent).toEqual([])
  })

  it('reads and writes apart what is far apart', () => {
    const { world } = filled('raid5', 5, 1024)
    expect(world.writeStripe([run(0), run(600)]).ok).toBe(true)
    const operations = world.takeOperations()
    expect(countOf(operations)).toEqual({ reads: 4, writes: 4 })
    expect(operations.every(({ blockCount }) => blockCount === 2)).toBe(true)
  })

  it('reads nothing where the runs are the whole stripe', () => {
    const { world } = filled('raid5', 4)
    expect(world.writeStripe([run(0, 7), run(7, 9), run(16, 8)]).ok).toBe(true)
    expect(countOf(world.takeOperations())).toEqual({ reads: 0, writes: 4 })
  })

  it('does without the blocks between where they can be neither read nor rebuilt', () => {
    const { world, model } = filled('raid5', 4, 128)
    const between = [world.placeOf(10), world.placeOf(128 + 10)]
    for (const { drive, block } of between) drive.spoil({ firstBlock: block, blockCount: 1 })
    const runs = [run(0), run(20)]
    expect(world.writeStripe(runs).ok).toBe(true)
    put(model, runs)
    for (const { firstBlock, data } of runs) expectBytes(world.read(firstBlock, 2), data)
    expect(world.read(10, 1)).toBe('medium-error')
    expectBytes(world.read(11, 100), model.subarray(11 * BLOCK_BYTES, 111 * BLOCK_BYTES))
  })

  it('writes the runs alone where the blocks between cannot be written', () => {
    const { world, model } = filled('raid5', 4, 128)
    const { drive, block } = world.placeOf(10)
    drive.wearOut({ firstBlock: block, blockCount: 1 })
    const runs = [run(0), run(20)]
    expect(world.writeStripe(runs)).toEqual({ ok: true, value: undefined })
    put(model, runs)
    expectModel(world, model)
    expect(world.verify().inconsistent).toEqual([])
    const onRun = world.placeOf(21)
    onRun.drive.wearOut({ firstBlock: onRun.block, blockCount: 1 })
    expect(world.writeStripe(runs)).toEqual({ ok: false, fault: 'medium-error' })
  })

  it('says once what it is about to change, and writes nothing before that is secured', () => {
    const { world } = filled('raid5', 4)
    const asked: PartialParity[][] = []
    let go: ((isSecured: boolean) => void) | undefined
    let fault = ''
    const runs = [run(0, 1), run(10, 1), run(23, 1)].map(({ firstBlock, data }) => ({ firstBlock, data: [data] }))
    world.io.writeStripe(
      { runs, claim: CLAIM, secure: (partials, then) => (asked.push([...partials]), (go = then)) },
      (outcome) => (fault = outcome.ok ? '' : outcome.fault),
    )
    world.completions.runAll()
    // An index and the rows 0, 2 and 7.
    expect(asked).toEqual([[expect.objectContaining({ firstBlock: 0, blockCount: 24, hasIndex: true })]])
    expect(asked[0]![0]!.data.length).toBe(4 * BLOCK_BYTES)
    expect(countOf(world.takeOperations()).writes).toBe(0)
    go!(false)
    world.completions.runAll()
    expect(fault).toBe('hardware-error')
    expect(countOf(world.takeOperations()).writes).toBe(0)
  })
})

describe.each([
  ['raid5', 1],
  ['raid6', 2],
] as const)('a crash in the middle of an update of a %s stripe, and the loss of drives', (level, redundancy) => {
  it('take nothing of what was not being written, and a replay of the runs makes the stripe whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 7 }), fc.constantFrom(8, 8, 8, 160), fc.nat(), (memberCount, chunkBlocks, seed) => {
        const random = new Prng(seed)
        const { world, model } = filled(level, memberCount, chunkBlocks)
        // Some of them before the update, and the others together with the crash.
        const lost = new Set(Array.from({ length: redundancy }, () => random.below(memberCount)))
        const lostBefore = [...lost].filter(() => random.chance(0.3))
        world.io.recordFailed(lostBefore)
        const runs = drawRuns(random, world, 1)
        const partials = crashed(world, runs, random)
        for (const drive of lost) world.drives[drive]!.bytes.fill(0xee)
        // Somebody else finds the drives, and what was logged.
        const io = createGroupIo({ group: world.group, drives: world.drives, failedDrives: [...lost] })
        io.noteInterrupted(partials)
        const { stripeBlocks } = io.layout
        const first = Math.floor(runs[0]!.firstBlock / stripeBlocks) * stripeBlocks
        const isWritten = (block: number): boolean =>
          runs.some(({ firstBlock, data }) => block >= firstBlock && block < firstBlock + data.length / BLOCK_BYTES)
        const read = (firstBlock: number, blockCount: number): Uint8Array | string => {
          let bytes: Uint8Array | string = 'nothing'
          io.read({ firstBlock, blockCount }, (outcome) => (bytes = outcome.ok ? outcome.value[0]! : outcome.fault))
          world.completions.runAll()
          return bytes
        }
        for (let block = first; block < first + stripeBlocks; block++) {
          if (isWritten(block) || (chunkBlocks > 8 && !random.chance(0.1))) continue
          expectBytes(read(block, 1), model.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES))
        }
        // One after the other, as a replay does that does not know what was written at once.
        for (const { firstBlock, data } of random.chance(0.5) ? runs : [...runs].reverse()) {
          io.write({ firstBlock, data: [data], claim: CLAIM, recomputeParity: true }, (outcome) => expect(outcome.ok).toBe(true))
          world.completions.runAll()
        }
        put(model, runs)
        expectBytes(read(first, stripeBlocks), model.subarray(first * BLOCK_BYTES, (first + stripeBlocks) * BLOCK_BYTES))
      }),
      { numRuns: 80 },
    )
  })
})

/** Writes the runs, and dies when some of it is done. Gives what was logged. */
function crashed(world: World, runs: readonly Run[], random: Prng): readonly PartialParity[] {
  let partials: readonly PartialParity[] | undefined
  const secure = (updates: readonly PartialParity[], go: (isSecured: boolean) => void): void => {
    partials = updates
    go(true)
  }
  world.io.writeStripe({ runs: runs.map(({ firstBlock, data }) => ({ firstBlock, data: [data] })), claim: CLAIM, secure }, () => undefined)
  // Where all parity is out, there is nothing to secure.
  while (partials === undefined && countOf(world.drives.flatMap((drive) => drive.operations)).writes === 0) world.completions.runOne()
  for (let steps = random.below(world.drives.length + 1); steps > 0 && world.completions.length > 0; steps--)
    world.completions.runOne(random.below(world.completions.length))
  world.completions.drop()
  return partials ?? []
}
