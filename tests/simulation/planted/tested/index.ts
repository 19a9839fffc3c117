import { CONTROLLER_BUGS } from './controller'
import { INTENT_BUGS } from './intents'
import { ISCSI_BUGS } from './iscsi'
import { MANAGEMENT_BUGS } from './management'
import { NVRAM_BUGS } from './nvram'
import { RAID_BUGS } from './raid'
import { RESERVATION_BUGS } from './reservations'
import { SCSI_BUGS } from './scsi'
import type { TestedBug } from './tested-bug'

export type { TestedBug }

/** At least one of every part of the core, each from a reading of its files. */
export const TESTED_BUGS: readonly TestedBug[] = [
  ...NVRAM_BUGS,
  ...RAID_BUGS,
  ...INTENT_BUGS,
  ...CONTROLLER_BUGS,
  ...MANAGEMENT_BUGS,
  ...SCSI_BUGS,
  ...RESERVATION_BUGS,
  ...ISCSI_BUGS,
]
