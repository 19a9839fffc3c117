import * as v from 'valibot'
import type { Result } from '../base/result'
import type { LabError } from './lab-error'
import { recordingNameSchema, type RecordingHead } from './recording'
import type { LabSnapshot } from './snapshot'
import type { Place, TraceEvent } from './trace'

/**
 * The player in the window, on its own thread beside the live lab. It plays one run: a world of `npm run sim`, or a recording of a
 * lab. A first pass goes through the run to its end. After that the window can play it, step through it in both directions, and
 * seek. Every moment belongs to the same run.
 */
export const SIMULATION_BOUNDS = {
  /** Host commands of a world. */
  minOperations: 100,
  maxOperations: 20_000,
  /** Virtual milliseconds per real millisecond. */
  minSpeed: 0.0001,
  maxSpeed: 1000,
  maxEventsAStep: 10_000,
  /** Of an outline. */
  maxAnswers: 20_000,
  /** Of each kind. No lab has so many. */
  maxRecordedMarks: 2000,
  /** Trace events of a view and of a push. */
  maxEventsKept: 1000,
} as const

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const { minOperations, maxOperations, minSpeed, maxSpeed, maxEventsAStep } = SIMULATION_BOUNDS

/**
 * What a person can order. A seek goes to the state just after an event; event 0 is the beginning. Steps stop at the first
 * and the last event. Steps and seeks pause playing. Playing pauses at every violation. An order to play at the end starts
 * over.
 */
export const simulationOrderSchema = v.variant('order', [
  v.strictObject({
    order: v.literal('open'),
    seed: count,
    operations: v.pipe(v.number(), v.safeInteger(), v.minValue(minOperations), v.maxValue(maxOperations)),
  }),
  v.strictObject({ order: v.literal('open-recording'), name: recordingNameSchema }),
  v.strictObject({ order: v.literal('play'), speed: v.pipe(v.number(), v.minValue(minSpeed), v.maxValue(maxSpeed)) }),
  v.strictObject({ order: v.literal('pause') }),
  v.strictObject({
    order: v.literal('step'),
    events: v.pipe(v.number(), v.safeInteger(), v.minValue(-maxEventsAStep), v.maxValue(maxEventsAStep)),
  }),
  v.strictObject({ order: v.literal('seek'), event: count }),
  v.strictObject({ order: v.literal('seek-time'), atMs: v.pipe(v.number(), v.finite(), v.minValue(0)) }),
  v.strictObject({ order: v.literal('close') }),
])
export type SimulationOrder = v.InferOutput<typeof simulationOrderSchema>

/** Which run: a world, or a recording in the lab's folder. */
export type RunSource =
  { readonly kind: 'seed'; readonly seed: number; readonly operations: number } | { readonly kind: 'recording'; readonly name: string }

/** A point of the run: how many events had been run, and the virtual time. Of a recording: of trace events, and on the trace clock. */
export interface SimulationMoment {
  readonly event: number
  readonly atMs: number
}

export interface SimulatedViolation extends SimulationMoment {
  readonly checker: string
  readonly sentence: string
  /** Where in the picture. Undefined if it belongs to no place in particular. */
  readonly place?: Place
}

/** What a fault does to one thing. */
export interface FaultHit {
  readonly place: Place
  readonly atMs: number
  /** When it ends, at the latest with the run. Undefined: at once. */
  readonly untilMs?: number
}

export interface SimulatedFault extends SimulationMoment {
  readonly name: string
  /** Empty if the fault found nothing to hit. */
  readonly hits: readonly FaultHit[]
}

/** Answers that the lab's host got: when, after how long since it had asked on that path, and whether it was what it wanted. */
export interface RunAnswers {
  readonly atMs: readonly number[]
  readonly latencyMs: readonly number[]
  readonly isGood: readonly boolean[]
}

/** What is known of a run after its first pass, sent once a run. */
export interface SimulationOutline {
  readonly run: RunSource
  readonly start: SimulationMoment
  readonly end: SimulationMoment
  /** Of a seed: what is in its world. `hash` is of the event log; `npm run sim -- --seed S --operations N` gives the same. */
  readonly world?: { readonly hash: string; readonly hosts: number; readonly stations: number }
  /** Of a recording. `problem`: a sentence about what is missing of it. */
  readonly recording?: RecordingHead & { readonly problem?: string }
  /** Of a recording. Where there are too many, some of the quick ones are left out. */
  readonly answers?: RunAnswers
  readonly faults: readonly SimulatedFault[]
  readonly takeovers: readonly (SimulationMoment & { readonly survivor: 'a' | 'b'; readonly reason: string })[]
  readonly violations: readonly SimulatedViolation[]
}

/** The simulation at one moment; sent at every change, and about 30 times a second while it plays. */
export interface SimulationState {
  readonly phase: 'none' | 'scanning' | 'paused' | 'playing' | 'ended' | 'failed'
  /** Undefined while none is open. */
  readonly run?: RunSource
  /** Of the first pass: operations that were answered, or bytes that were read. */
  readonly scanned: { readonly done: number; readonly of: number }
  readonly speed: number
  readonly now: SimulationMoment
  /** Of `failed`: what the thread died of. */
  readonly message?: string
  /** The array, as the live lab would show it; undefined before the world begins. */
  readonly lab?: LabSnapshot
}

/** All there is to show, for a window that comes later. */
export interface SimulationView {
  readonly state: SimulationState
  readonly outline?: SimulationOutline
  /** The newest up to now, oldest first. */
  readonly events: readonly TraceEvent[]
}

/** `restart`: the events that follow are the newest ones up to another moment; what was shown before is void. */
export type SimulationPush =
  | { readonly type: 'state'; readonly state: SimulationState }
  | { readonly type: 'outline'; readonly outline: SimulationOutline }
  | { readonly type: 'events'; readonly restart: boolean; readonly events: readonly TraceEvent[] }

export const NO_SIMULATION: SimulationState = {
  phase: 'none',
  scanned: { done: 0, of: 0 },
  speed: 1,
  now: { event: 0, atMs: 0 },
}

/** Between the main process and the simulation's thread: typed, not decoded. */
export interface SimulationCall {
  readonly callId: number
  readonly order: PlayerOrder
}

/** What the thread is told: where the file of a recording is. */
export type PlayerOrder =
  | Exclude<SimulationOrder, { readonly order: 'open-recording' }>
  | { readonly order: 'open-recording'; readonly name: string; readonly file: string }

export type SimulationMessage =
  | { readonly type: 'answer'; readonly callId: number; readonly outcome: Result<null, LabError> }
  | { readonly type: 'push'; readonly push: SimulationPush }
