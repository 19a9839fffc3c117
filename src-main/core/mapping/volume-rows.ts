import { present } from '../../base/assert'
import type { GroupIo } from '../raid/group-io'
import { InterruptedRows } from '../raid/interrupted-rows'
import type { PartialParity } from '../raid/partial-parity'
import { shifted } from './volume-io'
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
    const at = this.#at(update)
    at?.rows.note(at.inGroup)
  }

  /** Whether this update is the one noted for all the rows that it touches. */
  has(update: PartialParity): boolean {
    const at = this.#at(update)
    return at?.rows.has(at.inGroup) === true
  }

  /** Undefined if it is in none of the volume's stripes. */
  #at(update: PartialParity): { readonly rows: InterruptedRows; readonly inGroup: PartialParity } | undefined {
    const slice = this.#map.sliceOfStripes(update)
    if (slice === undefined) return undefined
    const { group, shift } = slice
    return { rows: present(this.#rows.get(group), `rows of group ${group.layout.groupId}`), inGroup: shifted(update, shift) }
  }
}
