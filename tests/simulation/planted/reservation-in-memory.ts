import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const reservationInMemory: PlantedBug = {
  name: 'reservations are kept as they were first known',
  file: 'src-main/core/controller/volumes/served-volume.ts',
  find: 'this.#reservations = reservations',
  replace: 'this.#reservations ??= reservations',
  why: 'Who was shut out later still writes, and who was let in again is refused.',
  checkers: ['reservations'],
}
