/**
 * An update of a stripe that a drive refuses half-way, in a group that cannot do without that drive: what nobody wrote must
 * read right all the time, without another drive, too, and after a crash; what was written is there once the drive takes it.
 */
import { describe, expect, it } from 'vitest'
import type { RaidLevel } from '../../../../../src-main/contract/configuration'
import { CacheBench } from '../../../../support/cache-bench'

const BLOCKS = 48
const DRIVES = [0, 1, 2, 3]
const NEW = 101

/** Chunks have 8 blocks, stripes 24. */
const WRITES = [
  { name: 'one block', firstBlock: 3, blockCount: 1 },
  { name: 'the end of a chunk and the beginning of the next', firstBlock: 6, blockCount: 4 },
  { name: 'most of a stripe', firstBlock: 2, blockCount: 20 },
  { name: 'a stripe and a part of the next', firstBlock: 0, blockCount: 27 },
]

interface Update {
  readonly firstBlock: number
  readonly blockCount: number
}

function filled(level: RaidLevel, mayKeep: boolean): CacheBench {
  const bench = new CacheBench({ level, nvramBytes: 256 * 1024 })
  bench.recover()
  for (let block = 0; block < BLOCKS; block++) bench.write(block, block + 1)
  bench.settle()
  bench.mayKeep = mayKeep
  return bench
}

/** The drive refuses to write, and takes it again when the update has ended. Undefined: the update did not need it. */
function refused(bench: CacheBench, { firstBlock, blockCount }: Update, drive: number): string | undefined {
  const before = writesTo(bench, drive)
  bench.drives[drive]?.wearOut({ firstBlock: 0, blockCount: 128 })
  const told = bench.write(firstBlock, NEW, { blockCount })
  bench.clock.run(150)
  bench.completions.runAll()
  bench.drives[drive]?.heal()
  if (writesTo(bench, drive) === before) return undefined
  return told.outcome?.ok === true ? 'good' : told.outcome?.fault
}

function writesTo(bench: CacheBench, drive: number): number {
  return bench.drives[drive]?.operationsOf('write').length ?? 0
}

function expectRight(bench: CacheBench, update: Update, options: { readonly when: string; readonly isWritten: boolean }): void {
  const read = bench.read(0, BLOCKS)
  if (typeof read === 'string') throw new Error(`${options.when}: ${read}`)
  const wrong = read.flatMap((mark, block) => {
    const isIn = block >= update.firstBlock && block < update.firstBlock + update.blockCount
    const isRight = mark === (isIn && options.isWritten ? NEW : block + 1)
    return isRight ? [] : [`block ${block} reads ${mark}`]
  })
  expect(wrong, options.when).toEqual([])
}

describe.each([
  ['raid5', 'write-through', false],
  ['raid5', 'write-back', true],
  ['raid1', 'write-through', false],
  ['raid1', 'write-back', true],
] as const)('%s, %s', (level, _name, mayKeep) => {
  describe.each(WRITES)('of $name', (update) => {
    it('gives the old data or the new to whoever reads meanwhile', () => {
      for (const out of DRIVES) {
        for (const refusing of DRIVES.filter((drive) => drive !== out)) {
          const bench = filled(level, mayKeep)
          bench.failDrive(out)
          bench.drives[refusing]?.wearOut({ firstBlock: 0, blockCount: 128 })
          bench.write(update.firstBlock, NEW, { blockCount: update.blockCount })
          bench.clock.run(150)
          const found = bench.read(0, BLOCKS)
          const wrong = typeof found === 'string' ? found : found.filter((mark, block) => mark !== block + 1 && mark !== NEW)
          expect(wrong, `without drive ${out}, refused by drive ${refusing}`).toEqual([])
        }
      }
    })

    it('in a group without a drive', () => {
      let refusals = 0
      for (const out of DRIVES) {
        for (const refusing of DRIVES.filter((drive) => drive !== out)) {
          const when = `without drive ${out}, refused by drive ${refusing}`
          const begun = (): CacheBench | undefined => {
            const bench = filled(level, mayKeep)
            bench.failDrive(out)
            const heard = refused(bench, update, refusing)
            if (heard !== undefined) expect(heard, when).toBe(mayKeep ? 'good' : 'medium-error')
            return heard === undefined ? undefined : bench
          }
          const bench = begun()
          if (bench === undefined) continue
          refusals++
          expectRight(bench, update, { when, isWritten: true })
          bench.clock.run(2000)
          bench.settle()
          expect(bench.cache.report().records, when).toBe(0)
          expectRight(bench, update, { when: `${when}, then written`, isWritten: true })
          const other = begun()
          other?.crash()
          other?.recover()
          if (other !== undefined) expectRight(other, update, { when: `${when}, after a crash`, isWritten: true })
        }
      }
      expect(refusals).toBeGreaterThan(3)
    })

    it('in a whole group, which loses another drive then', () => {
      for (const refusing of DRIVES) {
        for (const out of DRIVES.filter((drive) => drive !== refusing)) {
          for (const crashes of [false, true]) {
            const when = `refused by drive ${refusing}, then without drive ${out}${crashes ? ', after a crash' : ''}`
            const bench = filled(level, mayKeep)
            if (refused(bench, update, refusing) === undefined) continue
            bench.loseDrive(out)
            if (crashes) {
              bench.crash()
              bench.recover()
            }
            expectRight(bench, update, { when, isWritten: true })
          }
        }
      }
    })
  })
})

describe('a write-back volume', () => {
  it('is tried again where a write has failed, also when another one went well after it', () => {
    const bench = filled('raid5', true)
    for (const drive of bench.drives) drive.wearOut({ firstBlock: 0, blockCount: 8 })
    bench.write(3, NEW)
    bench.write(40, NEW)
    bench.clock.run(150)
    bench.completions.runAll()
    expect(bench.cache.report().records).toBeGreaterThan(0)
    for (const drive of bench.drives) drive.heal()
    bench.clock.run(1500)
    bench.completions.runAll()
    expect(bench.cache.report().records).toBe(0)
    expect(bench.verify().inconsistent).toEqual([])
    expect([bench.read(3), bench.read(40), bench.read(4)]).toEqual([[NEW], [NEW], [5]])
  })
})
