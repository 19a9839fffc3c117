import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const movesOfSomeUnitsUnreported: PlantedBug = {
  name: 'changed access states are reported for the first unit only',
  file: 'src-main/core/controller/volumes/access-notifier.ts',
  find: 'if (earlier !== undefined && earlier !== state) this',
  replace: 'if (earlier !== undefined && earlier !== state && lun === 0) this',
  why: 'Initiators go on by the path that is no longer optimized.',
  searchFrom: 67,
  checkers: ['scsi-answers'],
}
