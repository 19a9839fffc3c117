import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const preemptedUnnoticed: PlantedBug = {
  name: 'hosts hear of changed reservations only while A serves the requests',
  file: 'src-main/core/controller/volumes/reservation-notifier.ts',
  find: 'if (volumeId === notice.volumeId) scsi.',
  replace: "if (volumeId === notice.volumeId && state.serviceOwner === 'a') scsi.",
  why: 'A host whose registration was taken finds out by a conflict, and does not know why.',
  checkers: ['reservations'],
}
