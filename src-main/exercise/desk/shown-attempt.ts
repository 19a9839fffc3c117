import * as fs from 'node:fs'
import type { ExerciseAttempt, ExerciseEntry, ExerciseGrades } from '../../contract/exercise-desk'
import { isLive, type Exercise } from '../format/exercise'
import { writeSubmission } from '../grading/submission'
import { packRecording } from '../live/packed-recording'
import type { ShelfEntry } from '../shelf/shelf'
import type { Attempt } from './attempt'
import { liveActs, runActs } from './attempt-run'
import type { Opened } from './desk-parts'
import type { Learner } from './learner-files'
import type { LiveDesk } from './live-desk'
import { sheetOf } from './sheet'

export interface AroundAttempt {
  readonly opened: Opened
  readonly learner: Pick<Learner, 'name'>
  readonly live: Pick<LiveDesk, 'isUnderWay' | 'acts' | 'shown' | 'fileOf'>
  /** Of the recording of this learner at this exercise. */
  readonly tryName: string
  readonly isBusy: boolean
  readonly trouble: string | undefined
}

/** Attempts as windows show them. */
export class ShownAttempts {
  readonly #labVersion: string
  #packed: { readonly hash: string; readonly recording: string } | undefined

  constructor(labVersion: string) {
    this.#labVersion = labVersion
  }

  attempt(attempt: Attempt, around: AroundAttempt): ExerciseAttempt {
    const { opened, live, isBusy, trouble } = around
    const { phase, seed, predictions, answers, acts, hints, grades } = attempt
    return {
      ...{ phase, seed, predictions, answers },
      acts: live.isUnderWay ? live.acts : acts,
      live: live.shown,
      recording: shownRecording(opened.exercise, attempt),
      grades: phase === 'graded' ? grades && inLanguageOf(opened.exercise, grades) : undefined,
      submission: phase === 'graded' && grades !== undefined ? this.#submission(attempt, grades, around) : undefined,
      sheet: sheetOf(opened, hints),
      isBusy,
      trouble,
    }
  }

  #submission(attempt: Attempt, { hash, points }: ExerciseGrades, { opened, learner: { name }, live, tryName }: AroundAttempt): string {
    const { exercise, hash: exerciseHash } = opened
    const { seed, predictions, answers, hints } = attempt
    const about = { format: 1, exercise: exercise.id, exerciseHash, learner: name, seed, labVersion: this.#labVersion } as const
    const said = { predictions, answers, hints, result: { hash, points } }
    if (!isLive(exercise)) return writeSubmission({ ...about, acts: runActs(attempt), ...said })
    // It is large, and asked for each time that something is shown.
    if (this.#packed?.hash !== hash) this.#packed = { hash, recording: packRecording(fs.readFileSync(live.fileOf(tryName))) }
    return writeSubmission({ ...about, acts: liveActs(attempt), ...said, recording: this.#packed.recording })
  }
}

/** What the author says to a check that is not true, in the language in which the exercise was opened, whenever it was graded. */
function inLanguageOf({ checks }: Pick<Exercise, 'checks'>, grades: ExerciseGrades): ExerciseGrades {
  const messageOf = (id: string): string | undefined => checks.find((check) => check.id === id)?.message
  return { ...grades, checks: grades.checks.map((check) => ({ ...check, message: messageOf(check.id) ?? check.message })) }
}

/** The name under which the player shows it, if there is one yet. */
function shownRecording(exercise: Exercise, attempt: Attempt): string | undefined {
  const { kind } = exercise.world
  if (kind === 'simulated' || attempt.phase === 'predicting') return undefined
  if (kind === 'recording') return exercise.id
  return attempt.phase === 'running' ? undefined : nameOfTry(exercise, attempt)
}

/** As the player shows the recording of a live try. */
export function nameOfTry({ id }: Pick<Exercise, 'id'>, { tries }: Attempt): string {
  return `${id} ${tries}`
}

/** An exercise of the list, with how far its learner is. */
export function withProgress(entry: ShelfEntry, attempts: Learner['attempts']): ExerciseEntry {
  const attempt = attempts[entry.id]
  return {
    ...entry,
    prerequisites: entry.prerequisites.map((id) => ({ id, passed: attempts[id]?.passed === true })),
    progress: attempt && { phase: attempt.phase, tries: attempt.tries, best: attempt.best, passed: attempt.passed },
  }
}
