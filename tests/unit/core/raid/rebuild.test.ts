import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalBytes } from '../../../../src-main/base/bytes'
import { Prng } from '../../../../src-main/base/prng'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import type { RaidLevel } from '../../../../src-main/contract/configuration'
import type { RebuildFault } from '../../../../src-main/core/raid/rebuild'
import { CLAIM, expectBytes, pattern, World } from './world'

const OUT = 1

/** Its drive 1 has failed, missed writes, and has nothing any more; all of it is to be rebuilt. */
function degraded(level: RaidLevel): { readonly world: World; readonly whole: Uint8Array } {
  const world = new World(level)
  const { usableBlocks } = world.io.layout
  const whole = pattern(9, usableBlocks)
  world.write(0, pattern(5, usableBlocks))
  world.io.recordFailed([OUT])
  world.write(0, whole)
  world.drives[OUT]!.bytes.fill(0xee)
  record(world, 0)
  return { world, whole }
}

/** The array state says that it lacks the stripes from this one on. */
function record(world: World, fromStripe: number, epoch = CLAIM.epoch): void {
  world.io.recordFailed([OUT], [{ drive: OUT, missing: [{ slot: 0, epoch, fromStripe, endStripe: world.io.layout.stripeCount }] }])
}

function rebuild(world: World, firstStripe: number, stripeCount: number, claim = CLAIM): RebuildFault | undefined {
  let ended: { readonly fault: RebuildFault | undefined } | undefined
  world.io.rebuild({ drive: OUT, firstStripe, stripeCount, claim }, (fault) => (ended = { fault }))
  world.completions.runAll()
  if (ended === undefined) throw new Error('the rebuild did not end')
  return ended.fault
}

describe.each(['raid1', 'raid5', 'raid6', 'raid10'] as const)('a drive of a %s group that is rebuilt', (level) => {
  it('has what it should have, and the group agrees with itself', () => {
    const { world, whole } = degraded(level)
    expect(rebuild(world, 0, world.io.layout.stripeCount)).toBeUndefined()
    world.io.recordFailed([])
    expect(world.io.outDrives).toEqual([])
    expect(world.verify()).toEqual({ inconsistent: [], unreadable: [] })
    world.drives[2]!.failed = true
    expectBytes(world.read(0, world.io.layout.usableBlocks), whole)
  })

  it('is read where it has come to, and nowhere else, wherever hosts write meanwhile', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = new Prng(seed)
        const { world, whole } = degraded(level)
        const { stripeCount, usableBlocks } = world.io.layout
        const expected = whole.slice()
        for (let stripe = 0; stripe < stripeCount;) {
          const count = Math.min(1 + random.below(3), stripeCount - stripe)
          expect(rebuild(world, stripe, count)).toBeUndefined()
          stripe += count
          const firstBlock = random.below(usableBlocks - 12)
          const data = pattern(stripe + 100, 1 + random.below(12))
          expect(world.write(firstBlock, data).ok).toBe(true)
          expected.set(data, firstBlock * BLOCK_BYTES)
          // What the state says is behind what this group knows: nothing is forgotten by it.
          if (random.chance(0.3)) record(world, random.below(stripe + 1))
          expectBytes(world.read(0, usableBlocks), expected)
        }
        world.io.recordFailed([])
        expect(world.verify().inconsistent).toEqual([])
      }),
      { numRuns: 25 },
    )
  })

  it('goes back to what the state says when the claim is another one', () => {
    const { world, whole } = degraded(level)
    rebuild(world, 0, 4)
    // Somebody else had the volume meanwhile, for whom the drive was out from stripe 2 on.
    record(world, 2, CLAIM.epoch + 1)
    world.drives[OUT]!.bytes.fill(0x11, (8 + OUT + 2 * world.group.chunkBlocks) * BLOCK_BYTES)
    expectBytes(world.read(0, world.io.layout.usableBlocks), whole)
  })

  it('that fails again is out at once, and stays out when that is on record', () => {
    const { world, whole } = degraded(level)
    rebuild(world, 0, 2)
    world.drives[OUT]!.failed = true
    expect(rebuild(world, 2, 1)).toBe('drive-failed')
    world.drives[OUT]!.failed = false
    world.takeOperations()
    world.io.recordFailed([OUT])
    expectBytes(world.read(0, world.io.layout.usableBlocks), whole)
    expect(world.takeOperations().some(({ drive }) => drive === OUT)).toBe(false)
  })
})

it('what can be had from no other drive is not made up', () => {
  const { world } = degraded('raid5')
  world.drives[0]!.failed = true
  expect(rebuild(world, 0, 1)).toBe('source-lost')
})

it('nothing is written under an old claim', () => {
  const { world } = degraded('raid5')
  for (const drive of world.drives) drive.raiseClaim({ ...CLAIM, epoch: CLAIM.epoch + 1 })
  expect(rebuild(world, 0, 1)).toBe('stale-epoch')
})

describe('rows of an update that was interrupted', () => {
  const MEMBER_BLOCK = (8 + OUT) * BLOCK_BYTES

  /** Block 0 has been written, and its parity not; what the update had logged of the row is known. Gives what drive 1 has there. */
  function interrupted(): { readonly world: World; readonly right: Uint8Array } {
    const world = new World('raid5')
    const { chunkBlocks, usableBlocks } = world.io.layout
    const whole = pattern(9, usableBlocks)
    world.write(0, whole)
    const [second, third] = [1, 2].map((chunk) =>
      whole.slice(chunk * chunkBlocks * BLOCK_BYTES, (chunk * chunkBlocks + 1) * BLOCK_BYTES),
    ) as [Uint8Array, Uint8Array]
    world.io.noteInterrupted([{ firstBlock: 0, blockCount: 1, data: second.map((byte, index) => byte ^ third[index]!) }])
    const { drive, block } = world.placeOf(0)
    drive.bytes.set(pattern(77, 1), block * BLOCK_BYTES)
    world.drives[OUT]!.bytes.fill(0xee)
    record(world, 0)
    return { world, right: second }
  }

  it('are rebuilt from what it has logged', () => {
    const { world, right } = interrupted()
    expect(rebuild(world, 0, 1)).toBeUndefined()
    expectBytes(world.drives[OUT]!.bytes.subarray(MEMBER_BLOCK, MEMBER_BLOCK + BLOCK_BYTES), right)
  })

  it('are like any others when somebody else has written them since', () => {
    const { world, right } = interrupted()
    world.io.forgetInterrupted({ firstBlock: 0, blockCount: 1 })
    expect(rebuild(world, 0, 1)).toBeUndefined()
    expect(equalBytes(world.drives[OUT]!.bytes.subarray(MEMBER_BLOCK, MEMBER_BLOCK + BLOCK_BYTES), right)).toBe(false)
  })
})
