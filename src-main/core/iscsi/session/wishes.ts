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

/** From the accepted connection to the full feature phase. */
export const LOGIN_TIMEOUT_MS = 15_000
/** A connection silent for this long is pinged; silent for as long again, it is dropped. */
export const PING_INTERVAL_MS = 15_000
