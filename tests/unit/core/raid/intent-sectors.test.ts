import { expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import type { DriveStatus } from '../../../../src-main/core/ports'
import { encodeIntentMap, INTENT_REGIONS, intentBlock, newestIntentMap, type IntentMap } from '../../../../src-main/core/raid/intent-map'
import { CLAIM, World } from './world'

const VOLUME = 0
const MAP_BLOCK = intentBlock(VOLUME)

/** Drives that are long enough for the map. */
function newWorld(): World {
  return new World('raid5', 4, undefined, MAP_BLOCK)
}

function writeMap(world: World): DriveStatus {
  let outcome: DriveStatus | undefined
  const sector = new Uint8Array(BLOCK_BYTES).fill(7)
  world.io.intents.write({ volumeId: VOLUME, sector, claim: CLAIM }, (status) => (outcome = status))
  world.completions.runAll()
  if (outcome === undefined) throw new Error('the map was not written')
  return outcome
}

/** The map that counts, as a new owner reads it. */
function readMap(world: World): IntentMap | 'none' | 'unknown' {
  let map: IntentMap | 'none' | 'unknown' | undefined
  world.io.intents.read(VOLUME, (sectors) => (map = newestIntentMap(sectors, VOLUME)))
  world.completions.runAll()
  if (map === undefined) throw new Error('the map was not read')
  return map
}

function drivesWithMap(world: World): number[] {
  return world.drives.filter((drive) => drive.blocks({ firstBlock: MAP_BLOCK, blockCount: 1 })[0] === 7).map(({ index }) => index)
}

it('a map counts without a drive that fails meanwhile, and without a sector that cannot be written', () => {
  const world = newWorld()
  world.drives[1]!.failed = true
  world.drives[2]!.wearOut({ firstBlock: MAP_BLOCK, blockCount: 1 })
  expect(writeMap(world)).toBe('good')
  expect(drivesWithMap(world)).toEqual([0, 3])
})

it('a map that finds no room waits for room, also where a drive fails in that moment', () => {
  const world = newWorld()
  for (const drive of world.drives) drive.isShortOfRoom = true
  world.drives[1]!.failed = true
  expect(writeMap(world)).toBe('no-space')
  for (const drive of world.drives) drive.isShortOfRoom = false
  expect(writeMap(world)).toBe('good')
  expect(drivesWithMap(world)).toEqual([0, 2, 3])
})

it('a map that no drive takes has failed', () => {
  const world = newWorld()
  for (const drive of world.drives) drive.failed = true
  expect(writeMap(world)).toBe('failed')
})

/** What a drive has that comes back for a rebuild: nothing, if it is a new one, or the map of the time before it was away. */
const NO_MARKS = new Uint8Array(INTENT_REGIONS)
const OLD_MAP = { volumeId: VOLUME, epoch: 1, sequence: 1, regionStripes: 1, written: NO_MARKS, doubtful: NO_MARKS }

it.each([
  ['nothing', new Uint8Array(BLOCK_BYTES)],
  ['an old map', encodeIntentMap(OLD_MAP)],
])('a drive that has %s when its rebuild begins does not speak for those that cannot give the map', (_, sector) => {
  const world = newWorld()
  const back = world.drives[0]!
  back.blocks({ firstBlock: MAP_BLOCK, blockCount: 1 }).set(sector)
  const rebuilt = [{ drive: 0, missing: [{ slot: VOLUME, epoch: 1, fromStripe: 0, endStripe: 4 }] }]
  world.io.recordFailed([0])
  world.io.recordFailed([0], rebuilt)
  expect(readMap(world)).toBe('none')
  for (const drive of world.drives) if (drive !== back) drive.spoil({ firstBlock: MAP_BLOCK, blockCount: 1 })
  expect(readMap(world)).toBe('unknown')
})

it('a drive that is rebuilt speaks for the others', () => {
  const world = newWorld()
  const map = encodeIntentMap({ ...OLD_MAP, sequence: 2 })
  for (const drive of world.drives) drive.blocks({ firstBlock: MAP_BLOCK, blockCount: 1 }).set(map)
  world.io.recordFailed([0])
  world.io.recordFailed([0], [{ drive: 0, missing: [] }])
  world.io.recordFailed([])
  for (const { index } of world.drives.slice(1)) world.drives[index]!.spoil({ firstBlock: MAP_BLOCK, blockCount: 1 })
  expect(readMap(world)).toMatchObject({ sequence: 2 })
})
