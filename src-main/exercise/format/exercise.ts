import type { ControllerId } from '../../contract/controller-id'
import type { CachePolicy } from '../../contract/array-state'
import type { RaidLevel } from '../../contract/configuration'
import type { JsonObject } from '../../contract/json'
import type { Reply } from '../../contract/exercise-reply'
import type { DispatchScheme } from '../../contract/service-request'
import type { Question } from '../checks/question'
import type { Check, Trigger } from '../checks/syntax'
import type { ActName } from './acts'

/** The format that this version reads and writes. */
export const EXERCISE_FORMAT = 1
export const LEVELS = ['beginner', 'intermediate', 'advanced'] as const
export type Level = (typeof LEVELS)[number]

/** An exercise as its author wrote it, for one learner: variables are drawn from his seed already. Texts are Markdown. */
export interface Exercise {
  readonly format: typeof EXERCISE_FORMAT
  readonly id: string
  readonly title: string
  readonly outcomes: readonly string[]
  /** Ids of exercises. */
  readonly prerequisites: readonly string[]
  readonly minutes: number
  readonly level: Level
  readonly world: ExerciseWorld
  readonly variables: Readonly<Record<string, VariableValue>>
  /** In the order of the file. */
  readonly script: readonly TimedAct[]
  /** What the learner may do. */
  readonly allowed: readonly AllowedAct[]
  /** Locked before the run. */
  readonly predictions: readonly Question[]
  /** Answered after the run. */
  readonly questions: readonly Question[]
  readonly checks: readonly ExerciseCheck[]
  readonly solutions: readonly Solution[]
  readonly wrong: readonly WrongSolution[]
  /** What is before the first heading, and the sections below `##`. */
  readonly introduction: string
  readonly steps: readonly ExerciseStep[]
}

export type VariableValue = string | number | boolean

export type ExerciseWorld = SimulatedWorld | LiveWorld | RecordedWorld

/** What happened to some pair, once. All that a learner has of it is the recording; nobody can act in it any more. */
export interface RecordedWorld {
  readonly kind: 'recording'
  /** Beside the file of the exercise. */
  readonly file: string
  /** As long as the recording is. */
  readonly durationMs: number
  /** Names, in the order of their LUNs from 0 on. */
  readonly volumes: readonly string[]
}

/** The lab in which the exercise is done, as it is. The exercise says only what it needs of it. */
export interface LiveWorld {
  readonly kind: 'live'
  /** The try ends at the latest so long after it began. */
  readonly durationMs: number
  /** Names, in the order of their LUNs from 0 on, that must be there. */
  readonly volumes: readonly string[]
  /** Those that must be as said when the try begins. Of the others, none matters. */
  readonly policies: Partial<SimulatedWorld['policies']>
  /** Runs for as long as the try. */
  readonly workload: ExerciseWorkload
}

export interface SimulatedWorld {
  readonly kind: 'simulated'
  /** How long the run takes, in virtual milliseconds, from the moment at which the pair serves. */
  readonly durationMs: number
  readonly drives: number
  /** In the order of their LUNs, from 0 on. */
  readonly volumes: readonly ExerciseVolume[]
  readonly policies: {
    readonly cachePolicy: CachePolicy
    readonly dispatchScheme: DispatchScheme
    readonly automaticGiveback: boolean
    readonly ownershipByLoad: boolean
  }
  readonly timers: { readonly heartbeatMs: number; readonly suspectAfterBeats: number; readonly fenceAfterBeats: number }
  /** A build of the firmware with a known bug; undefined: the one that ships. */
  readonly firmware: string | undefined
  /** Undefined: the hosts do nothing by themselves. */
  readonly workload: ExerciseWorkload | undefined
}

export interface ExerciseVolume {
  readonly name: string
  readonly mebibytes: number
  readonly level: RaidLevel
  readonly owner: ControllerId
}

export interface ExerciseWorkload {
  readonly requestsPerSecond: number
  /** 0: writes only, 1: reads only. */
  readonly readShare: number
  readonly blocks: number
  /** At the start of each volume. */
  readonly regionBlocks: number
  readonly luns: 'all' | readonly number[]
}

/** One whose world is simulated. */
export type SimulatedExercise = Exercise & { readonly world: SimulatedWorld }
/** One that is done in the lab that runs. */
export type LiveExercise = Exercise & { readonly world: LiveWorld }
/** One about a recording that ships with it. */
export type RecordedExercise = Exercise & { readonly world: RecordedWorld }

export function isSimulated(exercise: Exercise): exercise is SimulatedExercise {
  return exercise.world.kind === 'simulated'
}

export function isLive(exercise: Exercise): exercise is LiveExercise {
  return exercise.world.kind === 'live'
}

export function isRecorded(exercise: Exercise): exercise is RecordedExercise {
  return exercise.world.kind === 'recording'
}

/** Something that is done to the lab, by its name with its parameters (`format/acts` decodes them). */
export interface Act {
  readonly act: ActName
  readonly parameters: JsonObject
}

/** At a time since the start of the run, or `plusMs` after the `nth` event (from 1 on) that a pattern fits. */
export type When =
  | { readonly type: 'at'; readonly atMs: number }
  | { readonly type: 'on'; readonly trigger: Trigger; readonly nth: number; readonly plusMs: number }

export interface TimedAct extends Act {
  readonly when: When
  /** Where it stands in the file. */
  readonly line: number
}

/** An act with these parameters; what is left out, the learner chooses. `most`: how often; undefined: as often as he likes. */
export interface AllowedAct extends Act {
  readonly most: number | undefined
}

/**
 * `before`: how it stands before the first act. `throughout`: at every moment of the run. `within`: in that time after the first event
 * that the pattern fits. `after`: over the whole run, once it is over.
 */
export type CheckTime =
  { readonly type: 'before' | 'throughout' | 'after' } | { readonly type: 'within'; readonly ms: number; readonly after: Trigger }

export interface ExerciseCheck {
  readonly id: string
  readonly when: CheckTime
  readonly check: Check
  readonly points: number
  /** What is said if it is not true. */
  readonly message: string
  readonly hint: string | undefined
  /** Points that the hint costs. */
  readonly hintCost: number
  readonly line: number
}

export interface Solution {
  readonly name: string
  readonly acts: readonly TimedAct[]
  /** By the ids of predictions and of questions. */
  readonly predictions: Readonly<Record<string, SolutionReply>>
  readonly answers: Readonly<Record<string, SolutionReply>>
  readonly line: number
}

/** `right`: whatever happened in this run; `first`: the first event that the pattern fits. Both are only known after it. */
export type SolutionReply = Reply | { readonly kind: 'right' } | { readonly kind: 'first'; readonly event: Trigger }

export interface WrongSolution extends Solution {
  /** The check that must not be true. */
  readonly fails: string
}

export interface ExerciseStep {
  readonly title: string
  /** Markdown. */
  readonly text: string
  readonly line: number
}
