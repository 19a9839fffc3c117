import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src-main/contract/limits'
import {
  decodeIntentMap,
  encodeIntentMap,
  INTENT_REGIONS,
  intentBlock,
  newestIntentMap,
  regionStripesOf,
  type IntentMap,
} from '../../../../src-main/core/raid/intent-map'
import { SUPERBLOCK_AREA_BLOCKS, SUPERBLOCK_SLOT_BYTES } from '../../../../src-main/core/raid/superblock'

const marks = fc.uint8Array({ minLength: INTENT_REGIONS, maxLength: INTENT_REGIONS, max: 1 })
const maps: fc.Arbitrary<IntentMap> = fc.record({
  volumeId: fc.nat(63),
  epoch: fc.nat(2 ** 40),
  sequence: fc.nat(2 ** 30),
  regionStripes: fc.integer({ min: 1, max: 2 ** 20 }),
  written: marks,
  doubtful: marks,
})

function mapOf(more: Partial<IntentMap> = {}): IntentMap {
  const none = new Uint8Array(INTENT_REGIONS)
  return { volumeId: 3, epoch: 4, sequence: 1, regionStripes: 1, written: none, doubtful: none, ...more }
}

describe('the sector of a write-intent map', () => {
  it('says what was put into it', () => {
    fc.assert(
      fc.property(maps, (map) => {
        expect(decodeIntentMap(encodeIntentMap(map), map.volumeId)).toEqual(map)
      }),
    )
  })

  it('is behind the superblocks and before all sections, for every volume', () => {
    expect(intentBlock(0) * 512).toBeGreaterThanOrEqual(2 * SUPERBLOCK_SLOT_BYTES)
    expect(intentBlock(LIMITS.volumes - 1)).toBeLessThan(SUPERBLOCK_AREA_BLOCKS)
  })

  it('is not believed with one bit changed, nor in the place of another volume', () => {
    const sector = encodeIntentMap(mapOf())
    expect(decodeIntentMap(sector, 4)).toBe('broken')
    for (const at of [0, 9, 17, 21, 24, 30, 40, 300, 511]) {
      const changed = sector.slice()
      changed[at]! ^= 4
      expect(decodeIntentMap(changed, 3), `byte ${at}`).toBe('broken')
    }
    expect(decodeIntentMap(new Uint8Array(512), 3)).toBe('blank')
  })

  it('has a region for every stripe', () => {
    for (const stripes of [1, INTENT_REGIONS, INTENT_REGIONS + 1, 10_000_000]) {
      expect(regionStripesOf(stripes) * INTENT_REGIONS).toBeGreaterThanOrEqual(stripes)
    }
    expect(regionStripesOf(INTENT_REGIONS)).toBe(1)
  })
})

describe('the map that counts', () => {
  const sector = (more: Partial<IntentMap>): Uint8Array => encodeIntentMap(mapOf(more))
  const blank = new Uint8Array(512)

  it('is the one with the highest epoch, and of these the one with the highest sequence', () => {
    const sectors = [
      sector({ epoch: 4, sequence: 9 }),
      sector({ epoch: 5, sequence: 2 }),
      sector({ epoch: 5, sequence: 1 }),
      blank,
      undefined,
    ]
    expect(newestIntentMap(sectors, 3)).toMatchObject({ epoch: 5, sequence: 2 })
  })

  it('is none where no drive ever had one, and unknown where no drive can say that', () => {
    expect(newestIntentMap([blank, undefined], 3)).toBe('none')
    expect(newestIntentMap([undefined, blank.slice().fill(7)], 3)).toBe('unknown')
    expect(newestIntentMap([], 3)).toBe('unknown')
  })
})
