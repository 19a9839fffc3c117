import type { Fault } from './fault'
import { driveCut, driveSwapped, flushFailure, misdirectedWrite, refusedCommits } from './drive-files'
import { FAULTS } from './faults'
import { nvramRotten } from './nvram-lost'
import { orderlyShutdown } from './orderly-shutdown'
import { shortOfRoom } from './short-of-room'
import { powerLoss } from './power-loss'
import { TWO_DRIVE_FAULTS } from './two-drives'

/** Drawn after all others, so that worlds without them stay what they were. */
export const LATER_FAULTS: readonly Fault[] = [
  refusedCommits,
  driveCut,
  driveSwapped,
  flushFailure,
  misdirectedWrite,
  nvramRotten,
  orderlyShutdown,
]

export const ALL_FAULTS: readonly Fault[] = [...FAULTS, shortOfRoom, ...LATER_FAULTS, powerLoss, ...TWO_DRIVE_FAULTS]
