import { isSameNexus, type UnitReservations } from '../../../contract/reservations'
import type { LogicalUnit, LogicalUnitDirectory, Nexus } from '../device'
import { endOfReserve } from './reserve'

export interface ReservedUnitsParts {
  readonly directory: Pick<LogicalUnitDirectory, 'find' | 'units'>
  /** Runs something again after a while. */
  readonly again: (run: () => void) => void
}

export interface EndOfReserve {
  readonly lun: number | 'all'
  /** Absent: whoever has reserved it. */
  readonly by?: Nexus
}

/** What is reserved with RESERVE(6), which outlives neither its nexus nor a reset (SPC-2 7.21, RFC 7143 §6.3.5). */
export class ReservedUnits {
  readonly #parts: ReservedUnitsParts
  /** The nexus here that last reserved each unit. The next session of its initiator port has the same name, and a higher number. */
  readonly #last = new WeakMap<LogicalUnit, number>()

  constructor(parts: ReservedUnitsParts) {
    this.#parts = parts
  }

  noteReserved(unit: LogicalUnit, by: Nexus): void {
    this.#last.set(unit, by.id)
  }

  /** Tries until it is committed, or there is nothing to end any more. Units that are not mapped can be reserved, too. */
  end({ lun, by }: EndOfReserve, done: () => void): void {
    const { directory } = this.#parts
    const units = lun === 'all' ? directory.units() : [directory.find(lun)].filter((unit) => unit !== undefined)
    let left = units.length
    if (left === 0) return done()
    for (const unit of units)
      this.#endOf(unit, by, () => {
        left--
        if (left === 0) done()
      })
  }

  #endOf(unit: LogicalUnit, by: Nexus | undefined, done: () => void): void {
    const { directory, again } = this.#parts
    if (!this.#isReserved(unit, unit.reservations, by)) return done()
    unit.changeReservations(
      (current) => (this.#isReserved(unit, current, by) ? endOfReserve(current) : undefined),
      (outcome) => {
        if (outcome.ok || !directory.units().includes(unit)) done()
        else again(() => this.#endOf(unit, by, done))
      },
    )
  }

  /** A later session of the same initiator port may have reserved the unit since. */
  #isReserved(unit: LogicalUnit, reservations: UnitReservations | undefined, by: Nexus | undefined): boolean {
    const { reservedBy } = reservations ?? {}
    if (reservedBy === undefined) return false
    return by === undefined || (isSameNexus(reservedBy, by) && (this.#last.get(unit) ?? by.id) <= by.id)
  }
}
