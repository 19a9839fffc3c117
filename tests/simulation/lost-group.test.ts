/** A group loses more drives than it can do without, while its acknowledged writes are still in the NVRAM: what becomes of the others. */
import { describe, expect, it } from 'vitest'
import { CONTROLLER_IDS } from '../../src-main/contract/controller-id'
import type { BlockHost } from '../../src-main/simulator/block-host'
import type { World } from '../../src-main/simulator/world'
import { nvramOf } from '../support/nvram'
import { expectNothingLost, servingWorld, settle, startHost, tale } from '../support/simulation'

/** Of the RAID-5 group. */
const LOST = [0, 1]
const NVRAM_BYTES = 2 * 1024 * 1024
/** Each host writes every millisecond. */
const MIN_IN_500_MS = 200

interface Prepared {
  readonly world: World
  readonly ofLost: BlockHost
  readonly ofOther: BlockHost
}

/**
 * A owns all volumes, and much more has been written than its log has room for, with what it cannot bring to the drives at
 * its head. Somebody goes on writing to the lost group, and hears of errors.
 */
function lostGroup(seed: number): Prepared {
  const world = servingWorld({ seed, nvramBytes: NVRAM_BYTES })
  const requests = [
    { name: 'move-volume', params: { volume: 'bravo', to: 'a' } },
    { name: 'create-volume', params: { name: 'charlie', group: 'r5', megabytes: 2 } },
    { name: 'map-lun', params: { volume: 'charlie', lun: 2 } },
  ]
  for (const request of requests) expect(world.answerTo('a', request)).toHaveProperty('result')
  const ofLost = startHost(world, { luns: [0], meanGapMs: 2, readShare: 0 })
  const ofOther = startHost(world, { luns: [1], meanGapMs: 1, readShare: 0.2 })
  world.run(90)
  ofLost.stop()
  expect(world.runUntil(() => ofLost.underWay === 0, 20)).toBe(true)
  setLost(world, true)
  startHost(world, { luns: [2], meanGapMs: 4, readShare: 0 })
  for (let count = 0; count < 8; count++) {
    const { acknowledged, reads } = ofOther
    world.run(500)
    expect(ofOther.acknowledged + ofOther.reads - acknowledged - reads, `after ${count * 500} ms\n${tale(world)}`).toBeGreaterThan(
      MIN_IN_500_MS,
    )
  }
  expect(nvramOf(world, 'a')?.dirtyVolumes).toContain(0)
  return { world, ofLost, ofOther }
}

function setLost(world: World, isLost: boolean): void {
  for (const drive of LOST) {
    const medium = world.media[drive]
    if (medium !== undefined) medium.isFailed = isLost
  }
}

function expectAllThere({ world, ofLost, ofOther }: Prepared): void {
  world.run(3000)
  expectNothingLost(world, ofOther)
  expectNothingLost(world, ofLost)
}

describe('a group that has lost too many drives', () => {
  it('does not keep the hosts of another one waiting, and loses nothing when its drives come back', () => {
    for (let seed = 520; seed < 523; seed++) {
      const prepared = lostGroup(seed)
      setLost(prepared.world, false)
      expectAllThere(prepared)
    }
  })

  it('loses nothing when both controllers die meanwhile, and its drives come back', () => {
    for (let seed = 526; seed < 529; seed++) {
      const prepared = lostGroup(seed)
      const { world } = prepared
      for (const id of CONTROLLER_IDS) world.midplane.kill(id)
      world.run(20)
      setLost(world, false)
      settle(world)
      expectAllThere(prepared)
    }
  })

  it.each([true, false])(
    'loses nothing when its owner dies meanwhile, and its drives come back (before the takeover: %s)',
    (isBackBefore) => {
      for (let seed = 523; seed < 526; seed++) {
        const prepared = lostGroup(seed)
        const { world } = prepared
        world.midplane.kill('a')
        if (isBackBefore) setLost(world, false)
        world.run(500)
        setLost(world, false)
        settle(world)
        expectAllThere(prepared)
      }
    },
  )
})
