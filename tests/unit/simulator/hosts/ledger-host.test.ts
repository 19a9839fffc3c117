import { expect, it } from 'vitest'
import { present } from '../../../../src-main/base/assert'
import { Prng } from '../../../../src-main/base/prng'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import { BlockCheck } from '../../../../src-main/simulator/checkers/block-check'
import { Violations } from '../../../../src-main/simulator/checkers/checker'
import { LEDGER_CHECKER, LedgerHost } from '../../../../src-main/simulator/hosts/ledger-host'
import { layoutOf, locate } from '../../../../src-main/core/raid/geometry'
import type { DriveMedium } from '../../../../src-main/simulator/drive-medium'
import type { World } from '../../../../src-main/simulator/world'
import { servingWorld } from '../../../support/simulation'

const WORK_MS = 3000
/** Long enough for all of it to be on the drives. */
const REST_MS = 3000
const MIN_LOST = 8
const HARMED_BLOCKS = 32

/** The violations after work in a world to which `harm` is done before all is read back. */
function violationsAfter(harm: (world: World, blocks: BlockCheck) => void): Violations['found'] {
  const world = servingWorld({ seed: 11 })
  const state = present(world.controller('a')?.state, 'array state')
  const violations = new Violations(world.clock)
  const blocks = new BlockCheck(violations, () => world.clock.nowMs())
  const host = new LedgerHost({ world, state, random: new Prng(2), violations, blocks })
  host.start()
  world.run(WORK_MS)
  host.stop()
  expect(world.runUntil(() => !host.isBusy, 5000)).toBe(true)
  world.run(REST_MS)
  harm(world, blocks)
  host.verify()
  expect(world.runUntil(() => !host.isBusy, 5000)).toBe(true)
  return violations.found
}

interface Place {
  readonly medium: DriveMedium
  readonly block: number
}

interface BlockAddress {
  readonly contentId: number
  readonly block: number
}

/** Calls `harm` for every place of the first blocks of every volume, copies included. */
function eachFirstBlock(world: World, harm: (place: Place, of: BlockAddress) => void): void {
  const { volumes, groups } = present(world.controller('a')?.state, 'array state').configuration
  for (const { id, groupId, firstBlock } of volumes) {
    const layout = layoutOf(
      present(
        groups.find((group) => group.id === groupId),
        'group',
      ),
    )
    for (let at = 0; at < HARMED_BLOCKS; at++) {
      const { data, copies } = locate(layout, firstBlock + at)
      for (const { drive, block } of [data, ...copies])
        harm({ medium: present(world.media[drive], 'drive'), block }, { contentId: id, block: at })
    }
  }
}

function zero({ medium, block }: Place): void {
  medium.write(block, new Uint8Array(BLOCK_BYTES))
}

/** Its second half is another one. */
function corrupt({ medium, block }: Place): void {
  const bytes = new Uint8Array(BLOCK_BYTES)
  medium.read(block, bytes)
  medium.write(
    block,
    bytes.map((byte, at) => (at < BLOCK_BYTES / 2 ? byte : byte ^ 0xff)),
  )
}

function makeUnreadable({ medium, block }: Place): void {
  medium.latentErrors.add(block)
}

/** The violations where all this is done to the first blocks, and the checks are told of it as the world tells them. */
function violationsAfterAll(harm: (place: Place) => void, tell: (blocks: BlockCheck, of: BlockAddress) => void): Violations['found'] {
  return violationsAfter((world, blocks) =>
    eachFirstBlock(world, (place, of) => {
      harm(place)
      tell(blocks, of)
    }),
  )
}

it('the ledger host finds all that it was promised', () => {
  expect(violationsAfter(() => undefined)).toEqual([])
})

it('the ledger host finds what was lost, block by block and in sum', () => {
  const found = violationsAfterAll(zero, () => undefined)
  expect(new Set(found.map(({ checker }) => checker))).toEqual(new Set([LEDGER_CHECKER]))
  expect(found.length).toBeGreaterThan(MIN_LOST)
  expect(found.at(-1)?.sentence).toMatch(/^\d+ blocks are not what they were acknowledged to be$/)
})

it('a block that the world corrupted on purpose may be torn, but nothing else, and is counted', () => {
  let served = (): number => 0
  const taint = (blocks: BlockCheck, { contentId, block }: BlockAddress): void => {
    blocks.taint(contentId, block)
    served = () => blocks.corruptBlocksServed
  }
  expect(violationsAfterAll(corrupt, () => undefined).length).toBeGreaterThan(MIN_LOST)
  expect(violationsAfterAll(corrupt, taint)).toEqual([])
  expect(served()).toBeGreaterThan(MIN_LOST)
  expect(violationsAfterAll(zero, taint).length).toBeGreaterThan(MIN_LOST)
  expect(served()).toBe(0)
})

it('a block that the world may have lost on purpose may be unreadable, but nothing else', () => {
  const lose = (blocks: BlockCheck, { contentId, block }: BlockAddress): void => blocks.losesPerhaps(contentId, block)
  expect(violationsAfterAll(makeUnreadable, () => undefined).length).toBeGreaterThan(MIN_LOST)
  expect(violationsAfterAll(makeUnreadable, lose)).toEqual([])
  expect(violationsAfterAll(zero, lose).length).toBeGreaterThan(MIN_LOST)
})
