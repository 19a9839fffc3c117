import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const takeoverEndsReservations: PlantedBug = {
  name: 'a takeover ends reservations without APTPL',
  file: 'src-main/core/controller/pair/claim.ts',
  find: 'isColdStart = false } = from',
  replace: 'isColdStart = true } = from',
  why: 'A host that was shut out writes again as soon as a controller has died.',
  checkers: ['reservations'],
}
