import type { ControllerScsiTarget } from '../../scsi/target'
import type { VolumeService } from './volume-service'

type Units = Pick<VolumeService, 'accessStates' | 'find'>

/** Reports to hosts, by unit attentions, that LUNs came or went, changed their size, or changed their ALUA states. */
export class AccessNotifier {
  readonly #volumes: Units
  readonly #scsi: ControllerScsiTarget
  #states: ReadonlyMap<number, string> = new Map()
  /** The last size of each LUN, kept while nothing is mapped there: hosts may remember it when another volume gets the LUN. */
  readonly #blockCounts = new Map<number, number>()

  constructor(volumes: Units, scsi: ControllerScsiTarget) {
    this.#volumes = volumes
    this.#scsi = scsi
  }

  review(): void {
    const before = this.#states
    const now = this.#volumes.accessStates()
    this.#states = now
    const mapped = [...now.keys()]
    if (mapped.length !== before.size || mapped.some((lun) => !before.has(lun))) this.#scsi.noteLunsChanged()
    for (const [lun, state] of now) {
      this.#reviewSize(lun)
      const earlier = before.get(lun)
      if (earlier !== undefined && earlier !== state) this.#scsi.noteAccessStatesChanged(lun)
    }
  }

  #reviewSize(lun: number): void {
    const blockCount = this.#volumes.find(lun)?.blockCount
    const earlier = this.#blockCounts.get(lun)
    if (blockCount === undefined || blockCount === earlier) return
    this.#blockCounts.set(lun, blockCount)
    if (earlier !== undefined) this.#scsi.noteCapacityChanged(lun)
  }
}
