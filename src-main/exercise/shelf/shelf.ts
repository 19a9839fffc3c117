import type { Result } from '../../base/result'
import type { ExerciseEntry } from '../../contract/exercise-desk'
import type { Language } from '../../contract/language'
import type { Exercise } from '../format/exercise'

/** An exercise in a folder, readable or not. */
export type ShelfEntry = Omit<ExerciseEntry, 'progress' | 'prerequisites'> & { readonly prerequisites: readonly string[] }

/** All exercises that there are. */
export interface Shelf {
  /** In the order of their prerequisites. */
  list(language: Language): readonly ShelfEntry[]
  /** The error is a sentence. `file`: where the player finds it. */
  open(
    id: string,
    options: { readonly language: Language; readonly seed: number },
  ): Result<{ readonly exercise: Exercise; readonly language: Language; readonly hash: string; readonly file: string }, string>
}
