import { describe, expect, it } from 'vitest'
import { CONTROLLER_IDS } from '../../src-main/contract/controller-id'
import { LabHost } from '../../src-main/core/host/lab-host'
import type { World } from '../../src-main/simulator/world'
import { servingWorld, settle, tale } from '../support/simulation'

/** The lab's own host over iSCSI against the pair: all of the core at once, in virtual time. */
function labHost(world: World): LabHost {
  return new LabHost(
    { clock: world.clock, network: world.network.network(), trace: world.trace.port(), random: world.random.fork() },
    {
      initiatorName: 'iqn.2026-11.lab.takeover:host',
      isidQualifier: 1,
      portals: CONTROLLER_IDS.map((controller) => ({ controller, ...world.network.addressOf(controller) })),
      targetName: undefined,
    },
  )
}

const WORKLOAD = { requestsPerSecond: 500, readShare: 0.4, blockBytes: 4096, regionBytes: 1024 * 1024, luns: 'all' } as const

describe('the lab host and the pair over iSCSI', () => {
  it.each([1, 2, 3])('kill, restart, hang, cut: nothing acknowledged is lost (seed %i)', (seed) => {
    const world = servingWorld({ seed })
    const host = labHost(world)
    host.open()
    expect(
      world.runUntil(() => host.report().paths.every(({ state }) => state === 'up'), 5000),
      tale(world),
    ).toBe(true)
    host.startWorkload(WORKLOAD)
    for (let round = 0; round < 4; round++) {
      world.run(300)
      const victim = CONTROLLER_IDS[(round + seed) % 2] ?? 'a'
      if (round < 2) world.midplane.kill(victim)
      else if (round === 2) world.incarnation(victim)?.hang()
      else world.cutInterconnect()
      world.run(1500)
      world.mendInterconnect()
      settle(world)
    }
    world.run(500)
    let stopped = false
    host.stopWorkload(() => (stopped = true))
    expect(
      world.runUntil(() => stopped, 20_000),
      tale(world),
    ).toBe(true)
    let verified: { readonly verified: number; readonly lost: number } | undefined
    host.verify((result) => (verified = result))
    expect(world.runUntil(() => verified !== undefined, 20_000)).toBe(true)
    expect(verified).toMatchObject({ lost: 0 })
    const { ledger, outages } = host.report()
    expect(ledger.lost).toBe(0)
    expect(ledger.acknowledged).toBeGreaterThan(500)
    expect(outages.longest?.durationMs).toBeLessThan(3000)
    expect(world.writers.violations).toEqual([])
  })

  it('a takeover after a crash costs the host a few milliseconds', () => {
    const world = servingWorld({ seed: 7 })
    const host = labHost(world)
    host.open()
    world.run(1000)
    host.startWorkload(WORKLOAD)
    world.run(1000)
    world.midplane.kill('a')
    world.run(2000)
    expect(host.report().outages.longest?.durationMs).toBeLessThan(1000)
  })
})
