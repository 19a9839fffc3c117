import type { ArrayState } from '../../contract/array-state'
import { layoutOf, placeOf } from '../../core/raid/geometry'
import type { DriveMedium } from '../drive-medium'
import type { LandedWrite } from '../virtual-drive'

/**
 * What the array cannot mend yet: a controller dies in the middle of a stripe of which a member cannot be read. The parity
 * that stands for that member may then agree with neither the old nor the new data, and what it had cannot be worked out
 * from it. Only such blocks, and only where a write of their row was cut short.
 */
export class WriteHoles {
  readonly #media: readonly DriveMedium[]
  readonly #sectors = new Set<number>()
  /** Answers with such blocks. */
  served = 0

  constructor(media: readonly DriveMedium[]) {
    this.#media = media
  }

  cutShort({ drive, firstBlock, blockCount }: Pick<LandedWrite, 'drive' | 'firstBlock' | 'blockCount'>): void {
    for (let block = firstBlock; block < firstBlock + blockCount; block++) this.#sectors.add(sectorName(drive, block))
  }

  /** Where a host read what nobody wrote. */
  excuses({ configuration, failedMembers = [] }: Pick<ArrayState, 'configuration' | 'failedMembers'>, volumeId: number, block: number): boolean {
    const volume = configuration.volumes.find(({ id }) => id === volumeId)
    const group = configuration.groups.find(({ id }) => id === volume?.groupId)
    if (volume === undefined || group === undefined) return false
    const layout = layoutOf(group)
    const row = layout.rule.memberBlockOf(layout, volume.firstBlock + block)
    const places = group.sections.map((_, member) => placeOf(layout, member, row))
    const isShort = places.some((place) => this.#sectors.has(sectorName(place.drive, place.block)))
    const isDegraded = places.some((place) => {
      const medium = this.#media[place.drive]
      return medium?.isFailed === true || medium?.canRead(place.block, 1) === false || failedMembers.some(({ groupId, drive }) => groupId === group.id && drive === place.drive)
    })
    if (isShort && isDegraded) this.served++
    return isShort && isDegraded
  }
}

function sectorName(drive: number, block: number): number {
  return drive * 2 ** 32 + block
}
