/**
 * A read that waits at the drives while an update that came later stops halfway, in a group that lacks a drive: of the blocks of the
 * update, parity gives neither the old data nor the new. The read gives one of these all the same.
 */
import { describe, expect, it } from 'vitest'
import { Prng } from '../../../../../src-main/base/prng'
import { CacheBench } from '../../../../support/cache-bench'

/** Of two stripes with 24 blocks each. */
const BLOCKS = 48
const NEW = 101
const DRIVES = [0, 1, 2, 3]

function filled(): CacheBench {
  const bench = new CacheBench({ level: 'raid5', nvramBytes: 256 * 1024 })
  bench.recover()
  for (let block = 0; block < BLOCKS; block++) bench.write(block, block + 1)
  bench.settle()
  return bench
}

describe.each([
  ['write-through', false],
  ['write-back', true],
] as const)('%s', (_name, mayKeep) => {
  it('a read that waits for an update of its first stripe gives the old data or the new', () => {
    for (const out of DRIVES) {
      for (const refusing of DRIVES.filter((drive) => drive !== out)) {
        for (let seed = 0; seed < 10; seed++) {
          const random = new Prng(seed)
          const bench = filled()
          bench.failDrive(out)
          bench.write(0, 1)
          bench.clock.run(150)
          bench.mayKeep = mayKeep
          bench.drives[refusing]?.wearOut({ firstBlock: 8, blockCount: 8 })
          const read = bench.startRead(0, BLOCKS)
          bench.write(27, NEW, { blockCount: 10, forceUnitAccess: true })
          bench.completions.runAll(random)
          const { found } = read
          const wrong = typeof found === 'object' ? found.filter((mark, block) => mark !== block + 1 && mark !== NEW) : found
          expect(wrong, `without drive ${out}, refused by drive ${refusing}, seed ${seed}`).toEqual([])
        }
      }
    }
  })
})
