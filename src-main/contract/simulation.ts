import * as v from 'valibot'
import type { Result } from '../base/result'
import type { LabError } from './lab-error'
import type { DemoTimes } from './classroom'
import type { AttemptAct, ExerciseGrades } from './exercise-desk'
import type { Reply } from './exercise-reply'
import { FLIGHT_KINDS } from './flight'
import type { FlightExcerpt } from './flight-rows'
import type { GivenFile } from './given-recording'
import type { JsonObject } from './json'
import { LIMITS } from './limits'
import { recordingNameSchema, type RecordingHead } from './recording'
import type { ExportedPiece, ExportOrder } from './run-export'
import { runForksSchema, type RunFork } from './run-fork'
import type { LabSnapshot } from './snapshot'
import type { ControllerId } from './controller-id'
import type { Place, TraceEvent, TraceId } from './trace'

/**
 * The player in the window, on its own thread beside the live lab. It plays one run: a world of `npm run sim`, or a recording of a
 * lab. A first pass goes through the run to its end. After that the window can play it, step through it in both directions, and
 * seek. Every moment belongs to the same run.
 */
export const SIMULATION_BOUNDS = {
  /** Host commands of a world. */
  minOperations: 100,
  maxOperations: LIMITS.playedOperations,
  /** Virtual milliseconds per real millisecond. */
  minSpeed: 0.0001,
  maxSpeed: 1000,
  maxEventsAStep: LIMITS.playedEventsAStep,
  /** Of an outline. No recording has room for more. */
  maxAnswers: LIMITS.playedAnswers,
  /** Of one lane of an outline. */
  maxSpans: LIMITS.playedSpans,
  /** Of each kind. No lab has so many. */
  maxRecordedMarks: LIMITS.playedMarks,
  /** Trace events of a view and of a push. */
  maxEventsKept: LIMITS.playedEvents,
} as const

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const { minOperations, maxOperations, minSpeed, maxSpeed, maxEventsAStep } = SIMULATION_BOUNDS

const seedEntries = {
  seed: count,
  operations: v.pipe(v.number(), v.safeInteger(), v.minValue(minOperations), v.maxValue(maxOperations)),
  forks: v.optional(runForksSchema),
}

const comparedSeedSchema = v.strictObject({ kind: v.literal('seed'), ...seedEntries })

/**
 * What a person can order. A seed is shown at its beginning, or at an event (`at`), or at its end if it is over before that. A seek goes
 * to the state just after an event; event 0 is the beginning. Steps stop at the first and the last event. Steps and seeks pause
 * playing. Playing pauses at every violation, and at the time `untilMs` of the run if that is given. An order to play at the end starts
 * over. `seek-trace` goes to an event of the trace. A
 * story is that of its request: it comes as a push. `compare` reads another run beside the one in the player, and looks for where the two
 * differ; `align` looks again from two events of them; `swap` brings the other one into the player, at an event of it. What the flight
 * recorders have around a moment comes as a push, too.
 */
export const simulationOrderSchema = v.variant('order', [
  v.strictObject({ order: v.literal('open'), ...seedEntries, at: v.optional(count) }),
  v.strictObject({ order: v.literal('open-recording'), name: recordingNameSchema }),
  v.strictObject({
    order: v.literal('play'),
    speed: v.pipe(v.number(), v.minValue(minSpeed), v.maxValue(maxSpeed)),
    untilMs: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  }),
  v.strictObject({ order: v.literal('pause') }),
  v.strictObject({
    order: v.literal('step'),
    events: v.pipe(v.number(), v.safeInteger(), v.minValue(-maxEventsAStep), v.maxValue(maxEventsAStep)),
  }),
  v.strictObject({ order: v.literal('seek'), event: count }),
  v.strictObject({ order: v.literal('seek-time'), atMs: v.pipe(v.number(), v.finite(), v.minValue(0)) }),
  v.strictObject({ order: v.literal('seek-trace'), id: count }),
  v.strictObject({ order: v.literal('story'), id: count }),
  v.strictObject({
    order: v.literal('flight'),
    atMs: v.pipe(v.number(), v.finite(), v.minValue(0)),
    kinds: v.pipe(v.array(v.picklist(FLIGHT_KINDS)), v.maxLength(FLIGHT_KINDS.length)),
  }),
  v.strictObject({
    order: v.literal('compare'),
    with: v.variant('kind', [comparedSeedSchema, v.strictObject({ kind: v.literal('recording'), name: recordingNameSchema })]),
  }),
  v.strictObject({ order: v.literal('align'), here: count, there: count }),
  v.strictObject({ order: v.literal('swap'), event: count }),
  v.strictObject({ order: v.literal('end-comparison') }),
  v.strictObject({ order: v.literal('close') }),
])
export type SimulationOrder = v.InferOutput<typeof simulationOrderSchema>

/** A world, and where it parts from that of its seed, if it does. */
export interface SeedSource {
  readonly kind: 'seed'
  readonly seed: number
  readonly operations: number
  readonly forks?: readonly RunFork[] | undefined
}

/** The world of an exercise as one learner has it, and what he did there. */
export interface ExerciseSource {
  readonly kind: 'exercise'
  readonly id: string
  /** When the pair serves: the times of an exercise count from there. */
  readonly begin: SimulationMoment
  readonly seed: number
  readonly acts: readonly { readonly event: number; readonly act: string; readonly parameters: JsonObject }[]
}

/** A recording in the lab's folder, or one that a person gave from elsewhere: then its name says nothing of the lab's files. */
export interface RecordingSource {
  readonly kind: 'recording'
  readonly name: string
  readonly given?: true
}

/** Which run: a world, a recording, or the run of an exercise. */
export type RunSource = ComparableSource | ExerciseSource
/** Those that can be opened beside another one. */
export type ComparableSource = SeedSource | RecordingSource

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
  /** Of a world: how many random numbers of the plan it drew when it struck. */
  readonly draws?: number
}

/** `again`: good, after the command had been sent again. `bad`: not what the host wanted, also where nothing came at all. */
export const ANSWER_OUTCOMES = ['good', 'again', 'bad'] as const
export type AnswerOutcome = (typeof ANSWER_OUTCOMES)[number]

/** Answers that hosts got, in order, and how long they had waited: since a command was first sent, or of a bad one since that try. */
export interface RunAnswers {
  readonly atMs: readonly number[]
  readonly latencyMs: readonly number[]
  readonly outcome: readonly AnswerOutcome[]
  readonly lun: readonly number[]
  /** The event of the run, and that of the trace. */
  readonly event: readonly number[]
  readonly id: readonly TraceId[]
  /** Quick ones, where there are too many. */
  readonly leftOut: number
}

/** Commands that hosts sent, as far as their answers do not tell. */
export interface RunCommands {
  /** When one was sent again. */
  readonly againAtMs: readonly number[]
  /** When those were sent that never got a good answer. */
  readonly unansweredAtMs: readonly number[]
  /** Commands that were counted and not traced, by when they were counted. */
  readonly omitted: readonly { readonly atMs: number; readonly commands: number }[]
}

/** A time in which something answered, or did not though it was asked or should. `by`: who answered at an address. */
export interface LaneSpan {
  readonly fromMs: number
  readonly toMs: number
  readonly state: 'answered' | 'unanswered'
  readonly by?: ControllerId
}

/**
 * Whether a LUN answered, as hosts found it, or the management address of a controller, by who listened there and lived. In order of
 * time. Where a lane has no span, nobody asked.
 */
export interface RunLane {
  readonly of: { readonly kind: 'lun'; readonly lun: number } | { readonly kind: 'management'; readonly controller: ControllerId }
  /** Waits that are shorter are usual, or too many to show. */
  readonly leastMs: number
  readonly spans: readonly LaneSpan[]
}

/** What people or the pair did that is no failure. */
export interface RunAct extends SimulationMoment {
  readonly name: string
  readonly place: Place
}

/** What hosts and addresses experienced in a run. */
export interface RunExperience {
  readonly acts: readonly RunAct[]
  readonly answers: RunAnswers
  readonly commands: RunCommands
  readonly lanes: readonly RunLane[]
}

/** `leftOut`: the fault that did not strike. */
export interface ForkParting extends SimulationMoment {
  readonly leftOut?: string
}

/** What is in the world of a seed. `hash` is of the event log; `npm run sim -- --seed S --operations N` gives the same. */
export interface WorldOutline {
  readonly hash: string
  readonly hosts: number
  readonly stations: number
  /** Where it may be forked: while faults strike. Undefined: nowhere, because its pair did not start. */
  readonly forks?: { readonly fromEvent: number; readonly untilEvent: number; readonly faults: readonly string[] }
  /** Of a fork: where its last change came about. Undefined: it did not. */
  readonly parted?: ForkParting
}

/** What is known of a run after its first pass, sent once a run. */
export interface SimulationOutline {
  readonly run: RunSource
  readonly start: SimulationMoment
  readonly end: SimulationMoment
  readonly world?: WorldOutline
  /**
   * Of a recording. `lostBlocks`: found lost in it. `readBackBlocks`: how many blocks were read back in the last verification that ended
   * in it, if nothing struck since that began. `flightRecords`: how many. `problem`: a sentence about what is missing of it.
   */
  readonly recording?: RecordingHead & {
    readonly lostBlocks: number
    readonly readBackBlocks: number
    readonly flightRecords: number
    readonly problem?: string
  }
  readonly experience?: RunExperience
  readonly faults: readonly SimulatedFault[]
  readonly takeovers: readonly (SimulationMoment & { readonly survivor: 'a' | 'b'; readonly reason: string })[]
  readonly violations: readonly SimulatedViolation[]
}

/** An event of the trace, and when it happens in its run. */
export interface TracedMoment extends SimulationMoment {
  readonly traced: TraceEvent
  /** Since the moment at which the runs are aligned. */
  readonly afterMs: number
}

/**
 * Where two runs differ first. `event`: something else happens, or in one of them nothing more. `time`: the same happens, but so much
 * later that it matters.
 */
export type RunDivergence =
  | { readonly kind: 'none' }
  | { readonly kind: 'event'; readonly here?: TracedMoment; readonly there?: TracedMoment }
  | { readonly kind: 'time'; readonly here: TracedMoment; readonly there: TracedMoment }

/** The moments of both runs that are looked at as one. */
export interface RunAlignment {
  readonly here: SimulationMoment
  readonly there: SimulationMoment
}

/** Another run beside the one in the player. */
export interface RunComparison {
  /** The other one. */
  readonly run: RunSource
  /** Of its first pass. */
  readonly scanned: { readonly done: number; readonly of: number }
  /**
   * `every-event`: two worlds of one seed, from their beginnings. `story`: from where they are aligned, what happens to the pair, without
   * the I/O.
   */
  readonly basis: 'every-event' | 'story'
  /** Once both are known. */
  readonly aligned?: RunAlignment
  /** Once it has been looked for. */
  readonly divergence?: RunDivergence
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
  /** When the shown event happened: `now` may be later, up to the next one. */
  readonly eventAtMs?: number
  /** Of `failed`: what the thread died of. */
  readonly message?: string
  /** The array, as the live lab would show it; undefined before the world begins. */
  readonly lab?: LabSnapshot
}

/** All there is to show, for a window that comes later. */
export interface SimulationView {
  readonly state: SimulationState
  readonly outline?: SimulationOutline
  /** Of the other run, while two are compared; its outline once it is known. */
  readonly comparison?: RunComparison
  readonly compared?: SimulationOutline
  /** The newest up to now, oldest first. */
  readonly events: readonly TraceEvent[]
}

/**
 * `restart`: the events that follow are the newest ones up to another moment; what was shown before is void. `story`: all events of a
 * request, also those that are yet to come at the moment that is shown. `comparison`: how it stands with it; without one, there is none
 * any more. `compared`: the outline of the other run, once it is known.
 */
export type SimulationPush =
  | { readonly type: 'state'; readonly state: SimulationState }
  | { readonly type: 'outline'; readonly outline: SimulationOutline }
  | { readonly type: 'events'; readonly restart: boolean; readonly events: readonly TraceEvent[] }
  | { readonly type: 'comparison'; readonly comparison?: RunComparison }
  | { readonly type: 'compared'; readonly outline?: SimulationOutline }
  | { readonly type: 'story'; readonly id: TraceId; readonly events: readonly TraceEvent[] }
  | { readonly type: 'flight'; readonly flight: FlightExcerpt }

export const NO_SIMULATION: SimulationState = {
  phase: 'none',
  scanned: { done: 0, of: 0 },
  speed: 1,
  now: { event: 0, atMs: 0 },
}

/** Between the main process and the simulation's thread: typed, not decoded. */
export interface SimulationCall {
  readonly callId: number
  readonly order: PlayerOrder | ExportOrder | ExerciseRunOrder | GradeOrder | DemoRunOrder | ShowTryOrder
}

/** The run of an exercise, shown after the event `at`, from where it plays on at `speed` if that is given. */
export interface ExerciseRunOrder {
  readonly order: 'open-exercise'
  readonly id: string
  /** Of the exercise. */
  readonly file: string
  readonly seed: number
  readonly acts: ExerciseSource['acts']
  readonly at?: number
  readonly speed?: number | undefined
}

/** The run of a demo, which is answered with the times of its steps. */
export interface DemoRunOrder {
  readonly order: 'open-demo'
  readonly id: string
  /** Of the demo. */
  readonly file: string
}

/** Runs an exercise anew, from its beginning to its end, and asks all its checks. */
export interface GradeOrder extends Pick<ExerciseRunOrder, 'id' | 'file' | 'seed' | 'acts'> {
  readonly order: 'grade-exercise'
  readonly predictions: Readonly<Record<string, Reply>>
  readonly answers: Readonly<Record<string, Reply>>
  /** Ids of the checks whose hints were taken. */
  readonly hints: readonly string[]
  /** Of a live one: what is graded instead. */
  readonly recording?: { readonly file: string; readonly acts: readonly AttemptAct[] }
}

/** Shows the recording of a try of a live exercise, at its end. */
export interface ShowTryOrder extends RecordingPlace {
  readonly order: 'show-try'
}

export interface RecordingPlace {
  readonly name: string
  readonly file: string
}

/** What the thread is told: where the file of a recording is, or what is in one that was given. */
export type PlayerOrder =
  | Exclude<SimulationOrder, { readonly order: 'open-recording' | 'compare' }>
  | ({ readonly order: 'open-recording' } & RecordingPlace)
  | ({ readonly order: 'open-given' } & GivenFile)
  | {
      readonly order: 'compare'
      readonly with:
        | v.InferOutput<typeof comparedSeedSchema>
        | ({ readonly kind: 'recording' } & RecordingPlace)
        | ({ readonly kind: 'given' } & GivenFile)
    }

/** What some orders are answered with. */
export type SimulationAnswer = ExportedPiece | ExerciseGrades | readonly DemoTimes[] | null

export type SimulationMessage =
  | { readonly type: 'answer'; readonly callId: number; readonly outcome: Result<SimulationAnswer, LabError> }
  | { readonly type: 'push'; readonly push: SimulationPush }
