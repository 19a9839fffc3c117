import type { ControllerId } from '../../contract/controller-id'
import type { ControllerState } from '../../contract/snapshot'
import type { TraceEvent } from '../../contract/trace'
import type { World } from '../world'

/** How the controllers of a world stand, as its lab would say it. */
export class SlotStates {
  readonly #world: World
  /** Controllers that were killed, not reset. */
  readonly #killed = new Set<ControllerId>()
  /** Controllers whose program runs, and not only their board. */
  readonly #begun = new Set<ControllerId>()

  constructor(world: World) {
    this.#world = world
  }

  /** To be given every event of the world. */
  take(event: TraceEvent): void {
    const { kind, place } = event
    if (kind === 'controller.started') this.#begun.add(place === 'controller-a' ? 'a' : 'b')
    else if (kind === 'midplane.controller-started') {
      this.#begun.delete(idOf(event))
      this.#killed.delete(idOf(event))
    } else if (kind === 'midplane.controller-killed') this.#killed.add(idOf(event))
  }

  stateOf(id: ControllerId): ControllerState {
    const occupant = this.#world.midplane.occupant(id)
    if (occupant === undefined) return 'down'
    if (occupant.state === 'hung') return 'hung'
    if (!occupant.isAlive) return this.#killed.has(id) ? 'down' : 'resetting'
    return this.#begun.has(id) ? 'running' : 'starting'
  }
}

function idOf({ data }: TraceEvent): ControllerId {
  return data?.['controller'] === 'a' ? 'a' : 'b'
}
