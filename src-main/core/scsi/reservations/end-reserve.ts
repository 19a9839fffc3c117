import { isSameNexus, type NexusName } from '../../../contract/reservations'
import type { LogicalUnit, LogicalUnitDirectory } from '../device'
import { endOfReserve } from './reserve'

export interface EndReserve {
  readonly lun: number | 'all'
  /** Absent: whoever has reserved it. */
  readonly by?: NexusName
}

/** Ends RESERVE(6), which outlives neither its nexus nor a reset (SPC-2 7.21, RFC 7143 §6.3.5). */
export function endReserve(directory: LogicalUnitDirectory, { lun, by }: EndReserve, done: () => void): void {
  const luns = lun === 'all' ? directory.luns() : [lun]
  const units = luns.flatMap((each): LogicalUnit[] => {
    const unit = directory.find(each)
    return unit !== undefined && isReserved(unit.reservations?.reservedBy, by) ? [unit] : []
  })
  let left = units.length
  if (left === 0) return done()
  for (const unit of units)
    unit.changeReservations(
      (current) => (isReserved(current.reservedBy, by) ? endOfReserve(current) : undefined),
      () => {
        left--
        if (left === 0) done()
      },
    )
}

function isReserved(reservedBy: NexusName | undefined, by: NexusName | undefined): boolean {
  return reservedBy !== undefined && (by === undefined || isSameNexus(reservedBy, by))
}
