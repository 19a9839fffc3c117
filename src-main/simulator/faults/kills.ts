import { CONTROLLER_IDS, type ControllerId } from '../../contract/controller-id'
import type { FaultSurroundings } from './faults'

type Around = Pick<FaultSurroundings, 'world' | 'hit'>

/** It dies, if it lives. */
export function kill(around: Around, controller: ControllerId): void {
  tell(around, controller)
  around.world.midplane.kill(controller)
}

export function killApplication(around: Around): void {
  for (const controller of CONTROLLER_IDS) tell(around, controller)
  around.world.killApplication()
}

/** Until it has begun anew, it is away. */
function tell({ world, hit }: Around, controller: ControllerId): void {
  const incarnation = world.incarnation(controller)
  if (incarnation?.isAlive === true) hit(`controller-${controller}`, () => world.incarnation(controller) === incarnation)
}
