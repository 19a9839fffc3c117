import { CONTROLLER_IDS, type ControllerId } from '../../contract/controller-id'
import type { FaultSurroundings } from './fault'

/** How long to wait for an NVRAM write in which the controller can die. */
const MAX_WAIT_MS = 50

type Around = Pick<FaultSurroundings, 'world' | 'hit'>

/** Kills a controller if it is alive. */
export function kill(around: Around, controller: ControllerId): void {
  tell(around, controller)
  around.world.midplane.kill(controller)
}

/** Kills a controller in the middle of its next NVRAM write, or soon after if there is none. */
export function killInWrite(around: Around, controller: ControllerId): void {
  const { world } = around
  const incarnation = world.incarnation(controller)
  const killIfSame = (): void => {
    if (incarnation?.isAlive === true && world.incarnation(controller) === incarnation) kill(around, controller)
  }
  incarnation?.dieInNextWrite(killIfSame)
  world.clock.after(MAX_WAIT_MS, killIfSame)
}

export function killApplication(around: Around): void {
  for (const controller of CONTROLLER_IDS) tell(around, controller)
  around.world.killApplication()
}

/** Reports the hit, which lasts until the controller has started again. */
function tell({ world, hit }: Around, controller: ControllerId): void {
  const incarnation = world.incarnation(controller)
  if (incarnation?.isAlive === true) hit(`controller-${controller}`, () => world.incarnation(controller) === incarnation)
}
