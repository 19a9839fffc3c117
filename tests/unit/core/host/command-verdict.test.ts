import { describe, expect, it } from 'vitest'
import { judgeOutcome } from '../../../../src-main/core/host/command-verdict'
import type { ScsiOutcome } from '../../../../src-main/core/iscsi/initiator/scsi-request'
import { buildSense } from '../../../../src-main/core/scsi/sense'
import { ADDITIONAL_SENSE, SENSE_KEY, STATUS, type AdditionalSense, type SenseKey } from '../../../../src-main/core/scsi/spec'

function answered(status: number, sense?: Uint8Array): ScsiOutcome {
  return { kind: 'answered', status, sense, dataIn: new Uint8Array(0) }
}

describe('what the host makes of an answer', () => {
  it.each<[string, SenseKey, AdditionalSense, object]>([
    [
      'a new access state',
      SENSE_KEY.unitAttention,
      ADDITIONAL_SENSE.asymmetricAccessStateChanged,
      { kind: 'retry', when: 'at-once', look: 'access-states' },
    ],
    ['other LUNs', SENSE_KEY.unitAttention, ADDITIONAL_SENSE.reportedLunsDataChanged, { kind: 'retry', when: 'at-once', look: 'luns' }],
    [
      'another capacity',
      SENSE_KEY.unitAttention,
      ADDITIONAL_SENSE.capacityDataChanged,
      { kind: 'retry', when: 'at-once', look: 'capacity' },
    ],
    [
      'power on',
      SENSE_KEY.unitAttention,
      ADDITIONAL_SENSE.powerOnResetOrBusDeviceReset,
      { kind: 'retry', when: 'at-once', look: undefined },
    ],
    ['transitioning', SENSE_KEY.notReady, ADDITIONAL_SENSE.accessStateTransition, { kind: 'retry', when: 'later', look: 'access-states' }],
    ['standby', SENSE_KEY.notReady, ADDITIONAL_SENSE.portInStandbyState, { kind: 'retry', when: 'later', look: 'access-states' }],
    ['unavailable', SENSE_KEY.notReady, ADDITIONAL_SENSE.portInUnavailableState, { kind: 'retry', when: 'later', look: 'access-states' }],
    [
      'an aborted command',
      SENSE_KEY.abortedCommand,
      ADDITIONAL_SENSE.internalTargetFailure,
      { kind: 'retry', when: 'later', look: undefined },
    ],
    ['an unmapped LUN', SENSE_KEY.illegalRequest, ADDITIONAL_SENSE.logicalUnitNotSupported, { kind: 'retry', when: 'later', look: 'luns' }],
    [
      'a block behind the end',
      SENSE_KEY.illegalRequest,
      ADDITIONAL_SENSE.blockAddressOutOfRange,
      { kind: 'failed', reason: 'refused', look: 'capacity' },
    ],
    [
      'a bad block',
      SENSE_KEY.mediumError,
      ADDITIONAL_SENSE.unrecoveredReadError,
      { kind: 'failed', reason: 'medium-error', look: undefined },
    ],
    [
      'too many drives gone',
      SENSE_KEY.hardwareError,
      ADDITIONAL_SENSE.internalTargetFailure,
      { kind: 'failed', reason: 'hardware-error', look: undefined },
    ],
  ])('%s', (_name, key, additional, verdict) => {
    expect(judgeOutcome(answered(STATUS.checkCondition, buildSense(key, additional)))).toMatchObject(verdict)
  })

  it.each([
    [STATUS.busy, { kind: 'retry', when: 'later' }],
    [STATUS.taskSetFull, { kind: 'retry', when: 'later' }],
    [STATUS.taskAborted, { kind: 'retry', when: 'later' }],
    [STATUS.checkCondition, { kind: 'retry', when: 'later' }],
    [STATUS.reservationConflict, { kind: 'failed', reason: 'reservation-conflict' }],
    [STATUS.good, { kind: 'good' }],
  ])('status %i', (status, verdict) => {
    expect(judgeOutcome(answered(status))).toMatchObject(verdict)
  })

  it('a lost connection and a reject', () => {
    expect(judgeOutcome({ kind: 'connection-lost' })).toMatchObject({ kind: 'retry', when: 'elsewhere' })
    expect(judgeOutcome({ kind: 'rejected', reason: 4 })).toMatchObject({ kind: 'failed', reason: 'refused' })
  })
})
