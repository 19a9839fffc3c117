import { expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import type { DriveStatus } from '../../../../src-main/core/ports'
import { intentBlock } from '../../../../src-main/core/raid/intent-map'
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
