import { getU16, getU32, putU16, putU32, toHex } from '../../../../base/bytes'
import {
  COMMON,
  FLAG,
  getInitiatorSequence,
  getTargetSequence,
  INITIATOR_OPCODE,
  ISID_BYTES,
  LOGIN_REQUEST,
  LOGIN_RESPONSE,
  newHeader,
  putInitiatorSequence,
  putTargetSequence,
  TARGET_OPCODE,
  type InitiatorSequence,
  type TargetSequence,
} from '../layout'

/** Login stages in CSG and NSG (RFC 7143 §11.12.3). 2 is reserved. */
export const LOGIN_STAGE = { security: 0, operational: 1, fullFeature: 3 } as const

/** Status class and detail in one number: class << 8 | detail (RFC 7143 §11.13.5). */
export const LOGIN_STATUS = {
  success: 0x0000,
  initiatorError: 0x0200,
  authenticationFailure: 0x0201,
  authorizationFailure: 0x0202,
  notFound: 0x0203,
  targetRemoved: 0x0204,
  unsupportedVersion: 0x0205,
  tooManyConnections: 0x0206,
  missingParameter: 0x0207,
  cannotIncludeInSession: 0x0208,
  sessionTypeNotSupported: 0x0209,
  sessionDoesNotExist: 0x020a,
  invalidDuringLogin: 0x020b,
  targetError: 0x0300,
  serviceUnavailable: 0x0301,
  outOfResources: 0x0302,
} as const

interface LoginStages {
  readonly transit: boolean
  /** The text continues in the next PDU. */
  readonly continued: boolean
  readonly currentStage: number
  readonly nextStage: number
}

/** Login Request (RFC 7143 §11.12); always immediate. `isid` is 12 hex digits. */
export interface LoginRequestPdu extends InitiatorSequence, LoginStages {
  readonly versionMax: number
  readonly versionMin: number
  readonly isid: string
  readonly tsih: number
  readonly initiatorTaskTag: number
  readonly connectionId: number
}

export function encodeLoginRequest(pdu: LoginRequestPdu): Uint8Array {
  const header = newHeader(INITIATOR_OPCODE.loginRequest | FLAG.immediate, stageFlags(pdu))
  header[LOGIN_REQUEST.versionMax] = pdu.versionMax
  header[LOGIN_REQUEST.versionMin] = pdu.versionMin
  putIsid(header, LOGIN_REQUEST.isid, pdu.isid)
  putU16(header, LOGIN_REQUEST.tsih, pdu.tsih)
  putU32(header, COMMON.initiatorTaskTag, pdu.initiatorTaskTag)
  putU16(header, LOGIN_REQUEST.connectionId, pdu.connectionId)
  putInitiatorSequence(header, pdu)
  return header
}

export function decodeLoginRequest(header: Uint8Array): LoginRequestPdu {
  return {
    ...stagesOf(header),
    versionMax: header[LOGIN_REQUEST.versionMax]!,
    versionMin: header[LOGIN_REQUEST.versionMin]!,
    isid: toHex(header.subarray(LOGIN_REQUEST.isid, LOGIN_REQUEST.isid + ISID_BYTES)),
    tsih: getU16(header, LOGIN_REQUEST.tsih),
    initiatorTaskTag: getU32(header, COMMON.initiatorTaskTag),
    connectionId: getU16(header, LOGIN_REQUEST.connectionId),
    ...getInitiatorSequence(header),
  }
}

/** Login Response (RFC 7143 §11.13). `status` is one of LOGIN_STATUS. */
export interface LoginResponsePdu extends TargetSequence, LoginStages {
  readonly isid: string
  readonly tsih: number
  readonly initiatorTaskTag: number
  readonly status: number
}

export function encodeLoginResponse(pdu: LoginResponsePdu): Uint8Array {
  const header = newHeader(TARGET_OPCODE.loginResponse, stageFlags(pdu))
  // Version-max and version-active: there is only version 0.
  putIsid(header, LOGIN_RESPONSE.isid, pdu.isid)
  putU16(header, LOGIN_RESPONSE.tsih, pdu.tsih)
  putU32(header, COMMON.initiatorTaskTag, pdu.initiatorTaskTag)
  putTargetSequence(header, pdu)
  putU16(header, LOGIN_RESPONSE.status, pdu.status)
  return header
}

export function decodeLoginResponse(header: Uint8Array): LoginResponsePdu {
  return {
    ...stagesOf(header),
    isid: toHex(header.subarray(LOGIN_RESPONSE.isid, LOGIN_RESPONSE.isid + ISID_BYTES)),
    tsih: getU16(header, LOGIN_RESPONSE.tsih),
    initiatorTaskTag: getU32(header, COMMON.initiatorTaskTag),
    ...getTargetSequence(header),
    status: getU16(header, LOGIN_RESPONSE.status),
  }
}

/** The last two bytes of the ISID: its qualifier (field D) in the "random" format of RFC 7143 §11.12.5. Names traced commands. */
export function isidQualifier(isid: string): number {
  return Number.parseInt(isid.slice(8, 12), 16)
}

function stageFlags(stages: LoginStages): number {
  return (
    (stages.transit ? FLAG.transit : 0) |
    (stages.continued ? FLAG.continue : 0) |
    ((stages.currentStage & 3) << 2) |
    (stages.transit ? stages.nextStage & 3 : 0)
  )
}

function stagesOf(header: Uint8Array): LoginStages {
  const flags = header[COMMON.flags]!
  return {
    transit: (flags & FLAG.transit) !== 0,
    continued: (flags & FLAG.continue) !== 0,
    currentStage: (flags >>> 2) & 3,
    nextStage: flags & 3,
  }
}

function putIsid(header: Uint8Array, offset: number, isid: string): void {
  for (let i = 0; i < ISID_BYTES; i++) header[offset + i] = Number.parseInt(isid.slice(2 * i, 2 * i + 2), 16)
}
