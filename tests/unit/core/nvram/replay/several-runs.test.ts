/**
 * One update wrote several blocks of a row and stopped halfway. A replay writes them one after the other. While the first is written,
 * the second is on a drive that is out, and a third block cannot be read: only the log gives it, and it must not get lost with the second.
 */
import { describe, expect, it } from 'vitest'
import { present } from '../../../../../src-main/base/assert'
import { CacheBench } from '../../../../support/cache-bench'

/** Of two stripes with 24 blocks each, in chunks of 8. These three are a row with their parity. */
const BLOCKS = 48
const ROW = [3, 11, 19]
const NEW = 101

interface Hurt {
  readonly bench: CacheBench
  /** The log has what the update leaves alone. */
  readonly isInterrupted: boolean
  /** Each life begins with it. */
  spoil(): void
}

function hurt(unreadable: number, out: number, steps: number): Hurt {
  const bench = new CacheBench()
  bench.recover()
  for (let block = 0; block < BLOCKS; block++) bench.write(block, block + 1)
  bench.settle()
  const { layout } = bench.group
  const drive = (): CacheBench['drives'][number] => present(bench.drives[layout.rule.memberOf(layout, unreadable)], 'the drive')
  const at = { firstBlock: layout.rule.memberBlockOf(layout, unreadable), blockCount: 1 }
  bench.failDrive(layout.rule.memberOf(layout, out))
  for (const block of ROW) if (block !== unreadable) bench.write(block, NEW)
  const writes = (): number => bench.drives.reduce((sum, one) => sum + one.operationsOf('write').length, 0)
  const writesBefore = writes()
  bench.clock.run(150)
  for (let step = 0; step < steps && bench.completions.length > 0; step++) bench.completions.runOne()
  const before = drive().blocks(at).slice()
  let isHealed = false
  const spoil = (): void => {
    isHealed ||= drive().blocks(at)[0] !== before[0]
    if (!isHealed) drive().spoil(at)
  }
  return { bench, spoil, isInterrupted: writes() > writesBefore && bench.cache.report().records > 0 }
}

describe('a replay of several runs', () => {
  it('keeps what only the log gives', () => {
    let interrupted = 0
    for (const unreadable of ROW) {
      for (const out of ROW.filter((block) => block !== unreadable)) {
        for (let steps = 0; steps < 12; steps++) {
          const { bench, spoil, isInterrupted } = hurt(unreadable, out, steps)
          if (!isInterrupted) continue
          interrupted++
          bench.crash()
          spoil()
          bench.recover()
          bench.settle()
          const found = Array.from({ length: BLOCKS }, (_, block) => bench.read(block))
          const wrong = found.flatMap((read, block) => {
            const mark = ROW.includes(block) && block !== unreadable ? NEW : block + 1
            return typeof read === 'object' && read[0] === mark ? [] : [`${block} is ${String(read)}`]
          })
          expect(wrong, `without that of ${out}, ${unreadable} is unreadable, ${steps} steps`).toEqual([])
        }
      }
    }
    expect(interrupted).toBeGreaterThan(5)
  })
})
