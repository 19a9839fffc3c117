import { expect, it } from 'vitest'
import { present } from '../../../../src-main/base/assert'
import { Prng } from '../../../../src-main/base/prng'
import { valuesOf } from '../../../../src-main/simulator/hosts/block-values'
import { Ground } from '../../../../src-main/simulator/hosts/ground'
import { bytesOf, KnownBlocks } from '../../../../src-main/simulator/hosts/known-blocks'
import { servingWorld } from '../../../support/simulation'

const state = present(servingWorld({ seed: 1 }).controller('a')?.state, 'array state')
const [volume] = new Ground({ state, random: new Prng(1), hasLedgerHost: false, hasScsiHost: true }).volumes
const PLACE = { volume: present(volume, 'volume'), firstBlock: 3, blockCount: 2 }
const SEVEN = { value: 7, isSame: false }
const EIGHT = { value: 8, isSame: true }

it('blocks are blank at first, and then what was written last', () => {
  const known = new KnownBlocks()
  expect(known.look(PLACE)?.values).toEqual(Array(2).fill({ value: 0, isSame: false }))
  known.writeBegins({ ...PLACE, blockCount: 1 })
  expect(known.look(PLACE)).toBeUndefined()
  known.writeEnds({ ...PLACE, blockCount: 1 }, SEVEN)
  expect(known.look(PLACE)?.values.map(({ value }) => value)).toEqual([7, 0])
})

it('a refused write changes nothing, and one that is over may have', () => {
  const known = new KnownBlocks()
  known.writeBegins(PLACE)
  known.writeIsRefused(PLACE)
  expect(known.look(PLACE)).toBeDefined()
  known.writeBegins(PLACE)
  known.writeIsOver(PLACE)
  expect(known.look(PLACE)).toBeUndefined()
})

it('of two writes at once, nobody knows which is last', () => {
  const known = new KnownBlocks()
  known.writeBegins(PLACE)
  expect(known.isAlone(PLACE)).toBe(true)
  known.writeBegins(PLACE)
  expect(known.isAlone(PLACE)).toBe(false)
  known.writeEnds(PLACE, SEVEN)
  known.writeEnds(PLACE, EIGHT)
  expect(known.look(PLACE)).toBeUndefined()
  known.writeBegins(PLACE)
  known.writeEnds(PLACE, EIGHT)
  expect(known.look(PLACE)?.values).toEqual([EIGHT, EIGHT])
})

it('a look is outdated once another write has begun', () => {
  const known = new KnownBlocks()
  const look = present(known.look(PLACE), 'look')
  expect(known.isUnchanged(PLACE, look)).toBe(true)
  known.writeBegins(PLACE)
  known.writeIsRefused(PLACE)
  expect(known.isUnchanged(PLACE, look)).toBe(false)
})

it('their bytes are read as what they are', () => {
  const bytes = bytesOf([SEVEN, EIGHT, { value: 0, isSame: false }], PLACE)
  const { contentId } = PLACE.volume
  expect(valuesOf([bytes], contentId, PLACE.firstBlock)).toEqual([7, 8, 0])
  // What names its place is garbage elsewhere. What names none is not.
  expect(valuesOf([bytes], contentId, PLACE.firstBlock + 1)).toEqual(['garbage', 8, 0])
  expect(valuesOf([bytes], contentId + 1, PLACE.firstBlock)).toEqual(['garbage', 'garbage', 0])
})
