import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { MidplanePort } from '../../ports'
import type { EventLog } from '../peer/event-log'
import type { Standing } from '../peer/standing'

export interface RestartsParts {
  readonly self: ControllerId
  readonly midplane: MidplanePort
  readonly log: EventLog
  readonly standing: Standing
}

/** Has the midplane start a controller again. */
export class Restarts {
  readonly #parts: RestartsParts

  constructor(parts: RestartsParts) {
    this.#parts = parts
  }

  restart(controller: ControllerId, reason: string): void {
    const { log, midplane } = this.#parts
    log.add('warning', `Controller ${controller.toUpperCase()} is restarted: ${reason}.`)
    midplane.requestRestart(controller, reason)
  }

  /** Does nothing if the peer is already running. */
  startPeer(reason: string): void {
    const { self, standing } = this.#parts
    if (!standing.peerIsPresent) this.restart(peerOf(self), reason)
  }
}
