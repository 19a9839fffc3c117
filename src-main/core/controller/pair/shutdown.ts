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

/** The end of a controller: the orderly one that was asked for, and what is left to do when it has stopped for any reason. */
export class Shutdown {
  readonly #parts: ShutdownParts

  constructor(parts: ShutdownParts) {
    this.#parts = parts
  }

  /** Takes no more, ends what is under way, and closes the addresses. The controller is not to be started again. */
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

  /** The last to hear it: the peer of a controller that has stopped is lost too. */
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
