import type { ScsiOutcome } from '../iscsi/initiator/scsi-request'
import { decodeSense } from '../scsi/sense'
import { ADDITIONAL_SENSE, SENSE_KEY, STATUS } from '../scsi/spec'

/** What to look at again because of what a target said. */
export type Look = 'access-states' | 'luns' | 'capacity'

export type CommandVerdict =
  | { readonly kind: 'good'; readonly dataIn: Uint8Array }
  /** `elsewhere`: the outcome is unknown and this path is gone. `at-once`: nothing is wrong. `later`: not now. */
  | { readonly kind: 'retry'; readonly when: 'elsewhere' | 'at-once' | 'later'; readonly look: Look | undefined; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: FailureReason; readonly look: Look | undefined }

/** `medium-error` names blocks that the array cannot read; `no-space`: it has no room for the write now. All are the command's end. */
export type FailureReason = 'medium-error' | 'hardware-error' | 'no-space' | 'reservation-conflict' | 'refused' | 'no-path' | 'volume-gone'

const RETRIED_STATUS: ReadonlyMap<number, string> = new Map([
  [STATUS.busy, 'busy'],
  [STATUS.taskSetFull, 'task set full'],
  [STATUS.taskAborted, 'task aborted'],
])

const LOOKS: ReadonlyMap<number, Look> = new Map([
  [ADDITIONAL_SENSE.asymmetricAccessStateChanged.code, 'access-states'],
  [ADDITIONAL_SENSE.accessStateTransition.code, 'access-states'],
  [ADDITIONAL_SENSE.portInStandbyState.code, 'access-states'],
  [ADDITIONAL_SENSE.portInUnavailableState.code, 'access-states'],
  [ADDITIONAL_SENSE.reportedLunsDataChanged.code, 'luns'],
  [ADDITIONAL_SENSE.logicalUnitNotSupported.code, 'luns'],
  [ADDITIONAL_SENSE.capacityDataChanged.code, 'capacity'],
  [ADDITIONAL_SENSE.blockAddressOutOfRange.code, 'capacity'],
])

/** How a multipath host reacts to the end of a command. */
export function judgeOutcome(outcome: ScsiOutcome): CommandVerdict {
  if (outcome.kind === 'connection-lost') return { kind: 'retry', when: 'elsewhere', look: undefined, reason: 'connection lost' }
  if (outcome.kind === 'rejected') return { kind: 'failed', reason: 'refused', look: undefined }
  if (outcome.status === STATUS.good) return { kind: 'good', dataIn: outcome.dataIn }
  const busy = RETRIED_STATUS.get(outcome.status)
  if (busy !== undefined) return { kind: 'retry', when: 'later', look: undefined, reason: busy }
  if (outcome.status === STATUS.reservationConflict) return { kind: 'failed', reason: 'reservation-conflict', look: undefined }
  return judgeSense(outcome.sense)
}

export function lookFor(sense: Uint8Array): Look | undefined {
  const decoded = decodeSense(sense)
  return decoded === undefined ? undefined : LOOKS.get(decoded.additional)
}

function judgeSense(sense: Uint8Array | undefined): CommandVerdict {
  const decoded = sense === undefined ? undefined : decodeSense(sense)
  if (decoded === undefined) return { kind: 'retry', when: 'later', look: undefined, reason: 'no sense data' }
  const look = LOOKS.get(decoded.additional)
  const reason = decoded.text?.toLowerCase() ?? `sense ${decoded.key.toString(16)}/${decoded.additional.toString(16).padStart(4, '0')}`
  if (decoded.key === SENSE_KEY.unitAttention) return { kind: 'retry', when: 'at-once', look, reason }
  if (decoded.key === SENSE_KEY.notReady || decoded.key === SENSE_KEY.abortedCommand) return { kind: 'retry', when: 'later', look, reason }
  if (decoded.key === SENSE_KEY.mediumError) return { kind: 'failed', reason: 'medium-error', look }
  if (decoded.key === SENSE_KEY.hardwareError) return { kind: 'failed', reason: 'hardware-error', look }
  if (decoded.additional === ADDITIONAL_SENSE.spaceAllocationFailed.code) return { kind: 'failed', reason: 'no-space', look }
  // A LUN that was unmapped: the list of LUNs tells whether for good.
  if (decoded.additional === ADDITIONAL_SENSE.logicalUnitNotSupported.code) return { kind: 'retry', when: 'later', look, reason }
  return { kind: 'failed', reason: 'refused', look }
}
