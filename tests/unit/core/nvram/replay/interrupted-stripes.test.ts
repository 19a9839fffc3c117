/**
 * The write hole of RAID-5, moment by moment: a controller dies when some of the writes of a stripe's update are on their
 * drives, or one of them in part, and a drive dies with it, or is out already, or dies with a second crash in the middle of
 * the replay. Every block must read right, those that were written and those that nobody wrote.
 */
import { describe, expect, it } from 'vitest'
import { NvramSlot } from '../../../../../src-main/core/nvram/log/slot'
import { CacheBench, VOLUME } from '../../../../support/cache-bench'

const BLOCKS = 48
const DRIVES = [0, 1, 2, 3]
const NVRAM_BYTES = 256 * 1024

interface Write {
  readonly firstBlock: number
  readonly blockCount: number
}

interface Scenario {
  readonly name: string
  /** Its update is cut short. */
  readonly interrupted: Write
  /** In the log behind it, and not on its way to the drives. */
  readonly behind?: readonly Write[]
}

/** Chunks have 8 blocks, stripes 24. */
const SCENARIOS: readonly Scenario[] = [
  { name: 'one block', interrupted: { firstBlock: 3, blockCount: 1 } },
  { name: 'the end of a chunk and the beginning of the next', interrupted: { firstBlock: 6, blockCount: 4 } },
  { name: 'most of a stripe', interrupted: { firstBlock: 2, blockCount: 20 } },
  { name: 'the end of a stripe and the beginning of the next', interrupted: { firstBlock: 21, blockCount: 9 } },
  { name: 'a stripe and a part of the next', interrupted: { firstBlock: 0, blockCount: 27 } },
  {
    name: 'one block, with newer data for its row in the log',
    interrupted: { firstBlock: 3, blockCount: 1 },
    behind: [{ firstBlock: 11, blockCount: 1 }],
  },
  {
    name: 'a chunk, with newer data for it, for its rows and for its neighbours in the log',
    interrupted: { firstBlock: 8, blockCount: 8 },
    behind: [
      { firstBlock: 10, blockCount: 1 },
      { firstBlock: 0, blockCount: 4 },
      { firstBlock: 21, blockCount: 5 },
    ],
  },
]

/** What each block reads as when all that was acknowledged is there. */
type Marks = number[]

interface Cut {
  readonly bench: CacheBench
  readonly marks: Marks
  /** Of the update, issued and not on their drives. */
  readonly writes: number
}

/** All that the update needs is read. One of its writes may be one that ends in the middle. */
function begun(scenario: Scenario, outDrive: number | undefined, torn?: number): Cut {
  const bench = new CacheBench({ nvramBytes: NVRAM_BYTES })
  bench.recover()
  const marks = Array.from({ length: BLOCKS }, (_, block) => block + 1)
  marks.forEach((mark, block) => bench.write(block, mark))
  bench.settle()
  if (outDrive !== undefined) bench.failDrive(outDrive)
  const write = ({ firstBlock, blockCount }: Write, mark: number): void => {
    expect(bench.write(firstBlock, mark, { blockCount }).outcome).toEqual({ ok: true, value: undefined })
    marks.fill(mark, firstBlock, firstBlock + blockCount)
  }
  write(scenario.interrupted, 101)
  const before = writesOf(bench)
  if (torn !== undefined) bench.drives[torn]?.tearNextWrite(1)
  // From here on it is on its way to the drives.
  bench.clock.run(150)
  scenario.behind?.forEach((one, index) => write(one, 111 + index))
  while (writesOf(bench) === before) bench.completions.runOne()
  return { bench, marks, writes: writesOf(bench) - before }
}

function writesOf(bench: CacheBench): number {
  return bench.drives.reduce((sum, drive) => sum + drive.operationsOf('write').length, 0)
}

/** Those of which the bit is set, so that every subset has its number. */
function runWrites(bench: CacheBench, count: number, subset: number): void {
  for (let index = count - 1; index >= 0; index--) if ((subset & (1 << index)) !== 0) bench.completions.runOne(index)
}

function expectRight(bench: CacheBench, marks: Marks, when: string): void {
  const read = bench.read(0, BLOCKS)
  if (JSON.stringify(read) !== JSON.stringify(marks)) throw new Error(`${when}: ${wrongBlocks(read, marks)}`)
}

function wrongBlocks(read: number[] | string, marks: Marks): string {
  if (typeof read === 'string') return read
  return marks.flatMap((mark, block) => (read[block] === mark ? [] : [`block ${block} reads ${read[block]} and not ${mark}`])).join(', ')
}

/** The moments at which the update can be cut short: after which of its writes, and one of them torn or none. */
function eachCut(scenario: Scenario, outDrive: number | undefined, check: (cut: () => Cut, name: string) => void): void {
  const cutAfter = (subset: number, torn?: number): Cut => {
    const cut = begun(scenario, outDrive, torn)
    runWrites(cut.bench, cut.writes, subset)
    return cut
  }
  const { writes } = begun(scenario, outDrive)
  const all = (1 << writes) - 1
  for (let subset = 0; subset <= all; subset++) check(() => cutAfter(subset), `writes ${subset.toString(2).padStart(writes, '0')}`)
  for (const torn of DRIVES) check(() => cutAfter(all, torn), `all writes, that of drive ${torn} torn`)
}

describe.each(SCENARIOS)('an update of $name that is cut short', (scenario) => {
  it('leaves every block right without any one of the drives', () => {
    eachCut(scenario, undefined, (cut, name) => {
      for (const lost of [undefined, ...DRIVES]) {
        const { bench, marks } = cut()
        if (lost !== undefined) bench.loseDrive(lost)
        bench.crash()
        bench.recover()
        expectRight(bench, marks, `${name}, without drive ${lost}`)
        bench.settle()
        expectRight(bench, marks, `${name}, without drive ${lost}, at the end`)
        if (lost === undefined) expect(bench.verify().inconsistent, name).toEqual([])
      }
    })
  })

  it.each(DRIVES)('leaves every block right where drive %i was out before', (outDrive) => {
    eachCut(scenario, outDrive, (cut, name) => {
      const { bench, marks } = cut()
      bench.crash()
      bench.recover()
      expectRight(bench, marks, `${name}, drive ${outDrive} out`)
    })
  })

  it.each([undefined, ...DRIVES])(
    'leaves every block right when its replay is cut short, too, at any step (drive out before: %s)',
    (outDrive) => {
      for (const lostFirst of outDrive === undefined ? [undefined, ...DRIVES] : [undefined]) {
        eachCut(scenario, outDrive, (cut, name) => {
          let isOver = false
          for (let steps = 0; !isOver; steps++) {
            for (const lostThen of lostFirst === undefined && outDrive === undefined ? DRIVES : [undefined]) {
              const { bench, marks } = cut()
              if (lostFirst !== undefined) bench.loseDrive(lostFirst)
              bench.crash()
              bench.cache.recover(bench.state, () => (isOver = true))
              for (let step = 0; step < steps && bench.completions.length > 0; step++)
                bench.completions.runOne(step % 3 === 0 ? bench.completions.length - 1 : 0)
              if (lostThen !== undefined) bench.loseDrive(lostThen)
              bench.crash()
              bench.recover()
              expectRight(bench, marks, `${name}, without drive ${lostFirst}, ${steps} steps into the replay without drive ${lostThen}`)
            }
          }
        })
      }
    },
    // Seconds of computing: on a busy machine they take their time.
    120_000,
  )
})

it('a row whose write was on the drives before is whole after the replay, so a rebuild does not wait for it', () => {
  const bench = new CacheBench({ nvramBytes: 64 * 1024 })
  bench.recover()
  for (let block = 0; block < BLOCKS; block++) bench.write(block, block + 1)
  bench.settle()
  bench.write(0, 101, { blockCount: 4 })
  bench.clock.run(60)
  bench.write(24, 102)
  // Now the first write is on the drives and trimmed. Its partial parity, logged behind the second one, is in the log yet.
  bench.clock.run(60)
  bench.completions.runAll()
  bench.crash()
  const left = new NvramSlot(bench.nvram, 'a').valid('log', bench.state)
  expect(left.map(({ firstBlock, parityBlocks }) => [firstBlock, parityBlocks !== undefined])).toEqual([
    [24, false],
    [0, true],
  ])
  bench.recover()
  bench.failDrive(1)
  bench.drives[2]?.spoil({ firstBlock: 0, blockCount: 1 })
  const missing = [{ slot: VOLUME, epoch: 3, fromStripe: 0, endStripe: 2 }]
  bench.group.recordFailed([1], [{ drive: 1, missing }])
  let fault: string | undefined = 'none yet'
  bench.group.rebuild({ drive: 1, firstStripe: 0, stripeCount: 2, claim: bench.place.claim }, (ended) => (fault = ended))
  bench.completions.runAll()
  expect(fault).toBeUndefined()
})
