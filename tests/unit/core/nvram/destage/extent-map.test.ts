import fc from 'fast-check'
import { expect, it } from 'vitest'
import { coveredBy, ExtentMap, showOver } from '../../../../../src-main/core/nvram/destage/extent-map'
import { encodeRecord } from '../../../../../src-main/core/nvram/log/record'

const BLOCKS = 64

function source(firstBlock: number, blockCount: number, mark: number) {
  const head = { sequence: mark, logEpoch: 1, volumeId: 0, volumeEpoch: 1, firstBlock, blockCount }
  return { firstBlock, blockCount, mark, bytes: encodeRecord(head, [new Uint8Array(blockCount * 512).fill(mark)]) }
}

it('shows of every block what was inserted last, and counts what it hides', () => {
  const range = fc.tuple(fc.nat(BLOCKS - 1), fc.integer({ min: 1, max: 12 }))
  fc.assert(
    fc.property(fc.array(range, { maxLength: 40 }), range, (inserts, [from, count]) => {
      const extents = new ExtentMap<ReturnType<typeof source>>()
      const model = new Array<number>(BLOCKS + 12).fill(0)
      const live = new Map<number, number>()
      inserts.forEach(([firstBlock, blockCount], index) => {
        const mark = index + 1
        live.set(mark, blockCount)
        extents.insert({ firstBlock, endBlock: firstBlock + blockCount, source: source(firstBlock, blockCount, mark) }, (old, blocks) =>
          live.set(old.mark, (live.get(old.mark) ?? 0) - blocks),
        )
        model.fill(mark, firstBlock, firstBlock + blockCount)
      })
      for (const [mark, blocks] of live) expect(model.filter((one) => one === mark)).toHaveLength(blocks)
      const wanted = model.slice(from, from + count)
      const within = extents.within(from, from + count)
      const bytes = new Uint8Array(wanted.length * 512)
      showOver(within, { firstBlock: from, bytes })
      expect(wanted.map((_, block) => bytes[block * 512])).toEqual(wanted)
      const chunks = coveredBy(within, from, from + wanted.length)
      expect(chunks !== undefined).toBe(wanted.every((mark) => mark > 0))
      if (chunks !== undefined) expect(chunks.flatMap((chunk) => [...chunk].filter((_, at) => at % 512 === 0))).toEqual(wanted)
      expect(extents.overlaps(from, from + count)).toBe(wanted.some((mark) => mark > 0))
    }),
  )
})

it('removes what a write has brought to the drives, and not what was inserted over it meanwhile', () => {
  const extents = new ExtentMap<ReturnType<typeof source>>()
  const insert = (firstBlock: number, blockCount: number, mark: number): void =>
    extents.insert({ firstBlock, endBlock: firstBlock + blockCount, source: source(firstBlock, blockCount, mark) }, () => undefined)
  const write = {}
  insert(0, 8, 1)
  for (const extent of extents.all()) extent.write = write
  insert(2, 3, 2)
  const removed: [number, number][] = []
  extents.remove(0, 8, write, ({ mark }, blocks) => removed.push([mark, blocks]))
  expect(removed).toEqual([
    [1, 2],
    [1, 3],
  ])
  expect(extents.all()).toMatchObject([{ firstBlock: 2, endBlock: 5, source: { mark: 2 } }])
})
