import { describe, expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import { createGroupIo, type GroupIo, type GroupOutcome } from '../../../../src-main/core/raid/group-io'
import type { PartialParity } from '../../../../src-main/core/raid/partial-parity'
import type { RebuildFault } from '../../../../src-main/core/raid/rebuild'
import { CLAIM, expectBytes, pattern, World } from './world'

const OUT = 1
/** The blocks of the group's second stripe that are in its row 3. */
const ROW = 3

interface Hurt {
  readonly world: World
  readonly whole: Uint8Array
  /** What the log has of stripes, the oldest first. */
  readonly log: PartialParity[]
  /** Group blocks of the row: those that nobody has, in ascending order, and the one that was being written. */
  readonly lost: readonly number[]
  readonly written: number
}

type Case = readonly [level: 'raid5' | 'raid6', out: readonly ('data' | 'parity')[]]

/** Drives are out. A write to one block of a row stops half-way, and then a sector of a third drive cannot be read. */
function hurt([level, gone]: Case): Hurt {
  const world = new World(level, level === 'raid5' ? 5 : 6)
  const { layout } = world.io
  const whole = pattern(9, layout.usableBlocks)
  world.write(0, whole)
  const stripe = 1
  const parity = layout.rule.parityMembersOf(layout, stripe)
  const memberBlock = layout.rule.memberBlockOf(layout, stripe * layout.stripeBlocks) + ROW
  const data = layout.rule.stripeMembers(layout, stripe).filter((member) => !parity.includes(member))
  const outMembers = gone.map((kind) => (kind === 'data' ? data[OUT]! : parity[0]!))
  const [written, unreadable] = data.filter((member) => !outMembers.includes(member))
  const blockOf = (member: number): number => layout.rule.occupant(layout, member, memberBlock).groupBlock
  world.io.recordFailed(outMembers)
  const lost = [unreadable!, ...outMembers.filter((member) => data.includes(member))]
  const log: PartialParity[] = []
  const block = blockOf(written!)
  whole.set(pattern(50, 1), block * BLOCK_BYTES)
  start(world.io, block, pattern(50, 1), log)
  while (world.completions.length > 0 && !hasLanded(world, written!, memberBlock, pattern(50, 1))) world.completions.runOne()
  world.completions.drop()
  world.drives[unreadable!]!.spoil({ firstBlock: world.group.sections[unreadable!]!.firstBlock + memberBlock, blockCount: 1 })
  return { world, whole, log, lost: lost.map(blockOf).sort((a, b) => a - b), written: block }
}

function hasLanded(world: World, member: number, memberBlock: number, bytes: Uint8Array): boolean {
  const at = (world.group.sections[member]!.firstBlock + memberBlock) * BLOCK_BYTES
  return world.drives[member]!.bytes.subarray(at, at + BLOCK_BYTES).every((byte, index) => byte === bytes[index])
}

/** Writes as a destage or a replay does: what is about to change is logged first. */
function start(
  io: GroupIo,
  block: number,
  data: Uint8Array,
  log: PartialParity[],
  recomputeParity = false,
): { outcome?: GroupOutcome<undefined> } {
  const told: { outcome?: GroupOutcome<undefined> } = {}
  const secure = (partials: readonly PartialParity[], go: (isSecured: boolean) => void): void => {
    log.push(...partials)
    go(true)
  }
  io.write({ firstBlock: block, data: [data], claim: CLAIM, recomputeParity, secure }, (outcome) => (told.outcome = outcome))
  return told
}

/** Another life of the controller: it knows what the log has. */
function reborn({ world, log }: Hurt, lost: number[]): GroupIo {
  const io = createGroupIo({
    group: world.group,
    drives: world.drives,
    failedDrives: world.io.outDrives,
    lost: (blocks) => lost.push(...blocks),
  })
  io.noteInterrupted(log)
  return io
}

function read(world: World, io: GroupIo, firstBlock: number): Uint8Array | string {
  let found: Uint8Array | string = 'nothing'
  io.read({ firstBlock, blockCount: 1 }, (outcome) => (found = outcome.ok ? outcome.value[0]!.slice() : outcome.fault))
  world.completions.runAll()
  return found
}

/** Nothing is made up: a block is what it was, or refused. Gives the refused ones. */
function refused({ world, whole }: Hurt, io: GroupIo): number[] {
  const blocks: number[] = []
  for (let block = 0; block < io.layout.usableBlocks; block++) {
    const found = read(world, io, block)
    if (found === 'medium-error') blocks.push(block)
    else expectBytes(found, whole.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES))
  }
  return blocks
}

describe.each<Case>([
  ['raid5', ['data']],
  ['raid6', ['data', 'parity']],
])('an interrupted row of %s without %j, and with an unreadable sector', (...hurtCase) => {
  it('takes the write that was interrupted, gives up what nobody has, and is redundant again', () => {
    const of = hurt(hurtCase)
    const lost: number[] = []
    const io = reborn(of, lost)
    const told = start(io, of.written, pattern(50, 1), of.log, true)
    of.world.completions.runAll()
    expect(told.outcome).toEqual({ ok: true, value: undefined })
    expect([...lost].sort((a, b) => a - b)).toEqual(of.lost)
    expect(refused(of, io)).toEqual(of.lost)
    for (const block of of.lost) {
      start(io, block, pattern(70 + block, 1), of.log)
      of.world.completions.runAll()
      of.whole.set(pattern(70 + block, 1), block * BLOCK_BYTES)
    }
    expect(refused(of, io)).toEqual([])
  })

  it('makes nothing up, whenever the controller dies while it gives up', () => {
    for (let steps = 0, isOver = false; !isOver; steps++) {
      const of = hurt(hurtCase)
      const told = start(reborn(of, []), of.written, pattern(50, 1), of.log, true)
      for (let step = 0; step < steps && of.world.completions.length > 0; step++) of.world.completions.runOne()
      isOver = told.outcome !== undefined
      of.world.completions.drop()
      const again = reborn(of, [])
      const replayed = start(again, of.written, pattern(50, 1), of.log, true)
      of.world.completions.runAll()
      expect(replayed.outcome?.ok, `${steps} steps`).toBe(true)
      expect(
        refused(of, again).every((block) => of.lost.includes(block)),
        `${steps} steps`,
      ).toBe(true)
    }
  })

  it('waits where there is no log to say what it is going to be', () => {
    const of = hurt(hurtCase)
    const io = reborn(of, [])
    let outcome: GroupOutcome<undefined> | undefined
    io.write({ firstBlock: of.written, data: [pattern(50, 1)], claim: CLAIM, recomputeParity: true }, (told) => (outcome = told))
    of.world.completions.runAll()
    expect(outcome).toEqual({ ok: false, fault: 'medium-error' })
  })
})

it('a row that could not be given up yet is given up with the rebuild of the drive, and nothing of it is made up', () => {
  const of = hurt(['raid5', ['data']])
  const { world, log } = of
  const io = reborn(of, [])
  for (const drive of world.drives) drive.wearOut({ firstBlock: 0, blockCount: drive.blockCount })
  const told = start(io, of.written, pattern(50, 1), log, true)
  world.completions.runAll()
  expect(told.outcome).toEqual({ ok: false, fault: 'medium-error' })
  for (const drive of world.drives) drive.heal()
  const { stripeCount } = io.layout
  const drive = io.outDrives[0] ?? -1
  io.recordFailed([drive], [{ drive, missing: [{ slot: 0, epoch: 1, fromStripe: 0, endStripe: stripeCount }] }])
  let fault: RebuildFault | 'none' | undefined
  io.rebuild({ drive, firstStripe: 0, stripeCount, claim: CLAIM }, (given) => (fault = given ?? 'none'))
  world.completions.runAll()
  expect(fault).toBe('none')
  io.recordFailed([])
  const again = start(io, of.written, pattern(50, 1), log, true)
  world.completions.runAll()
  expect(again.outcome?.ok).toBe(true)
  expect(refused(of, io)).toEqual(of.lost)
})

it.each(['raid5', 'raid6'] as const)(
  'a %s replay over two stripes goes on where one of them has its parity on a drive that is out',
  (level) => {
    for (let out = 0; out < 6; out++) {
      for (let bad = 0; bad < 6; bad++) {
        if (bad === out) continue
        const world = new World(level, 6)
        const { layout } = world.io
        const { stripeBlocks, usableBlocks } = layout
        const whole = pattern(9, usableBlocks)
        world.write(0, whole)
        const gone = level === 'raid5' ? [out] : [out, (out + 1) % 6]
        world.io.recordFailed(gone)
        const { firstBlock } = world.group.sections[bad]!
        world.drives[bad]!.spoil({ firstBlock, blockCount: 100 })
        const io = createGroupIo({ group: world.group, drives: world.drives, failedDrives: gone })
        const first = stripeBlocks - layout.chunkBlocks
        const log: PartialParity[] = []
        const told = start(io, first, pattern(50, 2 * layout.chunkBlocks), log, true)
        world.completions.runAll()
        expect(told.outcome, `without ${gone.join()}, ${bad} unreadable`).toEqual({ ok: true, value: undefined })
        whole.set(pattern(50, 2 * layout.chunkBlocks), first * BLOCK_BYTES)
        refused({ world, whole, log, lost: [], written: first }, io)
      }
    }
  },
)

describe.each<Case>([
  ['raid5', ['data']],
  ['raid6', ['data', 'parity']],
])('an interrupted row of %s without %j, and with an unreadable sector', (...hurtCase) => {
  it('waits for a drive that does not answer', () => {
    for (const { index } of hurt(hurtCase).world.drives) {
      for (let steps = 0, isOver = false; !isOver; steps++) {
        const of = hurt(hurtCase)
        const { world } = of
        const drive = world.drives[index]!
        const told = start(reborn(of, []), of.written, pattern(50, 1), of.log, true)
        for (let step = 0; step < steps && world.completions.length > 0; step++) world.completions.runOne()
        isOver = told.outcome !== undefined
        drive.failed = true
        world.completions.runAll()
        drive.failed = false
        const again = reborn(of, [])
        const replayed = start(again, of.written, pattern(50, 1), of.log, true)
        world.completions.runAll()
        const when = `drive ${index} fails after ${steps} steps`
        expect(replayed.outcome?.ok, when).toBe(true)
        expect(
          refused(of, again).filter((block) => !of.lost.includes(block)),
          when,
        ).toEqual([])
      }
    }
  })
})
