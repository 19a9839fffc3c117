/**
 * A volume may leave a part of its last stripe unused. Parity spans that part too, so what a drive cannot read there is given up with
 * the rest of its row, and the log says so.
 */
import { describe, expect, it } from 'vitest'
import { present } from '../../../../../src-main/base/assert'
import { CacheBench } from '../../../../support/cache-bench'

/** Of a stripe with 24 blocks, in chunks of 8. */
const VOLUME_BLOCKS = 14
/** These three are a row with their parity. The volume does not have the last. */
const WRITTEN = 3
const MISSING = 11
const UNUSED = 19

interface Hurt {
  readonly bench: CacheBench
  /** Each life begins with it. */
  spoil(): void
}

/** An update of one block stops in the middle. Then a drive is lost, and on another the unused block of the row cannot be read. */
function hurt(): Hurt {
  const bench = new CacheBench({ volumeBlocks: VOLUME_BLOCKS })
  bench.recover()
  for (let block = 0; block < VOLUME_BLOCKS; block++) bench.write(block, block + 1)
  bench.settle()
  const { layout } = bench.group
  const memberOf = (block: number): number => layout.rule.memberOf(layout, block)
  const unusedDrive = memberOf(UNUSED)
  const unusedAt = layout.rule.memberBlockOf(layout, UNUSED)
  const drive = (): CacheBench['drives'][number] => present(bench.drives[unusedDrive], 'the drive of the unused block')
  drive().blocks({ firstBlock: unusedAt, blockCount: 1 }).fill(77)
  computeParity(bench)
  bench.write(WRITTEN, 101)
  bench.clock.run(150)
  const dataDrive = present(bench.drives[memberOf(WRITTEN)], 'the drive of the written block')
  while (dataDrive.blocks({ firstBlock: WRITTEN, blockCount: 1 })[0] !== 101) bench.completions.runOne()
  bench.failDrive(memberOf(MISSING))
  const spoil = (): void => {
    const isAsBefore = drive().blocks({ firstBlock: unusedAt, blockCount: 1 })[0] === 77
    if (isAsBefore) drive().spoil({ firstBlock: unusedAt, blockCount: 1 })
  }
  return { bench, spoil }
}

/** Of the row, from what is on the drives. */
function computeParity(bench: CacheBench): void {
  const { layout } = bench.group
  const at = { firstBlock: layout.rule.memberBlockOf(layout, WRITTEN), blockCount: 1 }
  const members = [WRITTEN, MISSING, UNUSED].map((block) => layout.rule.memberOf(layout, block))
  const parity = present(bench.drives[layout.rule.parityMembersOf(layout, 0)[0] ?? -1], 'the drive with parity').blocks(at)
  parity.fill(0)
  for (const member of members) bench.drives[member]?.blocks(at).forEach((byte, index) => (parity[index]! ^= byte))
}

function nextLife({ bench, spoil }: Hurt): void {
  bench.crash()
  spoil()
}

/** What was acknowledged, or the truth about what is lost. Nothing is made up. */
function expectTruth(bench: CacheBench, when: string): void {
  for (let block = 0; block < VOLUME_BLOCKS; block++) {
    const found = bench.read(block)
    if (block === MISSING && found === 'medium-error') continue
    expect(found, `${when}: block ${block}`).toEqual([block === WRITTEN ? 101 : block + 1])
  }
}

describe('a row with a block that its volume leaves unused', () => {
  it('is given up in a replay where that block and another cannot be read', () => {
    const of = hurt()
    nextLife(of)
    expect(of.bench.recover()).toMatchObject({ failedVolumes: [], lostRecords: 0 })
    expectTruth(of.bench, 'after the replay')
  })

  it('makes nothing up, at whatever step of the replay the controller dies', () => {
    for (let steps = 0, isOver = false; !isOver; steps++) {
      const of = hurt()
      nextLife(of)
      const { bench } = of
      bench.cache.recover(bench.state, () => (isOver = true))
      for (let step = 0; step < steps && bench.completions.length > 0; step++) bench.completions.runOne()
      nextLife(of)
      bench.recover()
      expectTruth(bench, `${steps} steps into the replay`)
    }
  })
})
