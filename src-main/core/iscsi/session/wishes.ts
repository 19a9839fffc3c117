import { LIMITS } from '../../../contract/limits'
import type { ParameterWishes } from '../codec/key-rules'

/** What this target declares and is ready to agree on. Lengths in bytes, times in seconds and milliseconds by name. */
export const MAX_RECV_DATA_SEGMENT_BYTES = LIMITS.segmentBytes

export const TARGET_WISHES: ParameterWishes = {
  AuthMethod: ['None'],
  HeaderDigest: ['None', 'CRC32C'],
  DataDigest: ['None', 'CRC32C'],
  MaxConnections: LIMITS.connectionsPerSession,
  InitialR2T: false,
  ImmediateData: true,
  MaxBurstLength: LIMITS.burstBytes,
  FirstBurstLength: LIMITS.firstBurstBytes,
  DefaultTime2Wait: 0,
  DefaultTime2Retain: 0,
  MaxOutstandingR2T: LIMITS.outstandingR2t,
  DataPDUInOrder: true,
  DataSequenceInOrder: true,
  ErrorRecoveryLevel: 0,
  TaskReporting: ['RFC3720'],
  iSCSIProtocolLevel: 1,
}
