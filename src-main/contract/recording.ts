import * as v from 'valibot'
import { failure, ok, type Result } from '../base/result'
import type { LabIdentity, LabSnapshot } from './snapshot'
import { TRACE_KINDS, type TraceEvent, type TraceKind } from './trace'

/**
 * A recording of a lab: a file of lines, each one JSON value. The first is the head, the second a frame: what the window showed at
 * that moment. The others are trace events, in their order, and more frames. A lab that runs for long has several files. Each can be
 * played by itself, by any installation, without the lab.
 */
export const RECORDING_VERSION = 1

export interface RecordingHead {
  readonly recording: typeof RECORDING_VERSION
  readonly lab: LabIdentity
  /** When this file was begun, on the trace clock. */
  readonly fromMs: number
}

export interface RecordingFrame {
  readonly frame: LabSnapshot
}

/** A recording in the lab's folder. */
export interface RecordingEntry {
  readonly name: string
  readonly head: RecordingHead
  readonly byteCount: number
  /** When it was begun and when it was written last, in milliseconds since 1970. */
  readonly begunAtMs: number
  readonly writtenAtMs: number
  /** It goes on. */
  readonly isCurrent: boolean
  readonly isPinned: boolean
}

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

/** Some centuries. Beyond that, a time is nothing that can be shown, and too coarse for milliseconds. */
const MAX_TIME_MS = 1e13
const time = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(MAX_TIME_MS))
const id = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const identity = v.looseObject({ id: v.string(), folder: v.string(), version: v.string(), targetName: v.string(), startedAtMs: time })
const headSchema = v.looseObject({ recording: v.literal(RECORDING_VERSION), lab: identity, fromMs: time })
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

/** The error is a sentence. */
export function decodeHead(json: unknown): Result<RecordingHead, string> {
  const head = v.safeParse(headSchema, json)
  if (head.success) return ok(head.output as RecordingHead)
  const { output, success } = v.safeParse(anyVersion, json)
  return failure(
    success && output.recording > RECORDING_VERSION
      ? `This recording has format ${output.recording}. This version reads formats up to ${RECORDING_VERSION}: open it with a newer one.`
      : 'This file is not a recording of Takeover Lab, or its first line is damaged.',
  )
}

/** Undefined if it is neither a frame nor an event. Of what is in a frame, only the outline is checked. */
export function decodeLine(json: unknown): TraceEvent | RecordingFrame | undefined {
  if (typeof json !== 'object' || json === null) return undefined
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
