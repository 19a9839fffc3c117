import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stripeAt, stripeCountOf, stripesFrom } from '../../../../src-main/core/mapping/volume-stripes'
import { drawnSlices, LAYOUTS, mapOver, type SliceOf } from './example-volumes'

const AT = {
  one: [{ groupId: 0, groupBlock: 48, blockCount: 40 }],
  two: [
    { groupId: 0, groupBlock: 240, blockCount: 48 },
    { groupId: 1, groupBlock: 32, blockCount: 52 },
  ],
}

/** Block by block, as nobody would do it: where each block of the volume is. */
function placesOf(slices: readonly SliceOf[]): string[] {
  return slices.flatMap(({ groupId, groupBlock, blockCount }) => names(groupId, groupBlock, blockCount))
}

function names(groupId: number, first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${groupId}:${first + index}`)
}

describe('the map of a volume', () => {
  it('of one slice gives the same object for every block of it', () => {
    const map = mapOver(LAYOUTS, AT.one)
    expect(map.sliceAt(0)).toMatchObject({ firstBlock: 0, endBlock: 40, shift: 48 })
    expect(map.sliceAt(39)).toBe(map.sliceAt(0))
    expect(map.blockCount).toBe(40)
  })

  it('of two slices goes on in the second where the first ends', () => {
    const map = mapOver(LAYOUTS, AT.two)
    expect([47, 48].map((block) => block + map.sliceAt(block).shift)).toEqual([287, 32])
    expect(map.runs(46, 4)).toEqual([
      { group: LAYOUTS[0], groupBlock: 286, volumeBlock: 46, blockCount: 2 },
      { group: LAYOUTS[1], groupBlock: 32, volumeBlock: 48, blockCount: 2 },
    ])
  })

  it('has stripes that end with their slice, also where the volume leaves a part of the last one unused', () => {
    const map = mapOver(LAYOUTS, AT.two)
    const stripes = [0, 23, 24, 47, 48, 95, 96, 99].map((block) => map.stripeAt(block))
    expect(stripes.map(({ firstBlock, endBlock }) => [firstBlock, endBlock])).toEqual([
      [0, 24],
      [0, 24],
      [24, 48],
      [24, 48],
      [48, 64],
      [80, 96],
      [96, 100],
      [96, 100],
    ])
  })

  it('has no blocks before its first and behind its last', () => {
    const map = mapOver(LAYOUTS, AT.two)
    for (const block of [-1, 100, 1.5e9, Number.NaN]) expect(() => map.sliceAt(block)).toThrow('block')
    expect(() => map.runs(98, 3)).toThrow('block 100')
  })

  it('has the rest of its last stripe for parity, and no range of two slices', () => {
    const map = mapOver(LAYOUTS, AT.two)
    const shiftOf = (firstBlock: number, blockCount: number) => map.sliceOfStripes({ firstBlock, blockCount })?.shift
    expect([shiftOf(0, 48), shiftOf(48, 64), shiftOf(111, 1)]).toEqual([240, -16, -16])
    expect([shiftOf(-1, 2), shiftOf(47, 2), shiftOf(111, 2), shiftOf(112, 1)]).toEqual([undefined, undefined, undefined, undefined])
  })

  it('refuses slices that would share a stripe or leave their group', () => {
    const refused = (...slices: Parameters<typeof mapOver>[1]) => expect(() => mapOver(LAYOUTS, slices)).toThrow('slice')
    refused({ groupId: 0, groupBlock: 8, blockCount: 24 })
    refused({ groupId: 0, groupBlock: 0, blockCount: 20 }, { groupId: 1, groupBlock: 0, blockCount: 16 })
    refused({ groupId: 0, groupBlock: 264, blockCount: 25 })
    refused()
  })

  it('finds each block, each range and the way back, however many slices there are', () => {
    fc.assert(
      fc.property(drawnSlices, fc.nat(), fc.nat(120), (slices, position, length) => {
        const map = mapOver(LAYOUTS, slices)
        const places = placesOf(slices)
        expect(map.blockCount).toBe(places.length)
        places.forEach((place, block) => {
          const { group, shift, firstBlock, endBlock } = map.sliceAt(block)
          expect(`${group.layout.groupId}:${block + shift}`).toBe(place)
          expect(block >= firstBlock && block < endBlock).toBe(true)
        })
        const first = position % places.length
        const count = Math.min(length, places.length - first)
        const runs = map.runs(first, count)
        const slicesOfRuns = runs.map(({ group, groupBlock, blockCount }) => ({ groupId: group.layout.groupId, groupBlock, blockCount }))
        expect(placesOf(slicesOfRuns)).toEqual(places.slice(first, first + count))
        expect(runs.every(({ blockCount }) => blockCount > 0)).toBe(true)
        for (const { layout } of LAYOUTS) {
          for (let groupBlock = 0; groupBlock < layout.usableBlocks; groupBlock++) {
            const block = places.indexOf(`${layout.groupId}:${groupBlock}`)
            expect(map.blockAt(layout.groupId, groupBlock)).toBe(block < 0 ? undefined : block)
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  it('has the end of its last stripe, though no block of it is there', () => {
    const map = mapOver(LAYOUTS, AT.two)
    expect([83, 84, 95, 96].map((groupBlock) => [map.blockAt(1, groupBlock), map.sliceHolding(1, groupBlock)?.shift])).toEqual([
      [99, -16],
      [undefined, -16],
      [undefined, -16],
      [undefined, undefined],
    ])
    expect(map.sliceHolding(2, 40)).toBeUndefined()
  })
})

describe('the stripes of a volume', () => {
  it('are counted through slices whose stripes differ in length', () => {
    const map = mapOver(LAYOUTS, AT.two)
    expect(stripeCountOf(map)).toBe(2 + 4)
    expect([0, 1, 2, 5].map((stripe) => stripesFrom(map, stripe))).toEqual([
      { group: LAYOUTS[0], firstStripe: 10, stripeCount: 2, volumeBlock: 0 },
      { group: LAYOUTS[0], firstStripe: 11, stripeCount: 1, volumeBlock: 24 },
      { group: LAYOUTS[1], firstStripe: 2, stripeCount: 4, volumeBlock: 48 },
      { group: LAYOUTS[1], firstStripe: 5, stripeCount: 1, volumeBlock: 96 },
    ])
    expect(() => stripesFrom(map, 6)).toThrow('stripe 6')
    expect(() => stripeAt(map, 100)).toThrow('block 100')
  })

  it('are those of the groups, each once and in order, wherever one begins', () => {
    fc.assert(
      fc.property(drawnSlices, (slices) => {
        const map = mapOver(LAYOUTS, slices)
        const walked: string[] = []
        for (let stripe = 0; stripe < stripeCountOf(map);) {
          const { group, firstStripe, stripeCount, volumeBlock } = stripesFrom(map, stripe)
          expect(stripeAt(map, volumeBlock)).toBe(stripe)
          const last = Math.min(map.sliceAt(volumeBlock).endBlock, volumeBlock + stripeCount * group.layout.stripeBlocks) - 1
          expect(stripeAt(map, last)).toBe(stripe + stripeCount - 1)
          for (let index = 0; index < stripeCount; index++) walked.push(`${group.layout.groupId}:${firstStripe + index}`)
          stripe += stripeCount
        }
        const expected = slices.flatMap(({ groupId, groupBlock, blockCount }) => {
          const { stripeBlocks } = LAYOUTS[groupId]!.layout
          return names(groupId, groupBlock / stripeBlocks, Math.ceil(blockCount / stripeBlocks))
        })
        expect(walked).toEqual(expected)
      }),
    )
  })
})
