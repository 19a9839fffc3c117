import { expect, it } from 'vitest'
import { CacheBench } from '../../../../support/cache-bench'

const GOOD = { ok: true, value: undefined }
/** As many as make the log carry on what its drives do not take. */
const OTHERS = 200

function pass(bench: CacheBench, forMs: number): void {
  bench.clock.run(forMs)
  bench.completions.runAll()
}

it('a write is not undone by the replay of an older one that was carried on, since the drives lack other blocks of it', () => {
  const bench = new CacheBench({ nvramBytes: 256 * 1024 })
  const { layout } = bench.group
  bench.recover()
  // The last blocks of stripe 0 and the first of stripe 1. A drive does not take the former.
  const firstBlock = layout.stripeBlocks - 2
  const drive = bench.drives[layout.rule.memberOf(layout, firstBlock)]
  drive?.wearOut({ firstBlock: layout.rule.memberBlockOf(layout, firstBlock), blockCount: 2 })
  const older = bench.write(firstBlock, 1, { blockCount: 4 })
  for (let tries = 0; tries < 3; tries++) pass(bench, 2000)
  const newer = bench.write(layout.stripeBlocks, 2)
  for (let tries = 0; tries < 3; tries++) pass(bench, 2000)
  expect([older.outcome, newer.outcome]).toEqual([GOOD, GOOD])

  for (let count = 0; count < OTHERS; count++) {
    bench.write(layout.stripeBlocks * 3, 9, { blockCount: 8 })
    pass(bench, 200)
  }
  expect(bench.read(firstBlock, 4)).toEqual([1, 1, 2, 1])
  drive?.heal()
  bench.crash()
  bench.recover()
  expect(bench.read(firstBlock, 4)).toEqual([1, 1, 2, 1])
  bench.settle()
  expect(bench.read(firstBlock, 4)).toEqual([1, 1, 2, 1])
  expect(bench.verify().inconsistent).toEqual([])
})
