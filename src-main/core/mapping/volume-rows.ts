import { present } from '../../base/assert'
import type { GroupIo } from '../raid/group-io'
import { InterruptedRows } from '../raid/interrupted-rows'
import type { PartialParity } from '../raid/partial-parity'
import { isIn, shifted } from './volume-io'
import type { VolumeMap } from './volume-map'

/** What is known of interrupted rows of a volume, in whichever groups they are. Updates are in blocks of the volume, each in one stripe. */
export class VolumeRows {
  readonly #map: VolumeMap<GroupIo>
  readonly #rows: ReadonlyMap<GroupIo, InterruptedRows>

  constructor(map: VolumeMap<GroupIo>) {
    this.#map = map
    this.#rows = new Map(map.groups.map((group) => [group, new InterruptedRows(group.layout)]))
  }

  /** A later update says what an earlier one did not know any more. */
  note(update: PartialParity): void {
    if (!isIn(this.#map, update)) return
    const { rows, inGroup } = this.#at(update)
    rows.note(inGroup)
  }

  /** What is known of all the rows that this update touches is the same update. */
  has(update: PartialParity): boolean {
    const { rows, inGroup } = this.#at(update)
    return rows.has(inGroup)
  }

  #at(update: PartialParity): { readonly rows: InterruptedRows; readonly inGroup: PartialParity } {
    const { group, shift } = this.#map.sliceAt(update.firstBlock)
    return { rows: present(this.#rows.get(group), `rows of group ${group.layout.groupId}`), inGroup: shifted(update, shift) }
  }
}
