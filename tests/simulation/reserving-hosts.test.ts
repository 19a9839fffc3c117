import { describe, expect, it } from 'vitest'
import { Prng } from '../../src-main/base/prng'
import { CONTROLLER_IDS } from '../../src-main/contract/controller-id'
import { Violations } from '../../src-main/simulator/checkers/checker'
import { ReservingHosts } from '../../src-main/simulator/hosts/reserving-hosts'
import type { World } from '../../src-main/simulator/world'
import { servingWorld, settle, tale } from '../support/simulation'

const BURSTS = 40

function hostsIn(world: World): { readonly hosts: ReservingHosts; readonly violations: Violations } {
  const violations = new Violations(world.clock)
  const hosts = new ReservingHosts({ world, random: new Prng(world.seed), violations, lun: 0 })
  hosts.start()
  world.run(50)
  return { hosts, violations }
}

function killBoth(world: World): void {
  for (const id of CONTROLLER_IDS) world.midplane.kill(id)
}

describe('hosts that reserve a unit', () => {
  it.each([
    { name: 'while nothing happens', strike: () => undefined },
    { name: 'while either controller dies', strike: (world: World, turn: number) => world.midplane.kill(turn % 4 === 0 ? 'a' : 'b') },
    {
      name: 'while both controllers die',
      strike: killBoth,
    },
    { name: 'while a controller hangs', strike: (world: World, turn: number) => world.incarnation(turn % 4 === 0 ? 'a' : 'b')?.hang() },
    {
      name: 'while the interconnect is cut',
      strike: (world: World) => {
        world.cutInterconnect()
        world.clock.after(20, () => world.mendInterconnect())
      },
    },
  ])('find that all answers go together, $name', ({ strike }) => {
    for (const seed of [31, 32, 33]) {
      const world = servingWorld({ seed })
      const { hosts, violations } = hostsIn(world)
      for (let turn = 0; turn < BURSTS; turn++) {
        hosts.burst()
        world.run(turn % 7)
        if (turn % 2 === 0) strike(world, turn)
        world.run(turn % 5 === 0 ? 200 : 20)
        if (turn % 2 === 0) {
          settle(world)
          world.run(1600)
        }
      }
      hosts.stop()
      settle(world)
      expect(world.runUntil(() => !hosts.isBusy)).toBe(true)
      hosts.verify()
      expect(world.runUntil(() => !hosts.isBusy)).toBe(true)
      expect(violations.found, tale(world)).toEqual([])
      // Where both die again and again, more is possible than it follows.
      if (strike !== killBoth) expect(hosts.isJudged).toBe(true)
      expect(hosts.answered).toBeGreaterThan(BURSTS)
    }
  })
})
