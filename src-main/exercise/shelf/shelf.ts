import type { Result } from '../../base/result'
import type { ExerciseEntry } from '../../contract/exercise-desk'
import type { Language } from '../../contract/language'
import type { Exercise } from '../format/exercise'

/** An exercise in a folder, readable or not. */
export type ShelfEntry = Omit<ExerciseEntry, 'progress' | 'prerequisites'> & { readonly prerequisites: readonly string[] }

/** What all learners of an exercise have in common: where each has a value of his own, its texts have the name of that. */
export interface SharedExercise {
  readonly id: string
  readonly title: string
  readonly language: Language
  readonly predictions: Exercise['predictions']
  readonly durationMs: number
}

/** `file`: where the player finds it. `pictures`: by their names, as addresses that hold all of them. */
export interface OpenedExercise {
  readonly exercise: Exercise
  readonly language: Language
  readonly hash: string
  readonly file: string
  readonly pictures: Readonly<Record<string, string>>
}

/** All exercises that there are. Reading them takes a while, so nobody waits for it who has anything else to do. */
export interface Shelf {
  /** In the order of their prerequisites. */
  list(language: Language): Promise<readonly ShelfEntry[]>
  /** The error is a sentence. */
  open(id: string, options: { readonly language: Language; readonly seed: number }): Promise<Result<OpenedExercise, string>>
}
