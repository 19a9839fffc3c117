import type { ArrayState } from '../../../contract/array-state'
import type { ControllerScsiTarget } from '../../scsi/target'

/**
 * Tells hosts that are logged in here, by unit attentions, that reservations were changed by others. Every committed state comes to
 * each controller that has hosts, so the last notice is enough; a host that logs in later is told of a power on anyway.
 */
export function noteReservations(
  scsi: Pick<ControllerScsiTarget, 'noteReservationsChanged'>,
  state: ArrayState,
  previous: ArrayState | undefined,
): void {
  const { reservationNotice: notice } = state
  if (notice === undefined || previous === undefined || notice.serial === previous.reservationNotice?.serial) return
  for (const { lun, volumeId } of state.configuration.luns) {
    if (volumeId === notice.volumeId) scsi.noteReservationsChanged(lun, notice.news)
  }
}
