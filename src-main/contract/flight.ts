import type { ControllerId } from './controller-id'
import type { PeerMessage } from './interconnect'

/**
 * The flight recorder: what the ports of a controller see, each thing as one record of fixed size. `platform/flight` writes them into a
 * ring in shared memory all the time. Around a fault, the lab copies them into the recording as they are. Numbers are little-endian.
 * A place that a kind does not name is not used by it. More kinds, actions and types of messages may come at the ends of their
 * lists; other changes are a new version of recordings.
 */
export const FLIGHT_RECORD_BYTES = 112
export const PDU_HEADER_BYTES = 48

export const FLIGHT_AT = {
  /** Float of 64 bits, on the trace clock. */
  timeMs: 0,
  /** One byte each: place in `FLIGHT_KINDS`, and in `FLIGHT_ACTIONS` of the kind. */
  kind: 8,
  action: 9,
  /** One byte: place in `FLIGHT_ADDRESSES`, `MESSAGE_TYPES` or `CONTROLLER_IDS`, or the number of the drive. */
  place: 10,
  flags: 11,
  /** What crossed the port, without headers of TCP. */
  byteCount: 12,
  /** CRC-32C of the payload, if a flag says so. */
  hash: 16,
  /** Bytes of the same connection and direction before this, modulo 2^32; or the number of a message. */
  position: 20,
  /** IPv6 address and port of this side, then of the other. */
  endpoints: 24,
  /** Of a PDU: its basic header segment. Of HTTP: how its first line begins, in Latin-1. */
  header: 60,
  /** Of a connection: `position` of what was sent. */
  sentPosition: 60,
  /** Of a message: which call it belongs to; 0: none. */
  callId: 60,
  /** Of a drive; the block as a float of 64 bits. */
  outcome: 60,
  block: 64,
  /** Of a claim, and of a write to a drive. */
  slot: 76,
  epoch: 80,
  /** Of a drive: a float of 32 bits. */
  durationMs: 84,
} as const

/** The payload was hashed. Where there is too much, it is not, so that I/O is as fast as without. */
export const FLIGHT_HASHED = 1
/** The connection ended in the middle of it. */
export const FLIGHT_CUT_SHORT = 2

export const ENDPOINT_BYTES = 18
export const FLIGHT_ENDPOINTS_BYTES = 2 * ENDPOINT_BYTES

export const FLIGHT_KINDS = ['pdu', 'connection', 'http', 'message', 'drive', 'claim', 'line'] as const
export type FlightKind = (typeof FLIGHT_KINDS)[number]

export const FLIGHT_ACTIONS = {
  pdu: ['received', 'sent'],
  connection: ['opened', 'closed'],
  http: ['received', 'sent'],
  /** `lost`: sent into a cut link, or come out of one. */
  message: ['received', 'sent', 'lost'],
  drive: ['read', 'write', 'flush'],
  claim: ['raised', 'refused'],
  line: ['reset-asked', 'fenced', 'reset-refused', 'halt-asked', 'halted', 'restart-asked', 'serving-raised'],
} as const satisfies Readonly<Record<FlightKind, readonly string[]>>
export type FlightAction<K extends FlightKind> = (typeof FLIGHT_ACTIONS)[K][number]

export const FLIGHT_ADDRESSES = ['portal-a', 'portal-b', 'management-a', 'management-b'] as const
export type FlightAddress = (typeof FLIGHT_ADDRESSES)[number]

export const DRIVE_OUTCOMES = ['good', 'medium-error', 'failed', 'stale-epoch', 'no-space'] as const
export type DriveOutcome = (typeof DRIVE_OUTCOMES)[number]

type MessageType = PeerMessage['words']['type']

/** In the order of their codes. */
const CODES: Readonly<Record<MessageType, true>> = {
  hello: true,
  heartbeat: true,
  resend: true,
  welcome: true,
  joined: true,
  'commit-propose': true,
  'commit-outcome': true,
  'state-install': true,
  'state-installed': true,
  'io-forward': true,
  'io-withdrawn': true,
  'io-return': true,
  'tasks-end': true,
  'tasks-ended': true,
  'service-forward': true,
  'service-return': true,
  'arbiter-ask': true,
  'arbiter-answer': true,
  'owner-relinquish': true,
  'owner-relinquished': true,
  'volume-move': true,
  'volume-moved': true,
  'nvram-ready': true,
  'nvram-begin': true,
  'nvram-append': true,
  'nvram-trim': true,
  'nvram-appended': true,
  'nvram-in-step': true,
  'nvram-stamped': true,
  'portals-release': true,
  'portals-released': true,
  'stand-down': true,
  'stood-down': true,
}
export const MESSAGE_TYPES = Object.keys(CODES) as readonly MessageType[]

export interface Endpoint {
  /** 16 bytes. One of IPv4 is mapped. */
  readonly address: Uint8Array
  readonly port: number
}

interface FlightBasis {
  readonly timeMs: number
  readonly byteCount: number
  readonly hash: number | undefined
}

interface OnConnection {
  readonly address: FlightAddress
  readonly position: number
  readonly own: Endpoint
  readonly other: Endpoint
}

interface Of<K extends FlightKind> extends FlightBasis {
  readonly kind: K
  readonly action: FlightAction<K>
}

export interface FlightPdu extends Of<'pdu'>, OnConnection {
  readonly header: Uint8Array
  readonly isWhole: boolean
}

export interface FlightConnection extends Of<'connection'>, OnConnection {
  readonly sentPosition: number
}

export interface FlightHttp extends Of<'http'>, OnConnection {
  readonly text: string
}

export interface FlightMessage extends Of<'message'> {
  readonly type: string
  /** In its session and direction; 0: not numbered. */
  readonly number: number
  readonly callId: number
}

export interface FlightDriveAccess extends Of<'drive'> {
  readonly drive: number
  readonly block: number
  readonly outcome: DriveOutcome
  readonly durationMs: number
  readonly slot: number
  readonly epoch: number
}

export interface FlightClaim extends Of<'claim'> {
  readonly slot: number
  readonly epoch: number
}

export interface FlightLineAct extends Of<'line'> {
  /** Whose line. */
  readonly of: ControllerId
}

export type FlightRecord = FlightPdu | FlightConnection | FlightHttp | FlightMessage | FlightDriveAccess | FlightClaim | FlightLineAct
