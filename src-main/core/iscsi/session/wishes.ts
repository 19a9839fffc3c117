import type { ParameterWishes } from '../codec/key-rules'

/** What this target declares and is ready to agree on. Lengths in bytes, times in seconds and milliseconds by name. */
export const MAX_RECV_DATA_SEGMENT_BYTES = 256 * 1024

export const TARGET_WISHES: ParameterWishes = {
  AuthMethod: ['None'],
  HeaderDigest: ['None', 'CRC32C'],
  DataDigest: ['None', 'CRC32C'],
  MaxConnections: 1,
  InitialR2T: false,
  ImmediateData: true,
  MaxBurstLength: 1024 * 1024,
  FirstBurstLength: 64 * 1024,
  DefaultTime2Wait: 0,
  DefaultTime2Retain: 0,
  MaxOutstandingR2T: 4,
  DataPDUInOrder: true,
  DataSequenceInOrder: true,
  ErrorRecoveryLevel: 0,
  TaskReporting: ['RFC3720'],
  iSCSIProtocolLevel: 1,
}
