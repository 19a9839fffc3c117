import { CONTROLLER_IDS, type ControllerId } from '../../contract/controller-id'
import type { World } from '../world'

/** Events from outside the pair are in no trace of its controllers, so they are added to the picture here. */
export class OutsideNotes {
  readonly #world: World
  #isCut = false
  readonly #isHung: Record<ControllerId, boolean> = { a: false, b: false }

  constructor(world: World) {
    this.#world = world
  }

  /** Call after every event. */
  look(): void {
    const { interconnect, trace } = this.#world
    if (interconnect.isCut !== this.#isCut) {
      this.#isCut = interconnect.isCut
      trace.aside({
        place: 'midplane',
        kind: this.#isCut ? 'midplane.interconnect-cut' : 'midplane.interconnect-mended',
        to: 'interconnect',
      })
    }
    for (const id of CONTROLLER_IDS) {
      const isHung = this.#world.incarnation(id)?.state === 'hung'
      if (isHung && !this.#isHung[id])
        trace.aside({ place: 'midplane', kind: 'midplane.controller-hung', to: `controller-${id}`, data: { controller: id } })
      this.#isHung[id] = isHung
    }
  }
}
