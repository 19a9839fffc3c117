import { present } from '../../base/assert'
import type { GroupIo } from '../raid/group-io'
import { InterruptedRows } from '../raid/interrupted-rows'
import type { PartialParity } from '../raid/partial-parity'
import { isIn, shifted } from './volume-io'
import type { VolumeMap } from './volume-map'

/** The interrupted rows of a volume in all its groups. Updates are in blocks of the volume, each within one stripe. */
export class VolumeRows {
  readonly #map: VolumeMap<GroupIo>
  readonly #rows: ReadonlyMap<GroupIo, InterruptedRows>

  constructor(map: VolumeMap<GroupIo>) {
    this.#map = map
    this.#rows = new Map(map.groups.map((group) => [group, new InterruptedRows(group.layout)]))
  }

  /** A later update replaces what earlier ones said of the rows it touches. */
  note(update: PartialParity): void {
    if (!isIn(this.#map, update)) return
    const { rows, inGroup } = this.#at(update)
    rows.note(inGroup)
  }

  /** Whether this update is the one noted for all the rows that it touches. */
  has(update: PartialParity): boolean {
    const { rows, inGroup } = this.#at(update)
    return rows.has(inGroup)
  }

  #at(update: PartialParity): { readonly rows: InterruptedRows; readonly inGroup: PartialParity } {
    const { group, shift } = this.#map.sliceAt(update.firstBlock)
    return { rows: present(this.#rows.get(group), `rows of group ${group.layout.groupId}`), inGroup: shifted(update, shift) }
  }
}
