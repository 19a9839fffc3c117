/** Numbers of the SCSI standards, apart from behaviour. SAM-5, SPC-4 (r37) and SBC-3 (r36) unless said otherwise. */

/** SAM-5 5.3.1. */
export const STATUS = {
  good: 0x00,
  checkCondition: 0x02,
  busy: 0x08,
  reservationConflict: 0x18,
  taskSetFull: 0x28,
  taskAborted: 0x40,
} as const

/** SPC-4 4.5.6. */
export const SENSE_KEY = {
  noSense: 0x0,
  recoveredError: 0x1,
  notReady: 0x2,
  mediumError: 0x3,
  hardwareError: 0x4,
  illegalRequest: 0x5,
  unitAttention: 0x6,
  dataProtect: 0x7,
  abortedCommand: 0xb,
  miscompare: 0xe,
} as const
export type SenseKey = (typeof SENSE_KEY)[keyof typeof SENSE_KEY]

/** An additional sense code and its qualifier: `asc` in the high byte, `ascq` in the low one (SPC-4 annex F.2). */
export interface AdditionalSense {
  readonly code: number
  readonly text: string
}

export const ADDITIONAL_SENSE = {
  none: { code: 0x0000, text: 'NO ADDITIONAL SENSE INFORMATION' },
  accessStateTransition: { code: 0x040a, text: 'LOGICAL UNIT NOT ACCESSIBLE, ASYMMETRIC ACCESS STATE TRANSITION' },
  portInStandbyState: { code: 0x040b, text: 'LOGICAL UNIT NOT ACCESSIBLE, TARGET PORT IN STANDBY STATE' },
  portInUnavailableState: { code: 0x040c, text: 'LOGICAL UNIT NOT ACCESSIBLE, TARGET PORT IN UNAVAILABLE STATE' },
  writeError: { code: 0x0c00, text: 'WRITE ERROR' },
  invalidFieldInCommandUnit: { code: 0x0e03, text: 'INVALID FIELD IN COMMAND INFORMATION UNIT' },
  unrecoveredReadError: { code: 0x1100, text: 'UNRECOVERED READ ERROR' },
  parameterListLengthError: { code: 0x1a00, text: 'PARAMETER LIST LENGTH ERROR' },
  miscompare: { code: 0x1d00, text: 'MISCOMPARE DURING VERIFY OPERATION' },
  invalidOperationCode: { code: 0x2000, text: 'INVALID COMMAND OPERATION CODE' },
  blockAddressOutOfRange: { code: 0x2100, text: 'LOGICAL BLOCK ADDRESS OUT OF RANGE' },
  invalidFieldInCdb: { code: 0x2400, text: 'INVALID FIELD IN CDB' },
  logicalUnitNotSupported: { code: 0x2500, text: 'LOGICAL UNIT NOT SUPPORTED' },
  invalidFieldInParameterList: { code: 0x2600, text: 'INVALID FIELD IN PARAMETER LIST' },
  invalidReleaseOfPersistentReservation: { code: 0x2604, text: 'INVALID RELEASE OF PERSISTENT RESERVATION' },
  spaceAllocationFailed: { code: 0x2707, text: 'SPACE ALLOCATION FAILED WRITE PROTECT' },
  powerOnResetOrBusDeviceReset: { code: 0x2900, text: 'POWER ON, RESET, OR BUS DEVICE RESET OCCURRED' },
  busDeviceResetFunction: { code: 0x2903, text: 'BUS DEVICE RESET FUNCTION OCCURRED' },
  reservationsPreempted: { code: 0x2a03, text: 'RESERVATIONS PREEMPTED' },
  reservationsReleased: { code: 0x2a04, text: 'RESERVATIONS RELEASED' },
  registrationsPreempted: { code: 0x2a05, text: 'REGISTRATIONS PREEMPTED' },
  asymmetricAccessStateChanged: { code: 0x2a06, text: 'ASYMMETRIC ACCESS STATE CHANGED' },
  capacityDataChanged: { code: 0x2a09, text: 'CAPACITY DATA HAS CHANGED' },
  commandsClearedByAnotherInitiator: { code: 0x2f00, text: 'COMMANDS CLEARED BY ANOTHER INITIATOR' },
  commandsClearedByDeviceServer: { code: 0x2f02, text: 'COMMANDS CLEARED BY DEVICE SERVER' },
  savingParametersNotSupported: { code: 0x3900, text: 'SAVING PARAMETERS NOT SUPPORTED' },
  reportedLunsDataChanged: { code: 0x3f0e, text: 'REPORTED LUNS DATA HAS CHANGED' },
  internalTargetFailure: { code: 0x4400, text: 'INTERNAL TARGET FAILURE' },
  insufficientRegistrationResources: { code: 0x5504, text: 'INSUFFICIENT REGISTRATION RESOURCES' },
} as const satisfies { readonly [name: string]: AdditionalSense }

/** SPC-4 annex F.3, SBC-3 table 13. */
export const OPCODE = {
  testUnitReady: 0x00,
  requestSense: 0x03,
  read6: 0x08,
  write6: 0x0a,
  inquiry: 0x12,
  modeSelect6: 0x15,
  reserve6: 0x16,
  release6: 0x17,
  modeSense6: 0x1a,
  startStopUnit: 0x1b,
  preventAllowMediumRemoval: 0x1e,
  readCapacity10: 0x25,
  read10: 0x28,
  write10: 0x2a,
  writeAndVerify10: 0x2e,
  verify10: 0x2f,
  preFetch10: 0x34,
  synchronizeCache10: 0x35,
  readDefectData10: 0x37,
  writeSame10: 0x41,
  unmap: 0x42,
  modeSelect10: 0x55,
  modeSense10: 0x5a,
  persistentReserveIn: 0x5e,
  persistentReserveOut: 0x5f,
  read16: 0x88,
  compareAndWrite: 0x89,
  write16: 0x8a,
  orWrite16: 0x8b,
  writeAndVerify16: 0x8e,
  verify16: 0x8f,
  preFetch16: 0x90,
  synchronizeCache16: 0x91,
  writeSame16: 0x93,
  writeAtomic16: 0x9c,
  serviceActionIn16: 0x9e,
  reportLuns: 0xa0,
  maintenanceIn: 0xa3,
  read12: 0xa8,
  write12: 0xaa,
  writeAndVerify12: 0xae,
  verify12: 0xaf,
  readDefectData12: 0xb7,
} as const

/** SPC-4 annex F.3.2 and F.3.3. */
export const SERVICE_ACTION = {
  readCapacity16: 0x10,
  getLbaStatus: 0x12,
  reportTargetPortGroups: 0x0a,
  reportSupportedOperationCodes: 0x0c,
  reportSupportedTaskManagementFunctions: 0x0d,
} as const

/** SPC-4 tables 212 and 219. */
export const PERSISTENT_RESERVE_IN_ACTION = { readKeys: 0, readReservation: 1, reportCapabilities: 2, readFullStatus: 3 } as const
export const PERSISTENT_RESERVE_OUT_ACTION = {
  register: 0,
  reserve: 1,
  release: 2,
  clear: 3,
  preempt: 4,
  preemptAndAbort: 5,
  registerAndIgnoreExistingKey: 6,
  registerAndMove: 7,
} as const

/** SPC-4 7.8, SBC-3 6.5. */
export const VPD_PAGE = {
  supportedPages: 0x00,
  unitSerialNumber: 0x80,
  deviceIdentification: 0x83,
  extendedInquiry: 0x86,
  blockLimits: 0xb0,
  blockDeviceCharacteristics: 0xb1,
  logicalBlockProvisioning: 0xb2,
} as const

/** SPC-4 7.8.6.1. */
export const DESIGNATOR_TYPE = { t10VendorId: 0x1, naa: 0x3, relativeTargetPort: 0x4, targetPortGroup: 0x5, scsiNameString: 0x8 } as const
export const DESIGNATOR_ASSOCIATION = { logicalUnit: 0, targetPort: 1, targetDevice: 2 } as const
export const CODE_SET = { binary: 1, ascii: 2, utf8: 3 } as const

/** SPC-4 7.6.1: SCSI over TCP (iSCSI). */
export const PROTOCOL_ISCSI = 0x5

/** SPC-4 6.6.2 and annex F.8: the variants that claim no particular version. */
export const VERSION_DESCRIPTOR = { sam5: 0x00a0, iscsi: 0x0960, spc4: 0x0460, sbc3: 0x04c0 } as const

/** SPC-4 6.6.2: peripheral qualifier 000b with direct access block device, and "no device can be there" (011b, 1Fh). */
export const PERIPHERAL = { blockDevice: 0x00, notPresent: 0x7f } as const

/** SPC-4 7.5, SBC-3 6.4. */
export const MODE_PAGE = { caching: 0x08, control: 0x0a, informationalExceptions: 0x1c, all: 0x3f } as const

/** SPC-4 table 297. */
export const ACCESS_STATE_CODE = {
  'active-optimized': 0x0,
  'active-non-optimized': 0x1,
  standby: 0x2,
  unavailable: 0x3,
  transitioning: 0xf,
} as const

/** Vendor and product in standard INQUIRY data (SPC-4 6.6.2), padded to 8 and 16 characters. */
export const VENDOR_ID = 'TAKEOVER'
export const PRODUCT_ID = 'LAB VOLUME'
