import { describe, expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import type { RaidLevel } from '../../../../src-main/contract/configuration'
import { createGroupIo } from '../../../../src-main/core/raid/group-io'
import { layoutOf, survivesOneMore, survivesWithout } from '../../../../src-main/core/raid/geometry'
import { CLAIM, expectBytes, groupOf, pattern, World } from './world'

function filled(level: RaidLevel, memberCount: number): { readonly world: World; readonly whole: Uint8Array } {
  const world = new World(level, memberCount)
  const whole = pattern(9, world.io.layout.usableBlocks)
  world.write(0, whole)
  return { world, whole }
}

/** Every way to lose two of so many. */
function pairsOf(count: number): [number, number][] {
  return Array.from({ length: count }, (_, one) => one).flatMap((one) =>
    Array.from({ length: one }, (_, other): [number, number] => [other, one]),
  )
}

function overwrite(world: World, whole: Uint8Array, stamp: number): void {
  for (let block = stamp; block + 11 <= world.io.layout.usableBlocks; block += 17) {
    const data = pattern(block + stamp * 1000, 1 + (block % 11))
    expect(world.write(block, data).ok).toBe(true)
    whole.set(data, block * BLOCK_BYTES)
  }
}

function rebuild(world: World, drive: number, others: readonly number[]): void {
  const { stripeCount } = world.io.layout
  world.io.recordFailed(others, [{ drive, missing: [{ slot: 0, epoch: CLAIM.epoch, fromStripe: 0, endStripe: stripeCount }] }])
  let fault: string | undefined = 'nothing'
  world.io.rebuild({ drive, firstStripe: 0, stripeCount, claim: CLAIM }, (outcome) => (fault = outcome))
  world.completions.runAll()
  expect(fault).toBeUndefined()
}

describe('a RAID-6 group', () => {
  it.each(pairsOf(5))('has everything without drives %i and %i, takes writes, and gets them back one after the other', (one, other) => {
    const { world, whole } = filled('raid6', 5)
    const { usableBlocks } = world.io.layout
    world.io.recordFailed([one])
    world.drives[one]!.bytes.fill(0xee)
    overwrite(world, whole, 1)
    expectBytes(world.read(0, usableBlocks), whole)
    world.io.recordFailed([one, other])
    world.drives[other]!.bytes.fill(0xee)
    expectBytes(world.read(0, usableBlocks), whole)
    for (let block = 0; block < usableBlocks; block += 7)
      expectBytes(world.read(block, 1), whole.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES))
    overwrite(world, whole, 2)
    rebuild(world, one, [other])
    overwrite(world, whole, 3)
    rebuild(world, other, [])
    world.io.recordFailed([])
    expect(world.verify()).toEqual({ inconsistent: [], unreadable: [] })
    expectBytes(world.read(0, usableBlocks), whole)
  })

  it.each(pairsOf(4))('reads around bad sectors on drives %i and %i, and around those of one with another out', (one, other) => {
    const { world, whole } = filled('raid6', 4)
    const { usableBlocks } = world.io.layout
    for (const drive of [one, other]) world.drives[drive]!.spoil({ firstBlock: 8 + drive, blockCount: 60 })
    expectBytes(world.read(0, usableBlocks), whole)
    world.io.recordFailed([one])
    expectBytes(world.read(0, usableBlocks), whole)
    overwrite(world, whole, 1)
    expectBytes(world.read(0, usableBlocks), whole)
  })

  it('gives up two drives that do not answer, and no third', () => {
    const { world, whole } = filled('raid6', 5)
    for (const drive of [0, 2]) world.drives[drive]!.failed = true
    expectBytes(world.read(0, world.io.layout.usableBlocks), whole)
    world.drives[4]!.failed = true
    expect(world.read(0, world.io.layout.usableBlocks)).toBe('hardware-error')
    expect(world.io.outDrives).toEqual([0, 2])
    world.drives[4]!.failed = false
    expectBytes(world.read(0, world.io.layout.usableBlocks), whole)
  })

  it.each([0, 1])('finds parity %i that is not that of the data, also while a drive is out', (index) => {
    const { world, whole } = filled('raid6', 5)
    const { layout } = world.io
    const stripe = 2
    const [p, q] = layout.rule.parityMembersOf(layout, stripe) as [number, number]
    const spoiled = [p, q][index]!
    const flip = (): void =>
      void (world.drives[spoiled]!.blocks({
        firstBlock: world.group.sections[spoiled]!.firstBlock + stripe * layout.chunkBlocks,
        blockCount: 1,
      })[7]! ^= 0x20)
    flip()
    expect(world.verify().inconsistent).toEqual([stripe])
    expect(world.settle()).toBe(1)
    expect(world.verify().inconsistent).toEqual([])
    expectBytes(world.read(0, layout.usableBlocks), whole)
    flip()
    world.io.recordFailed([layout.rule.memberOf(layout, stripe * layout.stripeBlocks)])
    expect(world.verify().inconsistent).toEqual([stripe])
    // With two out there is nothing left to hold anything against.
    world.io.recordFailed([p, q])
    expect(world.verify().unreadable.length).toBe(layout.stripeCount)
  })

  it('changes both parities with as few reads as it can', () => {
    const world = new World('raid6', 7)
    world.write(0, pattern(1, world.io.layout.usableBlocks))
    world.takeOperations()
    world.write(3, pattern(2, 2))
    expect(
      world
        .takeOperations()
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['read', 'read', 'read', 'write', 'write', 'write'])
    world.write(40, pattern(3, 40))
    expect(world.takeOperations().some(({ kind }) => kind === 'read')).toBe(false)
  })
})

describe('a RAID-10 group', () => {
  it.each([[[0, 2, 4]], [[1, 3, 5]], [[0, 3, 4]], [[1, 2]]])('has everything without drives %j, one of each pair', (out) => {
    const { world, whole } = filled('raid10', 6)
    const { usableBlocks } = world.io.layout
    for (const drive of out) world.drives[drive]!.failed = true
    expectBytes(world.read(0, usableBlocks), whole)
    overwrite(world, whole, 1)
    expectBytes(world.read(0, usableBlocks), whole)
    expect(world.io.outDrives).toEqual(out)
    for (const drive of out) world.drives[drive]!.failed = false
    out.forEach((drive, index) => rebuild(world, drive, out.slice(index + 1)))
    world.io.recordFailed([])
    expect(world.verify()).toEqual({ inconsistent: [], unreadable: [] })
    expectBytes(world.read(0, usableBlocks), whole)
  })

  it('does not give up the second drive of a pair', () => {
    const { world } = filled('raid10', 4)
    for (const drive of [0, 1]) world.drives[drive]!.failed = true
    expect(world.read(0, world.io.layout.usableBlocks)).toBe('hardware-error')
    expect(world.io.outDrives).toHaveLength(1)
  })

  it('takes back the suspicion of a drive whose other copy is on record as failed', () => {
    const { world } = filled('raid10', 4)
    const io = createGroupIo({ group: world.group, drives: world.drives, suspect: () => undefined })
    for (const drive of [0, 2]) world.drives[drive]!.failed = true
    io.read({ firstBlock: 0, blockCount: io.layout.usableBlocks }, () => undefined)
    io.write({ firstBlock: 0, data: [pattern(1, 40)], claim: CLAIM }, () => undefined)
    world.completions.runAll()
    expect(io.outDrives).toEqual([0, 2])
    io.recordFailed([1])
    expect(io.outDrives).toEqual([1, 2])
  })

  it('makes copies equal to the one that is read', () => {
    const { world, whole } = filled('raid10', 4)
    world.drives[3]!.blocks({ firstBlock: 11, blockCount: 1 }).fill(1)
    expect(world.settle()).toBe(1)
    expectBytes(world.drives[3]!.bytes.subarray(11 * BLOCK_BYTES, 12 * BLOCK_BYTES), whole.subarray(8 * BLOCK_BYTES, 9 * BLOCK_BYTES))
  })
})

describe('what a group can do without', () => {
  it.each([
    ['linear', [], false],
    ['raid0', [], false],
    ['raid1', [1, 2], true],
    ['raid5', [], true],
    ['raid5', [3], false],
    ['raid6', [3], true],
    ['raid6', [0, 3], false],
    ['raid10', [], true],
    ['raid10', [3], false],
  ] as const)('is at %s, without drives %j, any other: %s', (level, out, isSo) => {
    const layout = layoutOf(groupOf(level, 4))
    expect(survivesOneMore(layout, out)).toBe(isSo)
  })

  it('is at RAID-10 one of each pair', () => {
    const layout = layoutOf(groupOf('raid10', 4))
    expect(pairsOf(4).filter((pair) => survivesWithout(layout, pair))).toEqual([
      [0, 2],
      [1, 2],
      [0, 3],
      [1, 3],
    ])
  })
})
