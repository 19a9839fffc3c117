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

/** All exercises that there are. */
export interface Shelf {
  /** In the order of their prerequisites. */
  list(language: Language): readonly ShelfEntry[]
  /** The error is a sentence. `file`: where the player finds it. */
  open(
    id: string,
    options: { readonly language: Language; readonly seed: number },
  ): Result<{ readonly exercise: Exercise; readonly language: Language; readonly hash: string; readonly file: string }, string>
  /** Undefined: there is none that can be read. */
  shared(id: string, language: Language): SharedExercise | undefined
}
