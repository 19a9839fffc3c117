import { expect, it } from 'vitest'
import { present } from '../../../../src-main/base/assert'
import { Prng } from '../../../../src-main/base/prng'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import { Violations } from '../../../../src-main/simulator/checkers/checker'
import { LEDGER_CHECKER, LedgerHost } from '../../../../src-main/simulator/hosts/ledger-host'
import { layoutOf, locate } from '../../../../src-main/core/raid/geometry'
import type { World } from '../../../../src-main/simulator/world'
import { servingWorld } from '../../../support/simulation'

const WORK_MS = 3000
/** Long enough for all of it to be on the drives. */
const REST_MS = 3000
const MIN_LOST = 8

/** The violations after work in a world to which `harm` is done before all is read back. */
function violationsAfter(harm: (world: World) => void): Violations['found'] {
  const world = servingWorld({ seed: 11 })
  const state = present(world.controller('a')?.state, 'array state')
  const violations = new Violations(world.clock)
  const host = new LedgerHost({ world, state, random: new Prng(2), violations })
  host.start()
  world.run(WORK_MS)
  host.stop()
  expect(world.runUntil(() => !host.isBusy, 5000)).toBe(true)
  world.run(REST_MS)
  harm(world)
  host.verify()
  expect(world.runUntil(() => !host.isBusy, 5000)).toBe(true)
  return violations.found
}

/** What lies first on every volume is zeros on its drives, and its copies are. */
function overwriteFirstBlocks(world: World): void {
  const { volumes, groups } = present(world.controller('a')?.state, 'array state').configuration
  for (const { groupId, firstBlock } of volumes) {
    const layout = layoutOf(
      present(
        groups.find(({ id }) => id === groupId),
        'group',
      ),
    )
    const { data, copies } = locate(layout, firstBlock)
    for (const { drive, block } of [data, ...copies]) world.media[drive]?.write(block, new Uint8Array(layout.chunkBlocks * BLOCK_BYTES))
  }
}

it('the ledger host finds all that it was promised', () => {
  expect(violationsAfter(() => undefined)).toEqual([])
})

it('the ledger host finds what was lost, block by block and in sum', () => {
  const found = violationsAfter(overwriteFirstBlocks)
  expect(new Set(found.map(({ checker }) => checker))).toEqual(new Set([LEDGER_CHECKER]))
  expect(found.length).toBeGreaterThan(MIN_LOST)
  expect(found.at(-1)?.sentence).toMatch(/^\d+ blocks are not what they were acknowledged to be$/)
})
