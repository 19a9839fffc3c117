import { BLOCK_BYTES, MIB } from '../base/units'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../contract/controller-id'
import type { Workload } from '../contract/workload'
import { LabHost } from '../core/host/lab-host'
import { TARGET_NAME, World } from './world'

/** Small, so that it starts quickly. Only the code it runs matters. */
const WORLD = { seed: 1, driveBlocks: (16 * MIB) / BLOCK_BYTES, nvramBytes: MIB }
const WORKLOAD: Workload = { requestsPerSecond: 2000, readShare: 0.5, blockBytes: 4096, regionBytes: MIB, luns: 'all' }
const WORK_MS = 40
const WITHIN_MS = 5000

/**
 * Kills each controller of a simulated pair once under I/O, and lets the other take over. False if it did not come to that: the
 * controller of this thread is as good without it, only slower at first. V8 compiles a function when it first
 * runs, and most of a takeover runs in no other case. So without a rehearsal, the first takeover of a new thread takes twice as
 * long as later ones.
 */
export function rehearseTakeovers(): boolean {
  try {
    return rehearse()
  } catch {
    return false
  }
}

function rehearse(): boolean {
  const world = new World(WORLD)
  const host = new LabHost(
    { clock: world.clock, network: world.network.network(), trace: { admit: () => false, record: () => 0 }, random: world.random.fork() },
    {
      initiatorName: 'iqn.2026-11.lab.takeover:rehearsal',
      isidQualifier: 1,
      portals: CONTROLLER_IDS.map((controller) => ({ controller, ...world.network.addressOf(controller) })),
      targetName: TARGET_NAME,
    },
  )
  world.start()
  host.open()
  host.startWorkload(WORKLOAD)
  return CONTROLLER_IDS.every((id) => hasRehearsed(world, id))
}

function hasRehearsed(world: World, dead: ControllerId): boolean {
  if (!world.runUntil(() => world.isSettled(), WITHIN_MS)) return false
  world.run(WORK_MS)
  world.midplane.kill(dead)
  const isTakenOver = world.runUntil(() => world.network.listenerOf(dead)?.controller === peerOf(dead), WITHIN_MS)
  world.midplane.start(dead)
  return isTakenOver
}
