import { describe, expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import type { RaidLevel } from '../../../../src-main/contract/configuration'
import type { DriveStatus } from '../../../../src-main/core/ports'
import { CHUNK_BLOCKS, CLAIM, expectBytes, pattern, World } from './world'

const STRIPE = 1

interface Doubtful {
  readonly world: World
  readonly whole: Uint8Array
  /** The members of the stripe with data, and with parity or copies. */
  readonly data: readonly number[]
  readonly parity: readonly number[]
}

/** All data is there. `tear` puts something else into what is redundant in one stripe, on its last member. */
function filled(level: RaidLevel, memberCount = 5): Doubtful {
  const world = new World(level, level === 'raid10' ? 4 : memberCount)
  const { layout } = world.io
  const whole = pattern(9, layout.usableBlocks)
  world.write(0, whole)
  const parity = layout.rule.parityMembersOf(layout, STRIPE)
  return { world, whole, parity, data: layout.rule.stripeMembers(layout, STRIPE).filter((member) => !parity.includes(member)) }
}

function rowAt(world: World, row = 0): number {
  const { layout } = world.io
  return layout.rule.memberBlockOf(layout, STRIPE * layout.stripeBlocks) + row
}

/** Bytes of a member in the stripe are not what they were. */
function tear(world: World, member: number, row = 0): void {
  const at = (world.group.sections[member]!.firstBlock + rowAt(world, row)) * BLOCK_BYTES
  world.drives[member]!.bytes.fill(0x5a, at, at + BLOCK_BYTES)
}

function settle(world: World): { readonly status: DriveStatus; readonly corrected: number } {
  let settled: { readonly status: DriveStatus; readonly corrected: number } | undefined
  world.io.intents.settle({ firstStripe: STRIPE, stripeCount: 1, claim: CLAIM }, (outcome) => (settled = outcome))
  world.completions.runAll()
  if (settled === undefined) throw new Error('it did not settle')
  return settled
}

function expectOnly(world: World, whole: Uint8Array, lost: readonly number[]): void {
  for (let block = 0; block < world.io.layout.usableBlocks; block++) {
    const read = world.read(block, 1)
    if (lost.includes(block)) expect(read, `block ${block}`).toBe('medium-error')
    else expectBytes(read, whole.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES))
  }
}

function blocksOf(world: World, member: number, rows = CHUNK_BLOCKS, row = 0): number[] {
  const { layout } = world.io
  const { groupBlock } = layout.rule.occupant(layout, member, rowAt(world, row))
  return Array.from({ length: rows }, (_, index) => groupBlock + index)
}

describe.each(['raid5', 'raid6'] as const)('a stripe in doubt on %s', (level) => {
  it('gets the parity of its data', () => {
    const { world, whole, parity } = filled(level)
    for (const member of parity) tear(world, member)
    expect(settle(world)).toEqual({ status: 'good', corrected: 1 })
    expect(world.verify()).toEqual({ inconsistent: [], unreadable: [] })
    expect(world.lost).toEqual([])
    world.io.recordFailed([0])
    expectOnly(world, whole, [])
  })

  it('is left alone where everything agrees', () => {
    const { world } = filled(level)
    world.takeOperations()
    expect(settle(world)).toEqual({ status: 'good', corrected: 0 })
    expect(world.takeOperations().filter(({ kind }) => kind === 'write')).toEqual([])
  })

  it('loses an unreadable block, and no other one; the row is redundant again', () => {
    const { world, whole, data, parity } = filled(level)
    tear(world, parity[0]!, 3)
    const member = data[1]!
    world.drives[member]!.spoil({ firstBlock: world.group.sections[member]!.firstBlock + rowAt(world, 3), blockCount: 1 })
    expect(settle(world).status).toBe('good')
    const lost = blocksOf(world, member, 1, 3)
    expect(world.lost).toEqual(lost)
    expectOnly(world, whole, lost)
    expect(world.verify()).toEqual({ inconsistent: [], unreadable: [] })
    world.io.recordFailed([data[0]!])
    expectOnly(world, whole, lost)
  })

  it('writes an unreadable block behind its parity: it is known to be lost until then', () => {
    const { world, data, parity } = filled(level)
    const member = data[1]!
    tear(world, parity[0]!, 3)
    world.drives[member]!.spoil({ firstBlock: world.group.sections[member]!.firstBlock + rowAt(world, 3), blockCount: 1 })
    const order: number[] = []
    for (const drive of world.drives) {
      const write = drive.write.bind(drive)
      drive.write = (io, done) => {
        write(io, (status) => {
          order.push(drive.index)
          done(status)
        })
        if (drive.index === member) order.push(-1)
      }
    }
    expect(settle(world).status).toBe('good')
    expect(order.slice(0, -2).sort()).toEqual([...parity].sort())
    expect(order.slice(-2)).toEqual([-1, member])
  })

  it('loses nothing where a parity drive is out', () => {
    const { world, whole, parity } = filled(level)
    world.io.recordFailed([parity[0]!])
    expect(settle(world).status).toBe('good')
    expectOnly(world, whole, [])
  })
})

describe('a stripe in doubt that lacks a data drive', () => {
  it('is settled although the drive fails meanwhile, and is on record before the others have answered', () => {
    const { world, whole, data } = filled('raid5')
    world.drives[data[0]!]!.failed = true
    expect(settle(world).status).toBe('good')
    expectOnly(world, whole, blocksOf(world, data[0]!))
  })

  it('loses on RAID 5 what that drive had, until it is written', () => {
    const { world, whole, data } = filled('raid5')
    world.io.recordFailed([data[0]!])
    expect(settle(world).status).toBe('good')
    const lost = blocksOf(world, data[0]!)
    expect(world.lost).toEqual(lost)
    expectOnly(world, whole, lost)
    const expected = whole.slice()
    for (const block of lost) {
      const bytes = pattern(300 + block, 1)
      expect(world.write(block, bytes).ok).toBe(true)
      expected.set(bytes, block * BLOCK_BYTES)
    }
    expectOnly(world, expected, [])
  })

  it('loses nothing on RAID 6 where both parities agree, and what they do not agree on', () => {
    const { world, whole, data, parity } = filled('raid6')
    world.io.recordFailed([data[0]!])
    tear(world, parity[1]!, 2)
    expect(settle(world).status).toBe('good')
    const lost = blocksOf(world, data[0]!, 1, 2)
    expect(world.lost).toEqual(lost)
    expectOnly(world, whole, lost)
    world.io.recordFailed([data[0]!, data[1]!])
    expectOnly(world, whole, lost)
  })

  it('loses on RAID 6 what two missing drives had', () => {
    const { world, whole, data } = filled('raid6')
    world.io.recordFailed([data[0]!, data[2]!])
    expect(settle(world).status).toBe('good')
    expectOnly(world, whole, [...blocksOf(world, data[0]!), ...blocksOf(world, data[2]!)])
  })

  it('is not settled while too many drives are gone: they may come back', () => {
    const { world, data, parity } = filled('raid5')
    world.io.recordFailed([parity[0]!])
    world.drives[data[0]!]!.failed = true
    expect(settle(world).status).toBe('failed')
    expect(world.lost).toEqual([])
  })
})

describe.each(['raid1', 'raid10'] as const)('a stripe in doubt on %s', (level) => {
  it('has the same copies everywhere: those that are normally read', () => {
    const { world, whole } = filled(level, 3)
    const { layout } = world.io
    const copies = layout.rule.copiesOf(layout, STRIPE * layout.stripeBlocks)
    tear(world, copies[1]!)
    expect(settle(world)).toEqual({ status: 'good', corrected: 1 })
    expect(world.verify()).toEqual({ inconsistent: [], unreadable: [] })
    world.io.recordFailed([copies[0]!])
    expectOnly(world, whole, [])
  })

  it('loses nothing to a missing drive or an unreadable sector', () => {
    const { world, whole } = filled(level, 3)
    const { layout } = world.io
    const copies = layout.rule.copiesOf(layout, STRIPE * layout.stripeBlocks)
    world.drives[copies[1]!]!.spoil({ firstBlock: world.group.sections[copies[1]!]!.firstBlock + rowAt(world), blockCount: 1 })
    expect(settle(world).status).toBe('good')
    expect(world.lost).toEqual([])
    expectOnly(world, whole, [])
  })
})
