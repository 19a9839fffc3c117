import type { Result } from '../../base/result'
import type { ExerciseDesk, ExerciseGrades, ExerciseOrder } from '../../contract/exercise-desk'
import type { LabError } from '../../contract/lab-error'
import type { Language } from '../../contract/language'
import type { ExerciseRunOrder, GradeOrder, RecordingPlace, SimulationMoment } from '../../contract/simulation'
import type { Exercise } from '../format/exercise'
import type { Shelf } from '../shelf/shelf'
import type { Attempt } from './attempt'
import type { LearnerFiles } from './learner-files'
import type { LiveDeskParts } from './live-desk'

type Outcome = Result<null, LabError>
/** What is asked while an exercise is open. */
export type OrderInExercise = Exclude<ExerciseOrder, { readonly order: 'language' | 'learner' | 'remove-learner' | 'open' | 'close' }>

/** The player, as the desk uses it: one run at a time. */
export interface ExercisePlayer {
  open(run: Omit<ExerciseRunOrder, 'order'>): Promise<Outcome>
  /** The recording of a live try, at its end. */
  showTry(place: RecordingPlace): Promise<Outcome>
  grade(run: Omit<GradeOrder, 'order'>): Promise<Result<ExerciseGrades, LabError>>
  goToEnd(): Promise<Outcome>
  close(): Promise<Outcome>
  /** What is shown now of the run that was opened last; undefined while it is not. `speed`: at which it plays. */
  readonly now: (SimulationMoment & { readonly speed: number | undefined }) | undefined
}

export interface DeskParts {
  readonly shelf: Shelf
  readonly learners: LearnerFiles
  readonly player: ExercisePlayer
  readonly live: Pick<LiveDeskParts, 'lab' | 'folder'>
  readonly labVersion: string
  /** A try has come to another step, for the class. */
  readonly kept?: (learner: string, exercise: Opened, attempt: Attempt) => void
  /** What the desk shows is different now. */
  readonly changed: (desk: ExerciseDesk) => void
}

/** The exercise that is open. `file`: where the player finds it. */
export interface Opened {
  readonly exercise: Exercise
  readonly language: Language
  readonly hash: string
  readonly file: string
  readonly pictures: Readonly<Record<string, string>>
}
