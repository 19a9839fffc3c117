import { present } from '../../../base/assert'
import { failure, ok, type Result } from '../../../base/result'
import type { ControllerId } from '../../../contract/controller-id'
import type { ServiceError } from '../../../contract/service-request'
import type { TraceId } from '../../../contract/trace'
import { layoutOf, survivesWithout } from '../../raid/geometry'
import { failedDrivesOf } from '../state/array-changes'
import type { ArrayStore } from '../state/array-store'
import { drivesDoNotTake, isBeingMoved, type VolumeMover } from './volume-mover'
import type { VolumeService } from './volume-service'

export interface VolumeRestParts {
  readonly self: ControllerId
  readonly store: ArrayStore
  readonly volumes: VolumeService
  readonly mover: Pick<VolumeMover, 'move'>
}

/** Lets the volume go on, unless it was deleted meanwhile. */
type GoOn = () => void

/**
 * Brings a volume to rest before it is deleted: nothing of it is under way, and all that was acknowledged is on the drives. Otherwise
 * the part of an update that is still on its way would be refused, since another volume may have those blocks by then. The stripe would
 * stay half updated, and nobody would know.
 */
export class VolumeRest {
  readonly #parts: VolumeRestParts

  constructor(parts: VolumeRestParts) {
    this.#parts = parts
  }

  /** The volume comes to this controller first, so that nobody else writes it. I/O is held until `GoOn`. */
  bring(volumeId: number, cause: TraceId | undefined, done: (outcome: Result<GoOn, ServiceError>) => void): void {
    const { self, mover } = this.#parts
    mover.move({ volumeId, to: self, cause }, (moved) => {
      if (moved.ok) this.#quiesce(volumeId, done)
      else done(moved)
    })
  }

  #quiesce(volumeId: number, done: (outcome: Result<GoOn, ServiceError>) => void): void {
    const volume = this.#parts.volumes.volume(volumeId)
    if (volume === undefined) {
      done(failure({ code: 'not-found', message: 'The volume no longer exists.' }))
      return
    }
    if (volume.isMoving || volume.ownership.owner !== this.#parts.self) {
      done(failure(isBeingMoved(volume.name)))
      return
    }
    volume.quiesce((isClean) => {
      if (isClean || this.#isDead(volumeId)) {
        done(ok(() => volume.resume()))
        return
      }
      volume.resume()
      done(failure(drivesDoNotTake(volume.name)))
    })
  }

  /** Too many drives of its group are out, so nothing in it can be read or written again. */
  #isDead(volumeId: number): boolean {
    const state = present(this.#parts.store.state, 'array state')
    const volume = state.configuration.volumes.find(({ id }) => id === volumeId)
    const group = state.configuration.groups.find(({ id }) => id === volume?.groupId)
    return group === undefined || !survivesWithout(layoutOf(group), failedDrivesOf(state, group.id))
  }
}
