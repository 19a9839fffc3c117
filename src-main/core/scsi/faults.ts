import { BUSY, checkCondition } from './command'
import type { AccessState, ScsiResponse, VolumeFault } from './device'
import { buildSense } from './sense'
import { ADDITIONAL_SENSE, SENSE_KEY } from './spec'

/** Faults of a volume and states of a path, as an initiator gets them. */

const { mediumError, hardwareError, dataProtect, notReady, abortedCommand } = SENSE_KEY
const { unrecoveredReadError, writeError, internalTargetFailure, spaceAllocationFailed, commandsClearedByDeviceServer } = ADDITIONAL_SENSE

const READ_FAULTS: Readonly<Record<VolumeFault, () => ScsiResponse>> = {
  'medium-error': () => checkCondition(buildSense(mediumError, unrecoveredReadError)),
  'hardware-error': () => checkCondition(buildSense(hardwareError, internalTargetFailure)),
  // As a thin provisioned unit answers (SBC-3 4.7).
  'no-space': () => checkCondition(buildSense(dataProtect, spaceAllocationFailed)),
  transitioning: () => inaccessible('transitioning'),
  busy: () => BUSY,
  'unknown-end': () => checkCondition(buildSense(abortedCommand, commandsClearedByDeviceServer)),
}

const WRITE_FAULTS: typeof READ_FAULTS = { ...READ_FAULTS, 'medium-error': () => checkCondition(buildSense(mediumError, writeError)) }

export function readFault(fault: VolumeFault): ScsiResponse {
  return READ_FAULTS[fault]()
}

/** Also for flushes. */
export function writeFault(fault: VolumeFault): ScsiResponse {
  return WRITE_FAULTS[fault]()
}

export type InaccessibleState = Exclude<AccessState, 'active-optimized' | 'active-non-optimized'>

const INACCESSIBLE = {
  transitioning: ADDITIONAL_SENSE.accessStateTransition,
  standby: ADDITIONAL_SENSE.portInStandbyState,
  unavailable: ADDITIONAL_SENSE.portInUnavailableState,
} as const

/** LOGICAL UNIT NOT ACCESSIBLE (SPC-4 5.15.2). */
export function inaccessible(state: InaccessibleState): ScsiResponse {
  return checkCondition(inaccessibleSense(state))
}

export function inaccessibleSense(state: InaccessibleState): Uint8Array {
  return buildSense(notReady, INACCESSIBLE[state])
}

export function isInaccessible(state: AccessState): state is InaccessibleState {
  return state !== 'active-optimized' && state !== 'active-non-optimized'
}
