import type { Language } from '../../contract/language'
import type { OpenedExercise, ShelfEntry } from './shelf'
import type { Result } from '../../base/result'

/** Between the lab's process and the thread that reads exercises: typed, not decoded. */
export type ShelfCall = { readonly callId: number } & (
  | { readonly ask: 'list'; readonly language: Language }
  | { readonly ask: 'open'; readonly id: string; readonly language: Language; readonly seed: number }
)

/** `failed`: a sentence, of a mistake in the program. */
export type ShelfAnswer = { readonly callId: number } & (
  | { readonly answer: 'list'; readonly entries: readonly ShelfEntry[] }
  | { readonly answer: 'open'; readonly opened: Result<OpenedExercise, string> }
  | { readonly answer: 'failed'; readonly sentence: string }
)
