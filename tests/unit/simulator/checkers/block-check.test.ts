import { describe, expect, it } from 'vitest'
import { BlockCheck } from '../../../../src-main/simulator/checkers/block-check'
import { Violations } from '../../../../src-main/simulator/checkers/checker'
import { VirtualClock } from '../../../../src-main/simulator/virtual-clock'

const RANGE = { contentId: 1, firstBlock: 40, blockCount: 2 }

function bench() {
  const violations = new Violations(new VirtualClock())
  const check = new BlockCheck(violations, () => 5)
  const read = (values: readonly (number | 'garbage')[]): void => check.readEnds('host 1', RANGE, check.moment(), values)
  const sentences = (): string[] => violations.found.map(({ checker, sentence }) => `${checker}: ${sentence}`)
  return { check, read, sentences }
}

describe('the check of blocks', () => {
  it('accepts what was written, block by block', () => {
    const { check, read, sentences } = bench()
    read([0, 0])
    const first = check.writeBegins('host 1', RANGE)
    read([0, first])
    check.writeEnds(first, RANGE)
    read([first, first])
    expect(sentences()).toEqual([])
  })

  it('finds a lost acknowledged write', () => {
    const { check, read, sentences } = bench()
    const value = check.writeBegins('host 2', RANGE)
    check.writeEnds(value, RANGE)
    read([value, 0])
    expect(sentences()).toEqual([
      expect.stringMatching(/^blocks-linearizable: block 41 of volume 1: .*although it had been overwritten by value 1 \(host 2/),
    ])
  })

  it('excuses old data only in the very block whose write went elsewhere', () => {
    const { check, read, sentences } = bench()
    const value = check.writeBegins('host 2', RANGE)
    check.writeEnds(value, RANGE)
    check.mayBeStale(RANGE.contentId, RANGE.firstBlock)
    read([0, value])
    read(['garbage', value])
    expect(sentences()).toEqual([])
    read([0, 0])
    expect(sentences()).toEqual([expect.stringMatching(/block 41 of volume 1: the first, blank value /)])
  })

  it('finds it with the read that shows it, once, and at the host', () => {
    const violations = new Violations(new VirtualClock())
    const check = new BlockCheck(violations, () => 5)
    const value = check.writeBegins('host 2', RANGE)
    check.writeEnds(value, RANGE)
    expect(violations.found).toEqual([])
    for (let time = 0; time < 2; time++) check.readEnds('host 1', RANGE, check.moment(), [0, 0])
    expect(violations.found).toEqual([expect.objectContaining({ checker: 'blocks-linearizable', place: 'host' })])
  })

  it('knows that a write that has ended without an answer does not come later', () => {
    const { check, read, sentences } = bench()
    const ended = check.writeBegins('host 1', RANGE)
    check.writeIsOver(ended, RANGE)
    read([ended, 0])
    expect(sentences()).toEqual([])
    const next = check.writeBegins('host 1', RANGE)
    check.writeEnds(next, RANGE)
    read([next, ended])
    expect(sentences()).toEqual([expect.stringMatching(/block 41 of volume 1: .*overwritten by value 2/)])
  })

  it('knows that a refused write never comes', () => {
    const { check, read, sentences } = bench()
    const refused = check.writeBegins('host 1', RANGE)
    check.writeIsRefused(refused, RANGE)
    read([0, 0])
    expect(sentences()).toEqual([])
    read([0, refused])
    expect(sentences()).toEqual([expect.stringMatching('where no host wrote it')])
  })

  it('finds that a write was read before it was refused', () => {
    const { check, read, sentences } = bench()
    const refused = check.writeBegins('host 1', RANGE)
    read([0, refused])
    check.writeIsRefused(refused, RANGE)
    expect(sentences()).toEqual([expect.stringMatching('which was refused')])
  })

  it('finds blocks of others, garbage, and too few of them', () => {
    for (const values of [[77, 0], ['garbage' as const, 0], [0]]) {
      const { read, sentences } = bench()
      read(values)
      expect(sentences()).toHaveLength(1)
    }
  })

  it('lets a write that was never answered appear late, but not its first try once it was answered', () => {
    const unknown = bench()
    const lost = unknown.check.writeBegins('host 1', RANGE)
    const newer = unknown.check.writeBegins('host 2', RANGE)
    unknown.check.writeEnds(newer, RANGE)
    unknown.read([newer, newer])
    unknown.read([lost, lost])
    expect(unknown.sentences()).toEqual([])

    const retried = bench()
    const firstTry = retried.check.writeBegins('host 1', RANGE)
    const secondTry = retried.check.writeBegins('host 1', RANGE)
    retried.check.writeEnds(secondTry, RANGE, [firstTry])
    const after = retried.check.writeBegins('host 2', RANGE)
    retried.check.writeEnds(after, RANGE)
    retried.read([after, after])
    retried.read([firstTry, firstTry])
    expect(retried.sentences()).toHaveLength(1)
  })

  it('knows nothing of a content that was something else, until it is written', () => {
    const { check, read, sentences } = bench()
    check.isUnknownAtFirst(RANGE.contentId)
    read(['garbage', 0])
    const value = check.writeBegins('host 1', RANGE)
    check.writeEnds(value, RANGE)
    read([value, value])
    expect(sentences()).toEqual([])
    read(['garbage', value])
    expect(sentences()).toEqual([expect.stringContaining('the first, blank value')])
  })

  it('says which blocks may be lost, and reads them back alone', () => {
    const { check, read } = bench()
    read([0, 0])
    check.readEnds('host 1', { ...RANGE, firstBlock: 50 }, check.moment(), [0, 0])
    check.readEnds('host 1', { ...RANGE, firstBlock: 42 }, check.moment(), [0, 0])
    check.losesPerhaps(RANGE.contentId, 41)
    expect(check.mayBeLost(RANGE)).toBe(true)
    expect(check.mayBeLost({ ...RANGE, firstBlock: 42 })).toBe(false)
    expect(check.mayBeLost({ ...RANGE, contentId: 2 })).toBe(false)
    expect(check.touched(RANGE.contentId)).toEqual([
      { firstBlock: 40, blockCount: 1 },
      { firstBlock: 41, blockCount: 1 },
      { firstBlock: 42, blockCount: 2 },
      { firstBlock: 50, blockCount: 2 },
    ])
  })
})

describe('the check of blocks whose held writes were discarded', () => {
  const { contentId } = RANGE

  function written(count: number) {
    const made = bench()
    const write = (): number => {
      const value = made.check.writeBegins('host 1', RANGE)
      made.check.writeEnds(value, RANGE)
      return value
    }
    return { ...made, write, values: Array.from({ length: count }, write) }
  }

  it('accepts any acknowledged write in each block, and the first value', () => {
    const { check, read, sentences, values } = written(3)
    check.discarded(contentId)
    read([values[1]!, 0])
    read([values[1]!, 0])
    expect(sentences()).toEqual([])
  })

  it('holds each block to what was read of it first', () => {
    const { check, read, sentences, values } = written(3)
    check.discarded(contentId)
    read([values[1]!, values[1]!])
    read([values[1]!, values[2]!])
    expect(sentences()).toEqual([expect.stringMatching(/host 1 read value 3 from block 41 of volume 1, where/)])
  })

  it.each(['flushed', 'forced'] as const)('accepts nothing older than what was %s', (how) => {
    const { check, read, sentences, values, write } = written(2)
    if (how === 'forced') check.forced(values[1]!, RANGE)
    else check.flushed(contentId, check.moment())
    const newest = write()
    check.discarded(contentId)
    read([values[1]!, newest])
    expect(sentences()).toEqual([])
    check.discarded(contentId)
    read([values[1]!, values[0]!])
    expect(sentences()).toEqual([expect.stringMatching(/read value 1 from block 41/)])
  })

  it('does not take a flush that began before the write for one of it', () => {
    const { check, read, sentences, values, write } = written(1)
    const moment = check.moment()
    write()
    check.flushed(contentId, moment)
    check.discarded(contentId)
    read([values[0]!, values[0]!])
    expect(sentences()).toEqual([])
  })

  it('excuses no other volume', () => {
    const { check, read, sentences } = written(1)
    check.discarded(contentId + 1)
    read([0, 1])
    expect(sentences()).toEqual([expect.stringMatching(/block 40 of volume 1: the first, blank value/)])
  })

  it('excuses nothing that is acknowledged later', () => {
    const { check, read, sentences, values, write } = written(2)
    check.discarded(contentId)
    const newest = write()
    read([newest, newest])
    expect(sentences()).toEqual([])
    read([newest, values[1]!])
    expect(sentences()).toEqual([expect.stringMatching(/block 41 of volume 1: what stood there after held writes were discarded/)])
  })

  it('accepts what was under way, before or after what was found, but not both', () => {
    const { check, read, sentences, values } = written(1)
    const late = check.writeBegins('host 2', RANGE)
    check.discarded(contentId)
    read([values[0]!, late])
    read([late, late])
    check.writeEnds(late, RANGE)
    expect(sentences()).toEqual([])
    read([values[0]!, late])
    expect(sentences()).toHaveLength(1)
  })

  it('accepts a late answer with what was there before', () => {
    const { check, sentences, values } = written(2)
    const moment = check.moment()
    check.discarded(contentId)
    check.readEnds('host 2', RANGE, moment, [values[1]!, values[1]!])
    check.readEnds('host 1', RANGE, check.moment(), [values[0]!, 0])
    expect(sentences()).toEqual([])
  })
})
