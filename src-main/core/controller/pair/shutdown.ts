import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { IscsiTarget } from '../../iscsi/session/target'
import type { WriteCache } from '../../nvram/write-cache'
import type { ControllerPorts, DrivePort, TracePort } from '../../ports'
import type { Standing } from '../peer/standing'
import type { Committer } from '../state/committer'
import type { Admission } from '../volumes/admission'
import type { VolumeService } from '../volumes/volume-service'
import type { Membership } from './membership'
import type { Portals } from './portals'

export interface ShutdownParts {
  readonly self: ControllerId
  readonly trace: TracePort
  readonly ports: Pick<ControllerPorts, 'drives'>
  readonly standing: Standing
  readonly committer: Committer
  readonly cache: WriteCache
  readonly volumes: VolumeService
  readonly admission: Admission
  readonly iscsi: IscsiTarget
  readonly portals: Portals
  readonly membership: Membership
}

/** Ends a controller: in good order when asked to, and with the remaining cleanup when it has stopped for any reason. */
export class Shutdown {
  readonly #parts: ShutdownParts

  constructor(parts: ShutdownParts) {
    this.#parts = parts
  }

  /** Accepts nothing new, finishes what is under way, and closes the addresses. Nobody may start the controller again. */
  begin(done: () => void): void {
    const { self, trace, ports, committer, cache, admission, iscsi, portals, membership } = this.#parts
    trace.record({ place: `controller-${self}`, kind: 'controller.stopping' })
    iscsi.closeAll()
    const closed = (): void => portals.closeFor(self, () => portals.closeFor(peerOf(self), () => flushAll(ports.drives, done)))
    cache.cleanAll(() => {
      membership.stop('it was told to stop')
      committer.pause(() => admission.whenIdle(closed))
    })
  }

  /** Must be the last to hear of it. A controller that has stopped loses its peer too, so the cleanup after a stop is here. */
  peerLost(): void {
    const { self, standing, committer, cache, volumes, portals } = this.#parts
    if (!standing.isStopped) return
    committer.stop()
    cache.stop()
    volumes.review()
    portals.closeFor(self, () => undefined)
    portals.closeFor(peerOf(self), () => undefined)
  }
}

function flushAll(drives: readonly DrivePort[], done: () => void): void {
  let left = drives.length
  for (const drive of drives) {
    drive.flush({}, () => {
      left--
      if (left === 0) done()
    })
  }
  if (left === 0) done()
}
