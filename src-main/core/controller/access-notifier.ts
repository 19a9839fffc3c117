import type { ControllerScsiTarget } from '../scsi/target'
import type { VolumeService } from './volume-service'

/** Tells hosts, by unit attentions, that LUNs came or went or that another path is the optimized one now. */
export class AccessNotifier {
  readonly #volumes: VolumeService
  readonly #scsi: ControllerScsiTarget
  #states: ReadonlyMap<number, string> = new Map()

  constructor(volumes: VolumeService, scsi: ControllerScsiTarget) {
    this.#volumes = volumes
    this.#scsi = scsi
  }

  look(): void {
    const before = this.#states
    const now = this.#volumes.accessStates()
    this.#states = now
    const mapped = [...now.keys()]
    if (mapped.length !== before.size || mapped.some((lun) => !before.has(lun))) this.#scsi.noteLunsChanged()
    for (const [lun, state] of now) {
      const earlier = before.get(lun)
      if (earlier !== undefined && earlier !== state) this.#scsi.noteAccessStatesChanged(lun)
    }
  }
}
