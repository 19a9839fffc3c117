/** A volume is deleted while updates of its stripes are on their way. What comes into its place must not inherit half of one. */
import { describe, expect, it } from 'vitest'
import { present } from '../../src-main/base/assert'
import { CONTROLLER_IDS } from '../../src-main/contract/controller-id'
import { expectConsistent } from '../support/nvram'
import { servingWorld, settle, startHost, tale } from '../support/simulation'

const SEEDS = [7201, 7202, 7221, 7236]
const LATE_MS = 60

describe.each(SEEDS)('with a drive that is slow (seed %i)', (seed) => {
  it.each(CONTROLLER_IDS)('parity is right once a volume of %s is deleted', (owner) => {
    const world = servingWorld({ seed, driveCount: 8 })
    expect(world.answerTo('a', { name: 'move-volume', params: { volume: 'alpha', to: owner } })).toHaveProperty('result')
    const host = startHost(world, { readShare: 0, luns: [0], meanGapMs: 0.3, chunksPerLun: 80 })
    world.run(300)
    const slow = present(world.media[(seed + 1) % 6], 'a medium')
    slow.extraLatencyMs = LATE_MS
    world.run(60 + (seed % 7) * 5)
    expect(world.answerTo('a', { name: 'unmap-lun', params: { lun: 0 } })).toHaveProperty('result')
    expect(world.answerTo('a', { name: 'delete-volume', params: { volume: 'alpha' } })).toHaveProperty('result')
    host.stop()
    slow.extraLatencyMs = 0
    settle(world)
    expectConsistent(world)
    expect(
      world.trace.events.filter(({ kind }) => kind === 'volume.deleted'),
      tale(world),
    ).toHaveLength(1)
  })
})
