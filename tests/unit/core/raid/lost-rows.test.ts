import { describe, expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import type { RaidLevel } from '../../../../src-main/contract/configuration'
import { hasLostBlock, lostBlock } from '../../../../src-main/core/raid/lost-block'
import { giveUpRow } from '../../../../src-main/core/raid/lost-rows'
import { Members } from '../../../../src-main/core/raid/members'
import type { RebuildFault } from '../../../../src-main/core/raid/rebuild'
import { CLAIM, expectBytes, pattern, World } from './world'

const OUT = 1

/** Drive 1 has failed and is blank; a sector of drive 0 cannot be read. Gives the group blocks that nobody has any more. */
function twiceHurt(level: RaidLevel): { readonly world: World; readonly whole: Uint8Array; readonly lost: readonly number[] } {
  const world = new World(level)
  const { layout } = world.io
  const whole = pattern(9, layout.usableBlocks)
  world.write(0, whole)
  world.io.recordFailed([OUT])
  world.drives[OUT]!.bytes.fill(0xee)
  const memberBlock = layout.rule.memberBlockOf(layout, layout.stripeBlocks) + 3
  world.drives[0]!.spoil({ firstBlock: world.group.sections[0]!.firstBlock + memberBlock, blockCount: 1 })
  const lost = [0, OUT].flatMap((member) => {
    const { role, groupBlock } = layout.rule.occupant(layout, member, memberBlock)
    const isLost = layout.rule.copiesOf(layout, groupBlock).every((copy) => [0, OUT].includes(copy))
    return role !== 'parity' && isLost ? [groupBlock] : []
  })
  return { world, whole, lost: [...new Set(lost)] }
}

/** `stillOut`: another drive that has failed and is not rebuilt. */
function rebuild(world: World, stillOut: readonly number[] = []): RebuildFault | undefined {
  const { stripeCount } = world.io.layout
  const missing = [{ slot: 0, epoch: CLAIM.epoch, fromStripe: 0, endStripe: stripeCount }]
  world.io.recordFailed([OUT, ...stillOut], [{ drive: OUT, missing }])
  let ended: { readonly fault: RebuildFault | undefined } | undefined
  world.io.rebuild({ drive: OUT, firstStripe: 0, stripeCount, claim: CLAIM }, (fault) => (ended = { fault }))
  world.completions.runAll()
  if (ended === undefined) throw new Error('the rebuild did not end')
  world.io.recordFailed(stillOut)
  return ended.fault
}

function expectOnlyLost(world: World, whole: Uint8Array, lost: readonly number[]): void {
  for (let block = 0; block < world.io.layout.usableBlocks; block++) {
    const read = world.read(block, 1)
    if (lost.includes(block)) expect(read, `block ${block}`).toBe('medium-error')
    else expectBytes(read, whole.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES))
  }
}

// Of four copies, two are left: nothing is lost on RAID 1.
describe.each(['raid1', 'raid5', 'raid10'] as const)('an unreadable sector and a failed drive of %s', (level) => {
  it('lose their rows in a rebuild, and nothing else; the rest is redundant again', () => {
    const { world, whole, lost } = twiceHurt(level)
    expect(rebuild(world)).toBeUndefined()
    expect([...world.lost].sort((a, b) => a - b)).toEqual([...lost].sort((a, b) => a - b))
    expectOnlyLost(world, whole, lost)
    // What nothing was lost of is not written over.
    expect(world.verify()).toEqual({ inconsistent: [], unreadable: lost.length === 0 ? [1] : [] })
    world.io.recordFailed([OUT + 1])
    expectOnlyLost(world, whole, lost)
  })

  it('a write over what was lost heals it, for good', () => {
    const { world, whole, lost } = twiceHurt(level)
    rebuild(world)
    const expected = whole.slice()
    for (const block of lost) {
      const data = pattern(100 + block, 1)
      expect(world.write(block, data).ok).toBe(true)
      expected.set(data, block * BLOCK_BYTES)
    }
    expectBytes(world.read(0, world.io.layout.usableBlocks), expected)
    // What nothing was lost of is not written over.
    expect(world.verify()).toEqual({ inconsistent: [], unreadable: lost.length === 0 ? [1] : [] })
    world.io.recordFailed([OUT + 1])
    expectBytes(world.read(0, world.io.layout.usableBlocks), expected)
  })
})

describe('a write across an unreadable sector while a drive is out', () => {
  it('is carried out, and what neither has is lost and not made up', () => {
    const { world, whole, lost } = twiceHurt('raid5')
    expect(lost.length).toBeGreaterThan(0)
    const { layout } = world.io
    const first = layout.stripeBlocks
    const data = pattern(77, layout.chunkBlocks)
    for (let chunk = 0; chunk < layout.dataWidth; chunk++) {
      const { world: fresh } = twiceHurt('raid5')
      const firstBlock = first + chunk * layout.chunkBlocks
      expect(fresh.write(firstBlock, data).ok, `chunk ${chunk}`).toBe(true)
      const expected = whole.slice()
      expected.set(data, firstBlock * BLOCK_BYTES)
      const written = (block: number): boolean => block >= firstBlock && block < firstBlock + layout.chunkBlocks
      expectOnlyLost(
        fresh,
        expected,
        lost.filter((block) => !written(block)),
      )
    }
  })

  it('is not carried out where a drive may still have the data', () => {
    const { world } = twiceHurt('raid5')
    world.drives[2]!.failed = true
    const { stripeBlocks, chunkBlocks } = world.io.layout
    expect(world.write(stripeBlocks, pattern(77, chunkBlocks)).ok).toBe(false)
    expect(world.lost).toEqual([])
  })

  it.each(['the unreadable sector', 'the missing drive'] as const)('waits for room like any other write (%s)', (place) => {
    const world = new World('raid5')
    const { layout } = world.io
    const { chunkBlocks } = layout
    world.io.recordFailed([OUT])
    world.drives[0]!.spoil({ firstBlock: world.group.sections[0]!.firstBlock + chunkBlocks, blockCount: 1 })
    for (const drive of world.drives) drive.isShortOfRoom = true
    const { groupBlock: firstBlock } = layout.rule.occupant(layout, place === 'the missing drive' ? OUT : 0, chunkBlocks)
    expect(world.write(firstBlock, pattern(77, 1))).toEqual({ ok: false, fault: 'no-space' })
    for (const drive of world.drives) drive.isShortOfRoom = false
    expect(world.write(firstBlock, pattern(77, 1)).ok).toBe(true)
    expectBytes(world.read(firstBlock, 1), pattern(77, 1))
  })
})

describe.each([
  ['raid6', 2],
  ['raid10', 2],
  ['raid10', 3],
] as const)('an unreadable sector and two failed drives of %s, of which the other is %i', (level, other) => {
  /** Another drive has failed as well, and with RAID 6 its blocks of the row are lost, too. */
  function hurtAgain(): { readonly world: World; readonly whole: Uint8Array; readonly lost: readonly number[] } {
    const { world, whole, lost } = twiceHurt(level)
    const { layout } = world.io
    world.io.recordFailed([OUT, other])
    world.drives[other]!.bytes.fill(0xdd)
    const memberBlock = layout.rule.memberBlockOf(layout, layout.stripeBlocks) + 3
    const gone = [0, OUT, other].map((member) => layout.rule.occupant(layout, member, memberBlock))
    return { world, whole, lost: level === 'raid6' ? gone.flatMap(({ role, groupBlock }) => (role === 'data' ? [groupBlock] : [])) : lost }
  }

  it('lose their rows in a rebuild, and nothing else; the other drive is rebuilt later', () => {
    const { world, whole, lost } = hurtAgain()
    expect(lost.length).toBeGreaterThan(0)
    expect(rebuild(world, [other])).toBeUndefined()
    expect([...world.lost].sort((a, b) => a - b)).toEqual([...lost].sort((a, b) => a - b))
    expectOnlyLost(world, whole, lost)
    world.io.recordFailed([0, other])
    expectOnlyLost(world, whole, lost)
  })

  it('take a write across the sector, and lose what nobody has', () => {
    const { layout } = hurtAgain().world.io
    for (let chunk = 0; chunk < layout.dataWidth; chunk++) {
      const { world, whole, lost } = hurtAgain()
      const firstBlock = layout.stripeBlocks + chunk * layout.chunkBlocks
      const data = pattern(77, layout.chunkBlocks)
      expect(world.write(firstBlock, data).ok, `chunk ${chunk}`).toBe(true)
      const expected = whole.slice()
      expected.set(data, firstBlock * BLOCK_BYTES)
      const isWritten = (block: number): boolean => block >= firstBlock && block < firstBlock + layout.chunkBlocks
      const left = lost.filter((block) => !isWritten(block))
      expectOnlyLost(world, expected, left)
      expect(rebuild(world, [other])).toBeUndefined()
      expectOnlyLost(world, expected, left)
    }
  })
})

it('sectors that cannot be read are written last, so that a row whose controller dies is still known to be lost', () => {
  const { world } = twiceHurt('raid5')
  const { completions } = world
  const order: number[] = []
  for (const drive of world.drives) {
    const write = drive.write.bind(drive)
    drive.write = (io, done) => {
      // The rows of the stripe that can be rebuilt are written with more blocks.
      if (io.from.length === 1 && io.from[0]?.length === BLOCK_BYTES) order.push(drive.index)
      write(io, done)
    }
  }
  rebuild(world)
  completions.runAll()
  expect(order.at(-1)).toBe(0)
  expect(order.indexOf(0)).toBe(order.length - 1)
})

it('a row is not given up while a drive is only suspected, since it may still have the data', () => {
  const world = new World('raid6', 6)
  const { layout } = world.io
  world.write(0, pattern(9, layout.usableBlocks))
  const stripe = 1
  const memberBlock = layout.rule.memberBlockOf(layout, stripe * layout.stripeBlocks)
  const data = layout.rule.stripeMembers(layout, stripe).filter((member) => !layout.rule.parityMembersOf(layout, stripe).includes(member))
  const [suspected, ...unreadable] = data.slice(0, 3) as [number, number, number]
  for (const member of unreadable) {
    const { firstBlock } = world.group.sections[member]!
    world.drives[member]!.spoil({ firstBlock: firstBlock + memberBlock, blockCount: 1 })
  }
  const members = new Members(layout, world.drives, { failedDrives: [], suspect: () => undefined })
  members.noteFailure(suspected, 'failed')
  const outcomes: unknown[] = []
  const giveUp = (): void => {
    const terms = { stripe, memberBlock, rebuilt: undefined, claim: CLAIM, cause: undefined }
    giveUpRow(layout, members, terms, (status, lost) => outcomes.push([status, lost.length]))
    world.completions.runAll()
  }
  giveUp()
  members.recordFailed([suspected], [])
  giveUp()
  expect(outcomes).toEqual([
    ['failed', 0],
    ['good', 3],
  ])
})

it('a lost block is known by its content and its place', () => {
  const bytes = lostBlock(3, 70)
  expect(hasLostBlock(3, 70, bytes)).toBe(true)
  expect(hasLostBlock(3, 71, bytes)).toBe(false)
  expect(hasLostBlock(4, 70, bytes)).toBe(false)
  bytes[511]! ^= 1
  expect(hasLostBlock(3, 70, bytes)).toBe(false)
  const many = new Uint8Array(4 * BLOCK_BYTES)
  many.set(lostBlock(3, 72), 2 * BLOCK_BYTES)
  expect(hasLostBlock(3, 70, many)).toBe(true)
  expect(hasLostBlock(3, 69, many)).toBe(false)
})
