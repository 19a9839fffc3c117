import { describe, expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import type { RaidLevel } from '../../../../src-main/contract/configuration'
import { createGroupIo, type GroupIo, type GroupOutcome } from '../../../../src-main/core/raid/group-io'
import { fittingCount } from './example-groups'
import { CLAIM, expectBytes, pattern, World } from './world'

function filled(level: RaidLevel, memberCount = 4): { world: World; whole: Uint8Array } {
  const world = new World(level, fittingCount(level, memberCount))
  const whole = pattern(9, world.io.layout.usableBlocks)
  world.write(0, whole)
  world.takeOperations()
  return { world, whole }
}

function part(whole: Uint8Array, firstBlock: number, blockCount: number): Uint8Array {
  return whole.subarray(firstBlock * BLOCK_BYTES, (firstBlock + blockCount) * BLOCK_BYTES)
}

describe.each(['raid1', 'raid5', 'raid6', 'raid10'] as const)('a degraded %s group', (level) => {
  it.each([0, 1, 2, 3])('reads everything without drive %i', (victim) => {
    const { world, whole } = filled(level)
    world.drives[victim]!.failed = true
    expectBytes(world.read(0, world.io.layout.usableBlocks), whole)
    for (let block = 0; block < world.io.layout.usableBlocks; block += 5) expectBytes(world.read(block, 1), part(whole, block, 1))
    // A copy whose turn never came was not asked.
    expect([[], [victim]]).toContainEqual(world.io.outDrives)
  })

  it('does not use a drive that failed and came back: it may have missed writes', () => {
    const { world, whole } = filled(level)
    const { drive } = world.placeOf(0)
    drive.failed = true
    world.read(0, 1)
    drive.failed = false
    drive.bytes.fill(0)
    world.takeOperations()
    expectBytes(world.read(0, world.io.layout.usableBlocks), whole)
    expect(world.takeOperations().some((operation) => operation.drive === drive.index)).toBe(false)
  })

  it('is told of drives that are out already', () => {
    const { world, whole } = filled(level)
    world.drives[0]!.bytes.fill(0)
    const io = createGroupIo({ group: world.group, drives: world.drives, failedDrives: [0] })
    let bytes: readonly Uint8Array[] = []
    io.read({ firstBlock: 0, blockCount: 40 }, (outcome) => (bytes = outcome.ok ? outcome.value : []))
    world.completions.runAll()
    expectBytes(Buffer.concat(bytes), part(whole, 0, 40))
  })

  it('writes anywhere, and nothing to the drive that is out', () => {
    const { world, whole } = filled(level)
    const { usableBlocks } = world.io.layout
    const { drive } = world.placeOf(2)
    drive.failed = true
    world.read(2, 1)
    drive.failed = false
    world.takeOperations()
    for (let block = 0; block + 11 <= usableBlocks; block += 7) {
      const data = pattern(block + 1, 11)
      expect(world.write(block, data).ok).toBe(true)
      whole.set(data, block * BLOCK_BYTES)
    }
    expectBytes(world.read(0, usableBlocks), whole)
    expect(world.takeOperations().filter((operation) => operation.drive === drive.index)).toEqual([])
  })

  it('says medium-error only for blocks of which no source is left', () => {
    const { world, whole } = filled(level, 3)
    const { drive, block } = world.placeOf(0)
    const others = world.drives.filter((other) => other !== drive)
    const sectionOffset = block - world.group.sections[drive.index]!.firstBlock
    // Bad sectors everywhere, but never two that would cover the same block.
    drive.spoil({ firstBlock: block + 1, blockCount: 1 })
    others.forEach((other, index) =>
      other.spoil({ firstBlock: world.group.sections[other.index]!.firstBlock + sectionOffset + 2 + index, blockCount: 1 }),
    )
    expectBytes(world.read(0, 8), part(whole, 0, 8))
    // Now block 1 has no source.
    for (const other of others)
      other.spoil({ firstBlock: world.group.sections[other.index]!.firstBlock + sectionOffset + 1, blockCount: 1 })
    expect(world.read(0, 8)).toBe('medium-error')
    expect(world.read(1, 1)).toBe('medium-error')
    expectBytes(world.read(2, 6), part(whole, 2, 6))
    expectBytes(world.read(0, 1), part(whole, 0, 1))
  })

  it('says hardware-error when too many drives are gone, also later', () => {
    const { world } = filled(level)
    for (const drive of world.drives) drive.failed = true
    expect(world.read(0, 40)).toBe('hardware-error')
    expect(world.read(0, 1)).toBe('hardware-error')
    expect(world.write(0, pattern(1, 4))).toEqual({ ok: false, fault: 'hardware-error' })
  })

  it('can flush while data can be read', () => {
    const { world } = filled(level)
    world.drives[1]!.failed = true
    const outcomes: boolean[] = []
    world.io.flush({}, (outcome) => outcomes.push(outcome.ok))
    world.completions.runAll()
    for (const drive of world.drives) drive.failed = true
    world.io.flush({}, (outcome) => outcomes.push(outcome.ok))
    world.completions.runAll()
    expect(outcomes).toEqual([true, false])
  })

  it('goes on with a write that loses a drive on its way', () => {
    const { world } = filled(level)
    const data = pattern(5, 3)
    let isOk = false
    world.io.write({ firstBlock: 1, data: [data], claim: CLAIM }, (outcome) => (isOk = outcome.ok))
    // What parity needs is read; then the drive of the data fails.
    while (world.drives.every((drive) => drive.operationsOf('write').length === 0)) world.completions.runOne()
    world.placeOf(1).drive.failed = true
    world.completions.runAll()
    expect(isOk).toBe(true)
    expectBytes(world.read(1, 3), data)
  })

  it('makes parity and copies agree again when a write is tried again that has failed half-way', () => {
    const { world, whole } = filled(level, 3)
    const { drive, block } = world.placeOf(1)
    drive.wearOut({ firstBlock: block, blockCount: 1 })
    const data = pattern(5, 1)
    expect(world.write(1, data)).toEqual({ ok: false, fault: 'medium-error' })
    drive.heal()
    expect(world.write(1, data).ok).toBe(true)
    whole.set(data, BLOCK_BYTES)
    expect(world.verify().inconsistent).toEqual([])
    expectBytes(world.read(0, world.io.layout.usableBlocks), whole)
  })

  it('says medium-error for a write that a drive cannot do', () => {
    const { world } = filled(level)
    const { drive, block } = world.placeOf(1)
    drive.wearOut({ firstBlock: block, blockCount: 1 })
    expect(world.write(1, pattern(5, 1))).toEqual({ ok: false, fault: 'medium-error' })
    expect(world.io.outDrives).toEqual([])
  })
})

describe.each(['raid1', 'raid5'] as const)('a %s group whose failures go on record', (level) => {
  function recorded(): { world: World; io: GroupIo; suspects: number[]; whole: Uint8Array } {
    const { world, whole } = filled(level, 3)
    const suspects: number[] = []
    return {
      world,
      io: createGroupIo({ group: world.group, drives: world.drives, suspect: (drive) => suspects.push(drive) }),
      suspects,
      whole,
    }
  }

  function write(io: GroupIo, firstBlock: number, data: Uint8Array): { outcome: GroupOutcome<undefined> | undefined } {
    const told: { outcome: GroupOutcome<undefined> | undefined } = { outcome: undefined }
    io.write({ firstBlock, data: [data], claim: CLAIM }, (outcome) => (told.outcome = outcome))
    return told
  }

  it('answers a write that missed a drive only when that is on record', () => {
    const { world, io, suspects, whole } = recorded()
    world.drives[1]!.failed = true
    const data = pattern(7, 12)
    const told = write(io, 3, data)
    world.completions.runAll()
    expect(suspects).toEqual([1])
    expect(told.outcome).toBeUndefined()
    // What waits for the record keeps others away from its stripes; elsewhere reads go on.
    const { usableBlocks } = io.layout
    let read: GroupOutcome<readonly Uint8Array[]> | undefined
    io.read({ firstBlock: usableBlocks - 20, blockCount: 20 }, (outcome) => (read = outcome))
    world.completions.runAll()
    if (read?.ok !== true) throw new Error('the read failed')
    expectBytes(Buffer.concat(read.value), part(whole, usableBlocks - 20, 20))
    io.recordFailed([1])
    world.completions.runAll()
    expect(told.outcome).toEqual({ ok: true, value: undefined })
    expect(suspects).toEqual([1])
  })

  it('asks nothing of a drive that is not what it was, and says nothing good about a write that missed it before that is on record', () => {
    const { world, io, suspects } = recorded()
    io.suspect(1)
    io.suspect(99)
    expect(suspects).toEqual([1])
    const told = write(io, 3, pattern(7, 12))
    world.completions.runAll()
    expect(world.drives[1]?.operations).toEqual([])
    expect(told.outcome).toBeUndefined()
    io.recordFailed([1])
    world.completions.runAll()
    expect(told.outcome).toEqual({ ok: true, value: undefined })
  })

  it('takes a suspicion back where the group can no longer do without the drive', () => {
    const { world, io, suspects } = recorded()
    if (level === 'raid1') io.recordFailed([2])
    world.drives[1]!.failed = true
    const told = write(io, 0, pattern(7, 40))
    world.completions.runAll()
    expect(suspects).toEqual([1])
    // The other controller was first, with another drive.
    io.recordFailed(level === 'raid1' ? [2, 0] : [0])
    world.completions.runAll()
    expect(told.outcome).toEqual({ ok: false, fault: 'hardware-error' })
    world.drives[1]!.failed = false
    const again = write(io, 0, pattern(8, 40))
    world.completions.runAll()
    expect(again.outcome?.ok).toBe(true)
    expect(io.outDrives).toEqual(level === 'raid1' ? [0, 2] : [0])
  })

  it('answers with a fault when this controller has stopped before', () => {
    const { world, io } = recorded()
    world.drives[0]!.failed = true
    const [first, second] = [write(io, 0, pattern(7, 16)), write(io, 0, pattern(8, 16))]
    let flushed: boolean | undefined
    io.flush({}, (outcome) => (flushed = outcome.ok))
    world.completions.runAll()
    expect([first.outcome, second.outcome, flushed]).toEqual([undefined, undefined, undefined])
    io.abandon()
    world.completions.runAll()
    expect([first.outcome?.ok, second.outcome?.ok, flushed]).toEqual([false, false, false])
  })
})

describe('verification', () => {
  it.each(['raid1', 'raid5'] as const)('finds what does not agree on %s; settling makes it agree with the data', (level) => {
    const { world, whole } = filled(level)
    const { layout } = world.io
    const stripe = 2
    const firstBlock = stripe * layout.stripeBlocks
    const member = level === 'raid5' ? layout.rule.parityMembersOf(layout, stripe)[0]! : 3
    const at = world.group.sections[member]!.firstBlock + layout.rule.memberBlockOf(layout, firstBlock)
    world.drives[member]!.blocks({ firstBlock: at, blockCount: 1 })[100]! ^= 0x40
    expect(world.verify()).toEqual({ inconsistent: [stripe], unreadable: [] })
    expect(world.settle()).toBe(1)
    expect(world.verify()).toEqual({ inconsistent: [], unreadable: [] })
    expectBytes(world.read(0, layout.usableBlocks), whole)
  })

  it.each(['raid1', 'raid5'] as const)('settles the rows of a stripe on %s of which others cannot be read', (level) => {
    const { world } = filled(level)
    const { layout } = world.io
    const stripe = 2
    const row = layout.rule.memberBlockOf(layout, stripe * layout.stripeBlocks)
    const redundant = level === 'raid5' ? layout.rule.parityMembersOf(layout, stripe)[0]! : 3
    const blockAt = (member: number, block: number) => world.group.sections[member]!.firstBlock + block
    for (const at of [row, row + layout.chunkBlocks - 1])
      world.drives[redundant]!.blocks({ firstBlock: blockAt(redundant, at), blockCount: 1 })[9]! ^= 1
    const spoiled = layout.rule.stripeMembers(layout, stripe).find((member) => member !== redundant)!
    world.drives[spoiled]!.spoil({ firstBlock: blockAt(spoiled, row + 3), blockCount: 1 })
    expect(world.verify()).toEqual({ inconsistent: [stripe], unreadable: [stripe] })
    expect(world.settle()).toBe(1)
    expect(world.verify()).toEqual({ inconsistent: [], unreadable: [] })
  })

  it('says which stripes cannot be read; settling stops under an old claim', () => {
    const { world } = filled('raid5')
    world.drives[2]!.spoil({ firstBlock: world.group.sections[2]!.firstBlock + 8, blockCount: 1 })
    expect(world.verify()).toEqual({ inconsistent: [], unreadable: [1] })
    world.drives[0]!.blocks({ firstBlock: world.group.sections[0]!.firstBlock, blockCount: 1 }).fill(0xaa)
    for (const drive of world.drives) drive.raiseClaim({ slot: 0, epoch: 5 })
    expect(world.settle()).toBe('stale-epoch')
  })
})
