/** The text keys of RFC 7143 §13 and how each is negotiated; one table for both sides. */

export type Digest = 'None' | 'CRC32C'

/** What both sides agree on, by the RFC's own names. Lengths in bytes, times in seconds. */
export interface NegotiatedParameters {
  AuthMethod: string
  HeaderDigest: Digest
  DataDigest: Digest
  MaxConnections: number
  InitialR2T: boolean
  ImmediateData: boolean
  MaxBurstLength: number
  FirstBurstLength: number
  DefaultTime2Wait: number
  DefaultTime2Retain: number
  MaxOutstandingR2T: number
  DataPDUInOrder: boolean
  DataSequenceInOrder: boolean
  ErrorRecoveryLevel: number
  TaskReporting: string
  iSCSIProtocolLevel: number
}
export type NegotiatedKey = keyof NegotiatedParameters

/** What one side will agree on: for a list its choices, the preferred first. */
export type ParameterWishes = {
  readonly [K in NegotiatedKey]: NegotiatedParameters[K] extends string ? readonly NegotiatedParameters[K][] : NegotiatedParameters[K]
}

/** In force for keys that are not negotiated. */
export const DEFAULT_PARAMETERS: Readonly<NegotiatedParameters> = {
  AuthMethod: 'None',
  HeaderDigest: 'None',
  DataDigest: 'None',
  MaxConnections: 1,
  InitialR2T: true,
  ImmediateData: true,
  MaxBurstLength: 262_144,
  FirstBurstLength: 65_536,
  DefaultTime2Wait: 2,
  DefaultTime2Retain: 20,
  MaxOutstandingR2T: 1,
  DataPDUInOrder: true,
  DataSequenceInOrder: true,
  ErrorRecoveryLevel: 0,
  TaskReporting: 'RFC3720',
  iSCSIProtocolLevel: 1,
}

/** In force during login, and if MaxRecvDataSegmentLength is not declared (§13.12). */
export const DEFAULT_MAX_RECV_DATA_SEGMENT_BYTES = 8192

export type KeyRule =
  /** The result is the AND or the OR of both sides. */
  | { readonly kind: 'boolean'; readonly combine: 'and' | 'or'; readonly irrelevantInDiscovery: boolean }
  /** The result is the lower or the higher of both sides. */
  | {
      readonly kind: 'number'
      readonly combine: 'minimum' | 'maximum'
      readonly lowest: number
      readonly highest: number
      readonly irrelevantInDiscovery: boolean
    }
  /** The result is the first choice offered that the responder accepts. */
  | { readonly kind: 'list'; readonly irrelevantInDiscovery: boolean }

const segmentBytes = { lowest: 512, highest: 0xff_ffff } as const

export const NEGOTIATED_KEYS: { readonly [K in NegotiatedKey]: KeyRule } = {
  AuthMethod: { kind: 'list', irrelevantInDiscovery: false },
  HeaderDigest: { kind: 'list', irrelevantInDiscovery: false },
  DataDigest: { kind: 'list', irrelevantInDiscovery: false },
  MaxConnections: { kind: 'number', combine: 'minimum', lowest: 1, highest: 65_535, irrelevantInDiscovery: true },
  InitialR2T: { kind: 'boolean', combine: 'or', irrelevantInDiscovery: true },
  ImmediateData: { kind: 'boolean', combine: 'and', irrelevantInDiscovery: true },
  MaxBurstLength: { kind: 'number', combine: 'minimum', ...segmentBytes, irrelevantInDiscovery: true },
  FirstBurstLength: { kind: 'number', combine: 'minimum', ...segmentBytes, irrelevantInDiscovery: true },
  DefaultTime2Wait: { kind: 'number', combine: 'maximum', lowest: 0, highest: 3600, irrelevantInDiscovery: false },
  DefaultTime2Retain: { kind: 'number', combine: 'minimum', lowest: 0, highest: 3600, irrelevantInDiscovery: false },
  MaxOutstandingR2T: { kind: 'number', combine: 'minimum', lowest: 1, highest: 65_535, irrelevantInDiscovery: true },
  DataPDUInOrder: { kind: 'boolean', combine: 'or', irrelevantInDiscovery: true },
  DataSequenceInOrder: { kind: 'boolean', combine: 'or', irrelevantInDiscovery: true },
  ErrorRecoveryLevel: { kind: 'number', combine: 'minimum', lowest: 0, highest: 2, irrelevantInDiscovery: false },
  TaskReporting: { kind: 'list', irrelevantInDiscovery: true },
  iSCSIProtocolLevel: { kind: 'number', combine: 'minimum', lowest: 0, highest: 31, irrelevantInDiscovery: true },
}

/** Keys that one side declares and the other does not answer. */
export const DECLARED_KEYS = {
  InitiatorName: 'initiator',
  InitiatorAlias: 'initiator',
  SessionType: 'initiator',
  TargetName: 'both',
  TargetAlias: 'target',
  TargetAddress: 'target',
  TargetPortalGroupTag: 'target',
  MaxRecvDataSegmentLength: 'both',
} as const
export type DeclaredKey = keyof typeof DECLARED_KEYS

/** Keys of older RFCs for which §13 still fixes the answer. */
export const OBSOLETE_KEY_ANSWERS: ReadonlyMap<string, string> = new Map([
  ['IFMarker', 'No'],
  ['OFMarker', 'No'],
  ['IFMarkInt', 'Reject'],
  ['OFMarkInt', 'Reject'],
])

export function isNegotiatedKey(key: string): key is NegotiatedKey {
  return Object.hasOwn(NEGOTIATED_KEYS, key)
}

export function isDeclaredKey(key: string): key is DeclaredKey {
  return Object.hasOwn(DECLARED_KEYS, key)
}
