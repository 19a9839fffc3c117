import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const reservationMadeAgain: PlantedBug = {
  name: 'a committed change of reservations is made again',
  file: 'src-main/core/controller/volumes/reservation-commits.ts',
  find: 'if (id !== undefined && id === found) return ok(state)',
  replace: '',
  why: 'The service owner dies when it has committed what the other one proposed, and a host that has just registered gets a conflict.',
  searchFrom: 197,
  checkers: ['reservations'],
}
