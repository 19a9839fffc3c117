import * as v from 'valibot'
import { failure, ok, type Result } from '../base/result'
import { MIB } from '../base/units'
import { FLIGHT_RECORD_BYTES } from './flight'
import { controllerIdSchema, type ControllerId } from './controller-id'
import { LIMITS } from './limits'
import type { LabIdentity, LabSnapshot } from './snapshot'
import { TRACE_KINDS, type TraceEvent, type TraceKind } from './trace'

/**
 * A recording of a lab: a file of lines, each one JSON value. The first is the head, the second a frame: what the window showed at
 * that moment. The others are trace events, in their order, more frames, and around faults what the flight recorders have. Each piece
 * that was written at once ends with a check of the file up to there. A lab that runs for long has several files. Each can be played
 * by itself, by any installation, without the lab.
 */
export const RECORDING_VERSION = 3
/** The first had no flight records, and the second no checks. */
const VERSIONS = [1, 2, RECORDING_VERSION] as const
export const CHECKED_FROM = 3

export interface RecordingHead {
  readonly recording: (typeof VERSIONS)[number]
  readonly lab: LabIdentity
  /** When this file was begun, on the trace clock. */
  readonly fromMs: number
}

export interface RecordingFrame {
  readonly frame: LabSnapshot
}

/** What a controller's flight recorder had (`contract/flight`), in base64, about in the order of time. */
export interface FlightPiece {
  readonly controller: ControllerId
  /** Records before these, around the same fault, that came too fast to be kept. */
  readonly missing: number
  readonly records: string
}

export interface RecordingFlight {
  readonly flight: FlightPiece
}

/** CRC-32C of all bytes of the file before this line. */
export interface RecordingCheck {
  readonly crc32c: number
}

const CHECK_BEGINNING = '{"crc32c":'

export function checkLine(crc32c: number): string {
  return `${CHECK_BEGINNING}${crc32c}}\n`
}

/** How every check begins, and nothing else. */
export const CHECK_BYTES: Uint8Array = new TextEncoder().encode(CHECK_BEGINNING)

/**
 * Whether a file is what was written. `cut-short`: something was written after the last check, or is missing there: the lab was killed,
 * or the file was cut. `unproven`: it has no checks, because an old version made it, or it cannot be read.
 */
export const SOUNDNESSES = ['whole', 'cut-short', 'altered', 'unproven'] as const
export type Soundness = (typeof SOUNDNESSES)[number]

/** A recording in the lab's folder. */
export interface RecordingEntry {
  readonly name: string
  /** Undefined: a newer version made it, so this one cannot open it. */
  readonly head: RecordingHead | undefined
  readonly byteCount: number
  /** When it was begun and when it was written last, in milliseconds since 1970. */
  readonly begunAtMs: number
  readonly writtenAtMs: number
  /** It goes on. */
  readonly isCurrent: boolean
  readonly isPinned: boolean
  /** Absent: it is not known yet, it goes on, or a newer version made it. */
  readonly soundness?: Soundness
}

/** The recordings in the lab's folder. */
export interface RecordingShelf {
  /** Oldest first. */
  readonly recordings: readonly RecordingEntry[]
  /** Room for those that nobody keeps. */
  readonly roomMib: number
}

/** Room for recordings that nobody keeps. Less is none: the newest one has to have room beside the one before it, however long that is. */
export const RECORDINGS_MIB = {
  min: (3 * LIMITS.traceFileBytes) / MIB,
  max: LIMITS.recordingsMib,
  usual: LIMITS.traceBytes / MIB,
} as const

/** File names, which are the recordings' names. Longer numbers are none of ours, and soon no exact ones. */
export const RECORDING_NAME = /^(?:trace|pinned)-(\d{6,12})\.ndjson$/

/** A pinned recording stays when others make room for new ones. */
export function isPinned(name: string): boolean {
  return name.startsWith('pinned-')
}

export function recordingName(number: number, pinned: boolean): string {
  return `${pinned ? 'pinned' : 'trace'}-${String(number).padStart(6, '0')}.ndjson`
}

export const recordingNameSchema = v.pipe(v.string('must be a name'), v.regex(RECORDING_NAME, 'must be the name of a recording'))

const time = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(LIMITS.recordedMs))
const id = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const identity = v.looseObject({ id: v.string(), folder: v.string(), version: v.string(), targetName: v.string(), startedAtMs: time })
const headSchema = v.looseObject({ recording: v.picklist(VERSIONS), lab: identity, fromMs: time })
const anyVersion = v.looseObject({ recording: v.pipe(v.number(), v.safeInteger()) })
const some = v.looseObject({})
const picture = v.looseObject({
  timeMs: time,
  lab: identity,
  controllers: v.looseObject({ a: some, b: some }),
  interconnect: some,
  drives: v.array(some),
  takeovers: v.array(some),
  trace: some,
})
const frameSchema = v.strictObject({ frame: picture })
const checkSchema = v.strictObject({ crc32c: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(0xffff_ffff)) })
const RECORDS_CHARACTERS = Math.ceil((LIMITS.flightLineRecords * FLIGHT_RECORD_BYTES) / 3) * 4
const flightSchema = v.strictObject({
  flight: v.strictObject({
    controller: controllerIdSchema,
    missing: id,
    records: v.pipe(v.string(), v.maxLength(RECORDS_CHARACTERS)),
  }),
})

/** The error is a sentence. */
export function decodeHead(json: unknown): Result<RecordingHead, string> {
  const head = v.safeParse(headSchema, json)
  if (head.success) return ok(head.output as RecordingHead)
  const newer = newerFormat(json)
  return failure(
    newer === undefined
      ? 'This file is not a recording of Takeover Lab, or its first line is damaged.'
      : `This recording has format ${newer}. This version reads formats up to ${RECORDING_VERSION}: open it with a newer one.`,
  )
}

/** Of a first line that a newer version has written. */
export function newerFormat(json: unknown): number | undefined {
  const { output, success } = v.safeParse(anyVersion, json)
  return success && output.recording > RECORDING_VERSION ? output.recording : undefined
}

export type RecordingLine = TraceEvent | RecordingFrame | RecordingFlight | RecordingCheck

/** Undefined if it is none. Of what is in a frame, only the outline is checked, and flight records are looked at when they are shown. */
export function decodeLine(json: unknown): RecordingLine | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  if ('crc32c' in json) return v.is(checkSchema, json) ? json : undefined
  if ('flight' in json) return v.is(flightSchema, json) ? json : undefined
  if ('frame' in json) return v.is(frameSchema, json) ? (json as unknown as RecordingFrame) : undefined
  return isEvent(json as Partial<Record<keyof TraceEvent, unknown>>) ? (json as TraceEvent) : undefined
}

const KINDS: ReadonlySet<unknown> = new Set<TraceKind>(TRACE_KINDS)
const PLACE = /^(host|interconnect|midplane|(portal|management|controller)-[ab]|drive-\d{1,3})$/

/** By hand, because there are hundreds of thousands of them. */
function isEvent({ id: number, timeMs, place, kind, to, cause, request, data }: Partial<Record<keyof TraceEvent, unknown>>): boolean {
  const isPlace = (value: unknown): boolean => typeof value === 'string' && PLACE.test(value)
  return (
    v.is(id, number) &&
    v.is(time, timeMs) &&
    isPlace(place) &&
    KINDS.has(kind) &&
    (to === undefined || isPlace(to)) &&
    (cause === undefined || v.is(id, cause)) &&
    (request === undefined || typeof request === 'string') &&
    (data === undefined || (typeof data === 'object' && data !== null))
  )
}
